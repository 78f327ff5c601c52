"""Groups of diagnostics with the same reason, which keep the output of a large import short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.convert.converter import Diagnostic, DiagnosticKind

SINGLE: Final = 3
"""The largest group whose diagnostics are listed one by one."""

FOLDERS: Final = 5
"""The number of folders that are listed for a group."""


@dataclass(frozen=True, slots=True)
class DiagnosticGroup:
    """The diagnostics of one kind and reason, in the order of their locations."""

    kind: DiagnosticKind
    reason: str
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_single(self) -> bool:
        """Whether its diagnostics are few enough to be listed one by one."""
        return len(self.diagnostics) <= SINGLE

    def folders(self) -> str:
        """Return the number of diagnostics by folder, the largest first: `rules/ 8, kube/ 3`."""
        counted = Counter(
            f"{diagnostic.problem.at.path.parent}/" for diagnostic in self.diagnostics
        )
        largest = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
        named = ", ".join(f"{folder} {count}" for folder, count in largest[:FOLDERS])
        rest = largest[FOLDERS:]
        others = f", {len(rest)} other folders {sum(count for _, count in rest)}" if rest else ""
        return named + others


def diagnostic_groups(diagnostics: Iterable[Diagnostic]) -> list[DiagnosticGroup]:
    """Group diagnostics, in the order of the first diagnostic of each group."""
    groups: dict[tuple[DiagnosticKind, str], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        reason = diagnostic.reason or diagnostic.problem.message
        groups.setdefault((diagnostic.kind, reason), []).append(diagnostic)
    return [DiagnosticGroup(kind, reason, tuple(group)) for (kind, reason), group in groups.items()]
