"""What is said about a place in a file: problems, and the findings made of them."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from reliability.location import Location, pointer_text


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


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields; the engine adds id, severity and waiver and makes a `Finding`."""

    at: Location
    message: str
    help: str | None = None
    related: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the rule that found it; `waiver` names the waiver that excuses it."""

    rule: str
    severity: Severity
    problem: Problem
    waiver: str | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Path, line, column, rule, message: one order for every report."""
        at = self.problem.at
        return (str(at.path), at.span.line, at.span.column, self.rule, self.problem.message)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits from rule, path, pointer and message: it survives moved lines."""
        at = self.problem.at
        parts = (self.rule, at.path.as_posix(), pointer_text(at.pointer), self.problem.message)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
