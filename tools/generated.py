"""What a generator gives: the files it owns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Generated:
    """What one generator owns: its files, and globs under which no other file may lie.

    Paths and globs are relative to the root of the repository and written with `/`.
    """

    files: Mapping[str, str | bytes]
    folders: tuple[str, ...] = ()


Generator = Callable[[], Generated]
