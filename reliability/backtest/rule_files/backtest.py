"""`rule_files_backtest`: replay the alerts that changed, and count what people would have got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from reliability.backtest.outcome import NoAlert
from reliability.backtest.rule_files.comparing import AlertChange, Comparison
from reliability.backtest.rule_files.counting import RuleRoutes, received
from reliability.backtest.rule_files.incidents import RecordedIncident, verdicts
from reliability.backtest.rule_files.reach import Reach, of_alert
from reliability.backtest.rule_files.replaying import RuleReplayer, SideFirings
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest, RuleVerdict
from reliability.backtest.rule_files.routes import is_routed_otherwise
from reliability.finding import Problem
from reliability.history.series import NoHistory
from reliability.promql.evaluate.replay import ALERT_NAME, Alert
from reliability.timespan import TimeSpan

SKIPPED: Final = SideFirings(outcome=NoHistory("the time of --budget was used up"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBacktestInputs:
    """What is compared, and the span that was asked for; `every_alert` replays unchanged ones too.

    `goes_on` is asked before each alert, with how many are done and how many there are.
    """

    comparison: Comparison
    routes: tuple[RuleRoutes, RuleRoutes]
    routes_from: str
    span: TimeSpan
    base: str
    incidents: tuple[RecordedIncident, ...] | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    every_alert: bool = False
    goes_on: Callable[[int, int], bool] = field(default=lambda _done, _all: True)


def rule_files_backtest(inputs: RuleBacktestInputs, replayer: RuleReplayer) -> RuleBacktest:
    """Replay each alert on both sides, the most changed first, and play them to Alertmanager."""
    comparison = inputs.comparison
    chosen = sorted(_chosen(inputs), key=lambda item: item[0].weight)
    fired: list[tuple[SideFirings, SideFirings]] = []
    for done, (change, _) in enumerate(chosen):
        if inputs.goes_on(done, len(chosen)):
            fired.append(replayer.both(change, comparison.old, comparison.new))
        else:
            fired.append((SKIPPED, SKIPPED))

    rows = [
        _row(change, is_routed, sides, inputs)
        for (change, is_routed), sides in zip(chosen, fired, strict=True)
    ]
    alerts = tuple(
        [(number, alert) for number, sides in enumerate(fired) for alert in sides[side].alerts]
        for side in (0, 1)
    )
    before = received(alerts[0], inputs.routes[0], replayer.span)
    after = received(alerts[1], inputs.routes[1], replayer.span)

    return RuleBacktest(
        span=inputs.span,
        known=replayer.span,
        source=replayer.reader.description,
        base=inputs.base,
        rules=(
            sum(bool(change.aspects) for change in comparison.changes)
            - comparison.count("new", "removed"),
            comparison.count("new"),
            comparison.count("removed"),
            comparison.unchanged,
        ),
        rows=tuple(rows),
        skipped=sum(sides[0] is SKIPPED for sides in fired),
        received=(before, after),
        verdicts=_verdicts(inputs, alerts, replayer.span),
        problems=inputs.problems,
        routes=inputs.routes_from,
        notes=inputs.notes,
    )


def _chosen(inputs: RuleBacktestInputs) -> Iterator[tuple[AlertChange, bool]]:
    """The alerts to replay, with whether their routes may differ."""
    old, new = ((side.routing, side.intervals) for side in inputs.routes)
    for change in inputs.comparison.changes:
        rule = change.newest.rule
        labels = {ALERT_NAME: rule.name, **rule.labels}
        is_routed = inputs.comparison.compares and is_routed_otherwise(labels, old, new)
        if inputs.every_alert or change.aspects or is_routed or not inputs.comparison.compares:
            yield change, is_routed


def _row(
    change: AlertChange,
    is_routed: bool,
    sides: tuple[SideFirings, SideFirings],
    inputs: RuleBacktestInputs,
) -> AlertRow:
    reaches: list[Reach] = []
    for placed, routes in zip((change.old, change.new), inputs.routes, strict=True):
        if placed is None:
            reaches.append("nobody")
        else:
            labels = {ALERT_NAME: placed.rule.name, **placed.rule.labels}
            reaches.append(of_alert(labels, routes.routing, routes.mapping))

    return AlertRow(
        change=change,
        is_routed_otherwise=is_routed,
        old=sides[0].outcome if inputs.comparison.compares else NoAlert(),
        new=sides[1].outcome,
        reach=(reaches[0], reaches[1]),
        way=sides[1].way or sides[0].way,
        computes=any(side.computes for side in sides),
        not_here=sides[1].not_here or sides[0].not_here,
        differs=next((side.differs for side in reversed(sides) if side.differs), ""),
    )


def _verdicts(
    inputs: RuleBacktestInputs,
    alerts: tuple[Sequence[tuple[int, Alert]], ...],
    span: TimeSpan,
) -> tuple[RuleVerdict, ...] | None:
    if inputs.incidents is None:
        return None
    old, new = (
        [(alert, of_alert(dict(alert.labels), routes.routing, routes.mapping)) for _, alert in side]
        for side, routes in zip(alerts, inputs.routes, strict=True)
    )
    return verdicts(inputs.incidents, old, new, span)
