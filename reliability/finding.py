"""Problems at locations in files, and the findings that the engine creates from them."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Final

from reliability.approval import RequiredApproval
from reliability.canonical import digest
from reliability.location import Location, SourceSpan, pointer_text

FINGERPRINT_FORMAT: Final = 2
"""Increase it if fingerprints depend on other values: baselines are then rewritten."""


class Severity(enum.IntEnum):
    """The severity of a finding; ordered, so `--fail-on` is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as reports and policies write it, in lower case."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Label:
    """A related location with a short message, such as the first of two duplicates."""

    at: Location
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A replacement for a span of text; an empty span is an insertion."""

    span: SourceSpan
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of the file that fix a problem.

    `check --fix` applies the safe ones; the others need a decision by a person.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """The result of a rule; the engine adds ID, severity and waiver and makes a `Finding`.

    Message and help are `Message` values if a review should show them in another language.
    `requires` names who has to approve it, if an approval resolves it. `approval` names who has
    approved it: the problem is reported as waived.

    `subject` distinguishes problems of one rule at one location: the label, service or key that
    this one is about. It is part of the fingerprint, so it is a name from the files or a constant,
    never a sentence and never a measured figure. `severity` is that of its rule if it is None.
    `is_derived` is true for an event that nobody recorded: it follows from the error budget.
    """

    at: Location
    message: str
    help: str | None = None
    _: KW_ONLY
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
    approval: str | None = None
    requires: RequiredApproval | None = None
    subject: str = ""
    severity: Severity | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem with its rule and severity; `waiver` names what waives it.

    `place` is its location by names, for the fingerprint; empty if only the pointer is known.
    """

    rule: str
    severity: Severity
    problem: Problem
    waiver: str | None = None
    place: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """The order of findings in every report: path, line, column, rule, message."""
        at = self.problem.at
        return (str(at.path), at.span.line, at.span.column, self.rule, self.problem.message)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits from rule, path, place and subject.

        It stays the same when lines move or the message is reworded. Findings that are equal in
        all four share it; `fingerprints` numbers them.
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
    """Return a unique fingerprint for each finding: repeated ones are numbered in order."""
    seen: Counter[str] = Counter()
    unique: list[str] = []

    for finding in findings:
        first = finding.fingerprint
        unique.append(digest({"of": first, "number": seen[first]}) if seen[first] else first)
        seen[first] += 1

    return unique
