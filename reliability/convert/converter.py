"""What a converter takes and gives: originals in, drafts and remarks out; nothing is dropped."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Protocol

from reliability.alert_labels import AlertLabelNames
from reliability.convert.writing import Block
from reliability.finding import Problem
from reliability.load.document import Document
from reliability.location import Location, Pointer, SourceSpan


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file that is no YAML, such as CODEOWNERS; its places are its lines, counted from 0."""

    path: PurePosixPath
    text: str

    def locate(self, pointer: Pointer) -> Location:
        """The line that a pointer of one number leads to; without one, the first."""
        index = next((step for step in pointer if isinstance(step, int)), 0)
        lines = self.text.splitlines()
        line = lines[index] if index < len(lines) else ""
        return Location(
            self.path, SourceSpan(index + 1, 1, index + 1, max(len(line.rstrip()), 1) + 1), pointer
        )


Original = Document | PlainFile
"""What somebody has today: a document of a YAML file, or a whole file of another format."""


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """A place in an original; the line and column are looked up when somebody asks."""

    original: Original
    pointer: Pointer = ()

    @property
    def at(self) -> Location:
        """Where it is written."""
        return self.original.locate(self.pointer)

    def inside(self, *steps: str | int) -> OriginalLocation:
        """A place further in."""
        return OriginalLocation(self.original, (*self.pointer, *steps))


@dataclass(frozen=True, slots=True)
class Draft:
    """One document for one file of the repository, and where it comes from.

    Documents of one path follow each other in that file. Two alert policies of one service become
    one; of two other documents with one kind and name the first stays, and a remark tells.
    """

    path: PurePosixPath
    document: Block
    origin: OriginalLocation


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of the repository that stays in its own format, to the letter of `text`."""

    path: PurePosixPath
    text: str
    origin: OriginalLocation


class Matter(enum.Enum):
    """What a remark is about, as it is printed."""

    DECIDE = "decide"
    LEFT_OUT = "left out"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know of a place in an original.

    DECIDE: something only people know. LEFT_OUT: not carried over. CHANGED: carried over, and not
    as it stood. `reason` is what it has in common with remarks on other places; empty if that is
    the message itself.
    """

    matter: Matter
    problem: Problem
    reason: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, line, column, matter, message."""
        at = self.problem.at
        line, column = at.span.line, at.span.column
        return (str(at.path), line, column, self.matter.value, self.problem.message)


def decide(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Remark:
    """A remark on what only people know."""
    return Remark(Matter.DECIDE, Problem(origin.at, message, help_text), reason)


def left_out(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Remark:
    """A remark on what is not carried over."""
    return Remark(Matter.LEFT_OUT, Problem(origin.at, message, help_text), reason)


def changed(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Remark:
    """A remark on what is carried over in another way."""
    return Remark(Matter.CHANGED, Problem(origin.at, message, help_text), reason)


@dataclass(frozen=True, slots=True)
class LabelCollision:
    """Some alerts of an import may lose labels to ours of the plain set.

    `label` is the label of the first such alert, which is written at `origin`; `count` of `alerts`
    are concerned.
    """

    origin: OriginalLocation
    label: str
    count: int
    alerts: int

    @property
    def message(self) -> str:
        """What is at risk, without the place."""
        return (
            f"the series of {self.count} of {self.alerts} alerts may carry a label that every alert"
            f" of the plain label set gets as well, the first of them {self.label}"
        )


@dataclass(frozen=True, slots=True)
class RoutedLabel:
    """A label of the plain set that a route or an inhibition of an Alertmanager matches.

    With the plain set, alerts that had no such label would have one, and be routed by it.
    """

    label: str


Converted = Draft | CopiedFile | Remark | LabelCollision | RoutedLabel


@dataclass(frozen=True, slots=True)
class ConversionOptions:
    """What was asked for: one service or team for all, and what the repository has already.

    `today` becomes the day from which the first review of an imported SLO is counted.
    `label_names` are those that the alerts of the repository carry; None lets the import choose.
    """

    service: str | None = None
    team: str | None = None
    services: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    today: date | None = None
    label_names: AlertLabelNames | None = None


class Converter(Protocol):
    """One format. `name` is what `--from` takes."""

    name: str

    def recognizes(self, original: Original) -> bool:
        """Whether an original is of this format; looked at, not read through."""
        ...

    def convert(
        self, originals: Sequence[Original], wishes: ConversionOptions, /
    ) -> Iterator[Converted]:
        """Drafts of all originals of this format, and a remark for all that is in none."""
        ...


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
