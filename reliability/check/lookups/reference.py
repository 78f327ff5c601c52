"""A reference: a name in a document that refers to something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reliability.load.document import EntryPart, Located
from reliability.location import Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name at a route of a document, the kind of what it refers to, and the known names.

    `folders` are those in which it can be declared; if empty, it can be declared anywhere.
    `default_of` is the key whose default the name is, or empty if a document has the name.
    """

    located: Located[Any]
    route: Pointer
    what: str
    name: str
    known: frozenset[str]
    folders: tuple[str, ...] = ()
    part: EntryPart = EntryPart.VALUE
    default_of: str = ""
