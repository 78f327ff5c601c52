"""The input of a report: the findings of one check, and the texts of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reliability.finding import Finding, Severity
from reliability.render.tables import PIPE, TextView, text_table

if TYPE_CHECKING:
    from reliability.check.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of a check: findings in order, the files, and the rules that were active."""

    findings: Sequence[Finding]
    texts: Mapping[PurePosixPath, str] = field(default_factory=dict)
    services: int = 0
    documents: int = 0
    rules: Sequence[Rule] = ()

    @property
    def counted(self) -> list[Finding]:
        """The findings that are not waived."""
        return [finding for finding in self.findings if finding.waiver is None]

    @property
    def waived(self) -> list[Finding]:
        """The findings that are waived or in the baseline."""
        return [finding for finding in self.findings if finding.waiver is not None]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """The number of findings of a rule, not waived (`found`) and waived."""

    rule: str
    severity: Severity
    found: int
    waived: int


def statistics(findings: Sequence[Finding]) -> list[RuleCount]:
    """Return the counts of each rule with findings, worst and most frequent first."""
    counted: Counter[tuple[str, Severity]] = Counter()
    waived: Counter[tuple[str, Severity]] = Counter()
    for finding in findings:
        into = counted if finding.waiver is None else waived
        into[finding.rule, finding.severity] += 1

    counts = [
        RuleCount(rule, severity, counted[rule, severity], waived=waived[rule, severity])
        for rule, severity in {**counted, **waived}
    ]
    return sorted(counts, key=lambda each: (-each.severity, -each.found, each.rule))


def statistics_table(findings: Sequence[Finding], view: TextView = PIPE) -> Iterator[str]:
    """Yield the counts as a table with a header; nothing without findings."""
    rows = [
        (statistic.rule, statistic.severity.word, f"{statistic.found:,}", f"{statistic.waived:,}")
        for statistic in statistics(findings)
    ]
    if rows:
        heads = ("rule", "severity", "findings", "waived")
        yield from text_table([heads, *rows], view, numbers={2, 3})
