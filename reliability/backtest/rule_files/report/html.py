"""The page of a backtest of rule files: a timeline for each alert that fired."""

from __future__ import annotations

from typing import Final

from reliability.backtest.effects import PAGING
from reliability.backtest.report.html.frame import arrows, figure_list
from reliability.backtest.report.html.headline import NO_ADDRESSES
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.objectives import has_fired
from reliability.backtest.report.html.page import BacktestPage
from reliability.backtest.report.html.timeline import Picture, PictureRow
from reliability.backtest.report.sections import BacktestSection
from reliability.backtest.rule_files.report.figures import (
    counts,
    effect_of,
    evaluated_from,
    receivers,
    what_changed,
)
from reliability.backtest.rule_files.report.sections import rules_report
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.timespan import TimeSpan

MOST_TIMELINES: Final = 200
"""Alerts with a timeline; a page of 2,000 would take seconds to open."""


def page(result: RuleBacktest, *, verbose: bool = False) -> str:
    """Return the whole document; `verbose` says how alerts were evaluated."""
    fired = [row for row in result.rows if has_fired(row)]
    timelines = [_alert(row, result, verbose) for row in fired[:MOST_TIMELINES]]
    if (more := len(fired) - MOST_TIMELINES) > 0:
        timelines.append(element("p", text(f"{more} more alerts fired; see the JSON")))
    quiet = [row for row in result.rows if not has_fired(row) and not row.unknown]
    lines = [f"{row.slo}: {what_changed(row)}" for row in quiet]
    return BacktestPage(
        report=rules_report(result, verbose=verbose),
        result=result,
        timelines=timelines,
        listed=[BacktestSection(title="Nothing fired", lines=lines)],
        days_of_events=NO_ADDRESSES,
    ).document()


def _alert(row: AlertRow, result: RuleBacktest, verbose: bool) -> Html:
    way = [evaluated_from(row)] if verbose else []
    about = (what_changed(row), arrows(effect_of(row)), *way, row.key.location)
    old, new = ("alert" if effect in PAGING else "ticket" for effect in row.effects)
    known, span = result.known, result.span
    since = max(known.start, row.known_since or known.start)
    gaps = (TimeSpan(span.start, since), TimeSpan(known.end, span.end))
    picture = Picture(
        result=result,
        rows=[PictureRow(name="", tiers=(old, new), old=row.old, new=row.new)],
        verdicts=result.verdicts,
        unknown=[gap for gap in gaps if gap.length],
    )
    figures = figure_list((name, arrows(figure)) for name, figure in counts(row, result))
    header = (element("h2", text(row.slo)), element("p", text(" · ".join(about)), class_="help"))
    inside = [*header, picture.timeline(), figures]
    if notified := arrows(" · ".join(receivers(row, result))):
        inside.append(element("p", text(f"notified: {notified}"), class_="who"))
    return element("section", inside, class_="slo")
