"""A whole review as Markdown; if it is too long, the least important sections are dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from reliability.backtest.report import markdown as backtest_markdown
from reliability.backtest.report.slos import slo_report
from reliability.review.pull_request.headlines import measured_lines, reason_lines, verdict_lines
from reliability.review.pull_request.measured import MeasuredChange, has_other_figures
from reliability.review.pull_request.plans import plan_lines
from reliability.review.pull_request.sections import (
    approval_lines,
    approvers_lines,
    change_lines,
    findings_lines,
    link_lines,
    notified_lines,
    policy_source_lines,
    waived_lines,
)
from reliability.review.pull_request.shown import ReportView, folded


def replay_lines(shown: ReportView) -> Iterator[str]:
    """Yield the outcome of each alert, folded; a comment has it only if any figure changes."""
    measured = shown.reviewed.measured
    if not isinstance(measured, MeasuredChange) or not measured.known:
        return
    if shown.rows is None or any(map(has_other_figures, measured.results)):
        title = shown.words("Backtest by alert")
        texts = [backtest_markdown.text(slo_report(one, shown.words)) for one in measured.results]
        yield from folded(title, ["\n\n".join(texts)])


ReportSection = Callable[[ReportView], Iterator[str]]
"""Yields the lines of a section; none if a review has nothing to show there."""

SECTIONS: Final[tuple[ReportSection, ...]] = (
    verdict_lines,
    reason_lines,
    change_lines,
    approval_lines,
    measured_lines,
    notified_lines,
    approvers_lines,
    findings_lines,
    plan_lines,
    replay_lines,
    waived_lines,
    link_lines,
    policy_source_lines,
)
"""The sections in the order of the text."""

LEAST_IMPORTANT_FIRST: Final[tuple[ReportSection, ...]] = (
    replay_lines,
    plan_lines,
    waived_lines,
    link_lines,
    findings_lines,
    notified_lines,
    approvers_lines,
    measured_lines,
    change_lines,
    policy_source_lines,
    reason_lines,
    approval_lines,
    verdict_lines,
)
"""The sections in the order in which they are dropped from a text that is too long."""


def full_report(shown: ReportView) -> str:
    """Return all sections, without a limit."""
    return _joined(_texts(replace(shown, rows=None)).values())


def short_report(shown: ReportView, room: int) -> str:
    """Return at most `room` characters: whole sections are dropped, tables are cut by rows."""
    texts = _texts(shown)
    note = shown.words("This comment was shortened; the full report has all sections.") + shown.link
    if len(_joined(texts.values())) <= room:
        return _joined(texts.values())

    for section in LEAST_IMPORTANT_FIRST:
        texts.pop(section, None)
        short = _joined([*texts.values(), note])
        if len(short) <= room:
            return short

    return note


def _texts(shown: ReportView) -> dict[ReportSection, str]:
    texts = {section: "\n".join(section(shown)).strip("\n") for section in SECTIONS}
    return {section: text for section, text in texts.items() if text}


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(texts) + "\n"
