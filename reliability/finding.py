"""What is said about a place in a file: problems, and the findings made of them."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.approval import RequiredApproval
from reliability.canonical import digest
from reliability.location import Location, SourceSpan, pointer_text

FINGERPRINT_FORMAT: Final = 2
"""Grows when fingerprints are made of something else. Baselines must be written again then."""


class Severity(enum.IntEnum):
    """How much a finding matters; ordered, so that `--fail-on` is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case word that people read and write."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that explains a problem, with a few words of its own."""

    at: Location
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A new text for a span; an empty span is an insertion."""

    span: SourceSpan
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How a problem goes away: edits in the file that it is in.

    A safe one changes nothing that a person has to decide, and `check --fix` carries it out.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields; the engine adds id, severity and waiver and makes a `Finding`.

    `requires` says whose approval it takes, if an approval is the way to go on. `approval` says
    who agreed to it: the problem is reported, and excused from the start.
    `subject` tells apart what one rule finds at one place: the label, the service or the key that
    this problem is about. It is part of the fingerprint, so it holds a name that people wrote or a
    word of ours that stays, never prose and never a figure that was measured.
    """

    at: Location
    message: str
    help: str | None = None
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
    approval: str | None = None
    requires: RequiredApproval | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the rule that found it; `waiver` names the waiver that excuses it.

    `place` says by names where it is, for the fingerprint; empty where only the pointer is known.
    """

    rule: str
    severity: Severity
    problem: Problem
    waiver: str | None = None
    place: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, line, column, rule, message: one order for every report."""
        at = self.problem.at
        return (str(at.path), at.span.line, at.span.column, self.rule, self.problem.message)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits from rule, path, place and subject.

        Moved lines keep it, and so do other words in the message. Equal findings share one;
        `fingerprints` tells them apart.
        """
        at = self.problem.at
        return digest(
            {
                "format": FINGERPRINT_FORMAT,
                "rule": self.rule,
                "path": at.path.as_posix(),
                "place": self.place or pointer_text(at.pointer),
                "subject": self.problem.subject,
            }
        )


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """The fingerprint of each finding; the second of equal ones, and so on, gets its own."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for finding in findings:
        first = finding.fingerprint
        found.append(digest({"of": first, "number": seen[first]}) if seen[first] else first)
        seen[first] += 1
    return found
