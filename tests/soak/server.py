"""What the soak test needs of a server, and of the folder that a target writes."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.providers.served import Answer

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakServer:
    """A server, or a folder if `answer` is None, with some objects that are not ours.

    `state` is everything that it stores, in a form that is equal after two syncs of one repository:
    each copy of an object is in it, and no id that the server gives. `foreign` is the part that is
    not ours. `save` returns everything, and `restore` takes it back. `count` is the number of our
    objects. `entry` is the target in `policies/targets.yaml`, without its name.
    """

    answer: Answer | None
    entry: Callable[[str], Entry]
    state: Callable[[], object]
    foreign: Callable[[], object]
    save: Callable[[], Any]
    restore: Callable[[Any], None]
    count: Callable[[], int]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetFolder:
    """A folder that a target writes; `foreign` are the contents of files of others in it."""

    path: Path
    foreign: Mapping[str, bytes]

    def create(self) -> None:
        """Create the folder with the files of others."""
        self.path.mkdir(parents=True)
        for name, content in self.foreign.items():
            (self.path / name).write_bytes(content)

    def files(self) -> dict[str, bytes]:
        """Return every file, hidden ones too, by its path."""
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file()
        }

    def others(self) -> dict[str, bytes]:
        """Return the files of others that are still there, by path."""
        return {path: content for path, content in self.files().items() if path in self.foreign}

    def restore(self, files: Mapping[str, bytes]) -> None:
        """Replace all files."""
        shutil.rmtree(self.path)
        for path, content in files.items():
            (self.path / path).parent.mkdir(parents=True, exist_ok=True)
            (self.path / path).write_bytes(content)
        self.path.mkdir(parents=True, exist_ok=True)
