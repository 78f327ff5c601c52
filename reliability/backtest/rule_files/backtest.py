"""`rule_files_backtest`: replay the alerts that changed, and count what people would have got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reliability.alertmanager.simulate.posts import FiringAlert, Sending
from reliability.arrays import runs
from reliability.backtest.effects import NotificationEffect, of_alert
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.notified_sides import NotificationSides
from reliability.backtest.outcome import NoAlert
from reliability.backtest.rule_files.comparing import AlertChange, Comparison
from reliability.backtest.rule_files.counting import RuleRoutes, side_notifications
from reliability.backtest.rule_files.incidents import RecordedIncident, verdicts
from reliability.backtest.rule_files.related import known_labels, related
from reliability.backtest.rule_files.replaying import RuleReplayer, SideFirings
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.backtest.rule_files.routes import is_rerouted
from reliability.backtest.tally import AlertKey, Named
from reliability.finding import Problem
from reliability.history.series import NoHistory
from reliability.progress import stepped
from reliability.promql.distinctions import NamedAlert, distinctions
from reliability.promql.evaluate.replay import Alert
from reliability.promql.evaluate.semantics import MILLISECOND
from reliability.timespan import EPOCH, TimeSpan

SKIPPED: Final = SideFirings(outcome=NoHistory("the time of --budget was used up"))
RELATED: Final = AlertKey("", "")
"""Key of alerts that are replayed for others only: what they notify is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBacktestInputs:
    """What is compared, and the span to replay; `every_alert` replays unchanged ones too.

    `should_continue` is called before each alert; once it is false, the rest is skipped.
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
    should_continue: Callable[[], bool] = field(default=lambda: True)


@dataclass(frozen=True, slots=True)
class ChosenAlert:
    """An alert to replay; `is_related` ones are replayed for others, and not counted."""

    change: AlertChange
    name: str
    is_rerouted: bool
    is_related: bool = False

    @property
    def key(self) -> AlertKey:
        """Identity of the alert, by which its notifications are counted."""
        if self.is_related:
            return RELATED
        rule = self.change.newest.rule
        service = rule.labels.get("service", "")
        return AlertKey(service, self.name, location=rule.location.text)


def rule_files_backtest(inputs: RuleBacktestInputs, replayer: RuleReplayer) -> RuleBacktest:
    """Replay each alert on both sides, the most changed first, and play them to Alertmanager."""
    comparison = inputs.comparison
    chosen = _chosen(inputs)
    rows: list[AlertRow] = []
    firing: tuple[list[Named], list[Named]] = ([], [])
    skipped = not_replayed = 0
    for alert in stepped("replaying alerts", chosen, len(chosen)):
        sides = (SKIPPED, SKIPPED)
        if inputs.should_continue():
            sides = replayer.both(alert.change, comparison.old, comparison.new)
        # Of the evaluations, which are large, only the times of firing are kept.
        for named, side in zip(firing, sides, strict=True):
            named.extend(_named(alert, side.alerts))
        if not alert.is_related:
            rows.append(_row(alert, sides, inputs))
            skipped += sides[0] is SKIPPED
        elif any(isinstance(side.outcome, NoHistory) for side in sides):
            not_replayed += 1

    before, after = (
        side_notifications(named, routes, replayer.span)
        for named, routes in zip(firing, inputs.routes, strict=True)
    )
    return RuleBacktest(
        terms=ReplayTerms(inputs.span, replayer.how.ranges),
        source=replayer.reader.description,
        is_synthetic=False,
        base=inputs.base,
        objectives=(),
        verdicts=verdicts(
            inputs.incidents or (), rows, inputs.routes, inputs.span, known=replayer.span
        ),
        has_incidents=inputs.incidents is not None,
        notifications=NotificationSides(before, after),
        known=replayer.span,
        rules=_counts(comparison),
        alerts=tuple(rows),
        skipped=skipped,
        related=len(chosen) - len(rows),
        is_partial=comparison.compares and len(rows) < len(comparison.changes),
        problems=inputs.problems,
        routes=inputs.routes_from,
        notes=(*inputs.notes, *_unrelated(not_replayed)),
    )


def _counts(comparison: Comparison) -> tuple[int, int, int, int]:
    """Return the numbers of changed, new, removed and unchanged alerts."""
    new, removed = comparison.count("new"), comparison.count("removed")
    changed = sum(bool(change.aspects) for change in comparison.changes) - new - removed
    return changed, new, removed, comparison.unchanged


def _unrelated(count: int) -> Iterator[str]:
    if count:
        alerts = "1 unchanged alert" if count == 1 else f"{count:,} unchanged alerts"
        yield f"{alerts} may inhibit these or share a group, and could not be replayed"


def _chosen(inputs: RuleBacktestInputs) -> list[ChosenAlert]:
    """Return the alerts to replay: the most changed first, then those related to them."""
    comparison, names = inputs.comparison, _names(inputs.comparison)
    old, new = ((side.routing, side.intervals) for side in inputs.routes)
    chosen: list[ChosenAlert] = []
    others: list[ChosenAlert] = []
    for change, name in zip(comparison.changes, names, strict=True):
        labels = known_labels(change.newest)
        differs = comparison.compares and is_rerouted(labels, old, new)
        alert = ChosenAlert(change, name, is_rerouted=differs)
        is_counted = inputs.every_alert or change.aspects or differs or not comparison.compares
        (chosen if is_counted else others).append(alert)

    chosen.sort(key=lambda alert: alert.change.weight)
    if not chosen or not others:
        return chosen
    targets = [
        known_labels(placed)
        for alert in chosen
        for placed in (alert.change.old, alert.change.new)
        if placed is not None
    ]
    of_others = [known_labels(alert.change.newest) for alert in others]
    numbers = set[int]().union(
        *(related(targets, of_others, routes.routing) for routes in inputs.routes)
    )
    return [*chosen, *(replace(others[number], is_related=True) for number in sorted(numbers))]


def _names(comparison: Comparison) -> list[str]:
    """Return a name for each alert that tells it apart from all others."""
    alerts = [
        NamedAlert(
            name=placed.rule.name,
            labels=placed.rule.labels,
            expr=placed.rule.expr,
            group=placed.group.name,
            file=placed.group.path.as_posix(),
            line=placed.rule.location.text,
        )
        for placed in (change.newest for change in comparison.changes)
    ]
    names = []
    for alert, distinction in zip(alerts, distinctions(alerts), strict=True):
        severity = alert.labels.get("severity", "")
        inside = ", ".join(filter(None, (severity, distinction)))
        names.append(f"{alert.name} ({inside})" if inside else alert.name)
    return names


def _named(chosen: ChosenAlert, alerts: Sequence[Alert]) -> Iterator[Named]:
    for alert in alerts:
        spans = [
            TimeSpan(
                EPOCH + int(alert.times[first]) * MILLISECOND,
                # The first evaluation at which it no longer fires
                EPOCH + int(alert.times[last - 1]) * MILLISECOND + alert.every,
            )
            for first, last in runs(alert.states.firing)
        ]
        if spans:
            labels = dict(alert.labels)
            fired = FiringAlert(labels, spans, Sending(alert.every))
            yield Named(chosen.key, fired, labels.get("team", ""))


def _row(
    alert: ChosenAlert, sides: tuple[SideFirings, SideFirings], inputs: RuleBacktestInputs
) -> AlertRow:
    effects: list[NotificationEffect] = []
    for placed, routes in zip((alert.change.old, alert.change.new), inputs.routes, strict=True):
        if placed is None:
            effects.append("no one")
        else:
            effects.append(of_alert(known_labels(placed), routes.routing, routes.mapping))

    newest = next((side for side in reversed(sides) if side.evaluated_from), sides[1])
    return AlertRow(
        service=alert.key.service,
        slo=alert.name,
        objective="",
        tier="",
        old=sides[0].outcome if inputs.comparison.compares else NoAlert(),
        new=sides[1].outcome,
        change=alert.change,
        is_rerouted=alert.is_rerouted,
        effects=(effects[0], effects[1]),
        known_since=sides[1].known_since or sides[0].known_since,
        evaluated_from=newest.evaluated_from,
        computes_recordings=any(side.computes_recordings for side in sides),
        evaluated_by_server_because=sides[1].evaluated_by_server_because
        or sides[0].evaluated_by_server_because,
        may_differ_because=sides[1].may_differ_because or sides[0].may_differ_because,
    )
