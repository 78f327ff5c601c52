"""Interface of a converter: from originals to drafts and diagnostics, without dropping anything."""

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
    """A file that is not YAML, such as CODEOWNERS; a pointer is a line number, from 0."""

    path: PurePosixPath
    text: str
    values: None = None

    def locate(self, pointer: Pointer) -> Location:
        """Return the line that the pointer names, or the first line without a number in it."""
        index = next((step for step in pointer if isinstance(step, int)), 0)
        lines = self.text.splitlines()
        line = lines[index] if index < len(lines) else ""
        return Location(
            self.path,
            SourceSpan(index + 1, 1, index + 1, end_column=max(len(line.rstrip()), 1) + 1),
            pointer,
        )


Original = Document | PlainFile
"""What is imported: one document of a YAML file, or a whole file of another format."""


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """A location in an original; line and column are looked up on access, since that is slow."""

    original: Original
    pointer: Pointer = ()

    @property
    def at(self) -> Location:
        """The path, line and column."""
        return self.original.locate(self.pointer)

    def inside(self, *steps: str | int) -> OriginalLocation:
        """Return the location of a value further in."""
        return OriginalLocation(self.original, (*self.pointer, *steps))


@dataclass(frozen=True, slots=True)
class Draft:
    """One document for one file of the repository, and the original it comes from.

    Documents of the same path go into one file. Two alert policies of one service are merged, and
    so are two documents of a team or an ownership. Of two other documents with the same kind and
    name the first is kept, with a diagnostic.
    """

    path: PurePosixPath
    document: Block
    origin: OriginalLocation


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file that is written as it is, in its own format."""

    path: PurePosixPath
    text: str
    origin: OriginalLocation


class DiagnosticKind(enum.Enum):
    """The kind of a diagnostic, as printed."""

    DECIDE = "decide"
    LEFT_OUT = "left out"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message about one location in an original.

    DECIDE: a person has to choose a value. LEFT_OUT: not imported. CHANGED: imported in another
    form. Diagnostics with the same `reason` are grouped in the output; empty means the message.
    """

    kind: DiagnosticKind
    problem: Problem
    reason: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, line, column, kind, message."""
        at = self.problem.at
        line, column = at.span.line, at.span.column
        return (str(at.path), line, column, self.kind.value, self.problem.message)


def decide(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Diagnostic:
    """Return a diagnostic on a value that a person has to choose."""
    return Diagnostic(DiagnosticKind.DECIDE, Problem(origin.at, message, help_text), reason)


def left_out(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Diagnostic:
    """Return a diagnostic on something that is not imported."""
    return Diagnostic(DiagnosticKind.LEFT_OUT, Problem(origin.at, message, help_text), reason)


def changed(
    origin: OriginalLocation, message: str, help_text: str | None = None, reason: str = ""
) -> Diagnostic:
    """Return a diagnostic on something that is imported in another form."""
    return Diagnostic(DiagnosticKind.CHANGED, Problem(origin.at, message, help_text), reason)


@dataclass(frozen=True, slots=True)
class LabelCollision:
    """Imported alerts whose series may carry a label of the plain label set.

    The generated alert sets that label and would overwrite it. `label` and `origin` are of the
    first such alert; `count` of `alerts` are affected.
    """

    origin: OriginalLocation
    label: str
    count: int
    alerts: int

    @property
    def message(self) -> str:
        """The message without the location."""
        return (
            f"the series of {self.count} of {self.alerts} alerts may carry a label that the plain "
            f"label set overwrites (first: {self.label})"
        )


@dataclass(frozen=True, slots=True)
class RoutedLabel:
    """A label of the plain set that an Alertmanager route or inhibition rule matches.

    With the plain set, alerts that had no such label get it, and that route would match them.
    """

    label: str


Converted = Draft | CopiedFile | Diagnostic | LabelCollision | RoutedLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionOptions:
    """Options of an import, and the services and teams that the repository already has.

    `today` is the date from which the first review of an imported SLO counts.
    `label_names` are the label names of the repository's alerts; None lets the import choose.
    `keeps_sloth` is whether they have the labels of Sloth, too.
    """

    service: str | None = None
    team: str | None = None
    services: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    today: date | None = None
    label_names: AlertLabelNames | None = None
    keeps_sloth: bool = False


class Converter(Protocol):
    """One input format; `name` is its value for `--from`."""

    name: str

    def recognizes(self, original: Original) -> bool:
        """Return whether an original has this format. It runs on every original: keep it cheap."""
        ...

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions, /
    ) -> Iterator[Converted]:
        """Yield drafts of all originals of this format, and a diagnostic for everything else."""
        ...


def mapping(value: Any) -> dict[str, Any]:
    """Return the value if it is a mapping, else an empty mapping."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty list."""
    return value if isinstance(value, list) else []
