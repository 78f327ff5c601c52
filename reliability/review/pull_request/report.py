"""A whole review as Markdown; if it is too long, the least important sections are dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from reliability.backtest.report import markdown as backtest_markdown
from reliability.review.pull_request.headlines import measured_lines, verdict_lines
from reliability.review.pull_request.measured import MeasuredChange
from reliability.review.pull_request.plans import plan_lines
from reliability.review.pull_request.sections import (
    approvers_lines,
    findings_lines,
    notified_lines,
    policy_source_lines,
    site_lines,
    slo_change_lines,
    waived_lines,
)
from reliability.review.pull_request.shown import ReportView, folded


def replay_lines(shown: ReportView) -> Iterator[str]:
    """Yield the outcome of each alert in the backtest, folded."""
    measured = shown.reviewed.measured
    if isinstance(measured, MeasuredChange) and measured.known:
        title = shown.words("Backtest by alert")
        texts = [backtest_markdown.text(result, shown.words) for result in measured.results]
        yield from folded(title, ["\n\n".join(texts)])


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section of a review; if the text is too long, the highest `spare` is dropped first."""

    lines: Callable[[ReportView], Iterator[str]]
    spare: int


PARTS: Final = (
    ReportSection(verdict_lines, 0),
    ReportSection(measured_lines, 1),
    ReportSection(notified_lines, 3),
    ReportSection(slo_change_lines, 2),
    ReportSection(approvers_lines, 2),
    ReportSection(findings_lines, 4),
    ReportSection(plan_lines, 7),
    ReportSection(replay_lines, 8),
    ReportSection(waived_lines, 6),
    ReportSection(site_lines, 5),
    ReportSection(policy_source_lines, 1),
)
"""The sections in the order of the text."""


def full_report(shown: ReportView) -> str:
    """Return all sections, without a limit."""
    return _joined(_texts(replace(shown, rows=None)).values())


def short_report(shown: ReportView, room: int) -> str:
    """Return at most `room` characters: whole sections are dropped, tables are cut by rows."""
    texts = _texts(shown)
    note = shown.words("This comment was shortened; the full report has all sections.") + shown.link
    if len(_joined(texts.values())) <= room:
        return _joined(texts.values())

    for part in sorted(texts, key=lambda each: -each.spare):
        del texts[part]
        short = _joined([*texts.values(), note])
        if len(short) <= room:
            return short

    return note


def _texts(shown: ReportView) -> dict[ReportSection, str]:
    texts = {part: "\n".join(part.lines(shown)).strip("\n") for part in PARTS}
    return {part: text for part, text in texts.items() if text}


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(texts) + "\n"
