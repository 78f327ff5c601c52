"""One objective in sample mode: its compiled rules evaluated over raw samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import BoolArray
from reliability.backtest.confidence import PHASES
from reliability.backtest.firing import Firing, ReplayTerms
from reliability.backtest.outcome import NoAlert, Outcome
from reliability.backtest.replay import ObjectiveSide, group_series
from reliability.backtest.samples.events import recorded_events
from reliability.backtest.samples.signals import SignalFirings
from reliability.backtest.slis import sli_history, why_not_replayed
from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import objective_groups
from reliability.compile.prometheus.names import ERRORS, TOTAL
from reliability.history.series import NoHistory, Series
from reliability.history.sources.direct import DirectHistory
from reliability.history.sources.unread import HistogramsNotReadError
from reliability.message import Message
from reliability.promql.evaluate.lines import have
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.replay import ALERT_NAME, Alert, EvaluationGrid, Replay, replay
from reliability.promql.evaluate.reread import Reread
from reliability.promql.evaluate.rules import Alerting, Rule, RuleGroup
from reliability.promql.evaluate.semantics import MILLISECOND, Semantics, milliseconds
from reliability.promql.evaluate.stored import Storage
from reliability.promql.samples import SampleReader
from reliability.resolve.alerts import BURN, NO_DATA, objective_alerts
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, TimeSpan

NO_ALERT: Final = NoAlert()
Firings: TypeAlias = Mapping[BurnRateAlert, tuple[Firing, ...]]
"""Firings of each alert, one per group."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sampled:
    """An objective as one commit declares it: its groups, and the results of its rules.

    `later` has the results if every group is evaluated a number of quarters of its interval later;
    it is empty if confidence was not requested. `no_data` is the outcome of its `SLINoData`.
    """

    side: ObjectiveSide
    firings: Firings
    storage: Storage
    later: Mapping[int, Firings] = field(default_factory=dict)
    no_data: Outcome = NO_ALERT

    @property
    def objective(self) -> Objective:
        """Objective of the side."""
        return self.side.objective


def open_sampled(
    objective: Objective,
    reader: SampleReader,
    terms: ReplayTerms,
    warm_up: timedelta,
    directory: Directory,
) -> Sampled:
    """Evaluate an objective's rules over the span, and `warm_up` before it.

    An objective that cannot be replayed, or has no samples, becomes a side without groups, with the
    reason.
    """
    span = terms.span.extended(warm_up)
    # Every phase reads the same samples; they are fetched once.
    samples = Reread(reader)
    try:
        _ensure_distinct_groups(objective)
        groups = groups_of(objective, directory)
        now = replayed_later(0, groups, samples, span=span, terms=terms)
    except CannotReplay as error:
        return _unknown(objective, NoHistory(Message("not replayed: {why}", why=error.message)))
    except HistogramsNotReadError as error:
        return _unknown(objective, NoHistory(Message("not replayed: {why}", why=str(error))))

    series = events_of(objective, reader, span, replayed=now)
    if isinstance(series, NoHistory):
        return _unknown(objective, series)

    replayed = group_series(objective, series, terms, warm_up=warm_up)
    side = ObjectiveSide(objective, replayed, None)
    later = {
        quarter: _firings(
            side,
            replayed_later(quarter, groups, samples, span=span, terms=terms),
            terms,
            quarter=quarter,
        )
        for quarter in (range(1, PHASES) if terms.with_confidence else ())
    }

    firings = _firings(side, now, terms)
    return Sampled(
        side=side,
        firings=firings,
        storage=now.storage,
        later=later,
        no_data=no_data_of(objective, now, terms),
    )


def _ensure_distinct_groups(objective: Objective) -> None:
    """Refuse groups that an alert's own label would merge; `label-overwritten` warns of them.

    Raises:
        CannotReplay: the group of an alert could not be determined.
    """
    burns = (alert for alert in objective_alerts(objective) if alert.name == BURN)
    overwritten = sorted({name for alert in burns for name in alert.labels} & {*objective.group_by})
    if overwritten:
        raise CannotReplay(
            Message(
                "its groups keep the label {label}, which the alert's own label overwrites",
                label=overwritten[0],
            )
        )


def replayed_later(
    quarter: int,
    groups: tuple[RuleGroup, ...],
    reader: SampleReader,
    span: TimeSpan,
    terms: ReplayTerms,
) -> Replay:
    """Replay the rules with each group evaluated some quarters of its interval later.

    Raises:
        CannotReplay: part of a rule cannot be evaluated bit-identically.
        SourceError: samples cannot be read.
    """
    phases = {group.name: terms.phase + group.every * quarter / PHASES for group in groups}
    grid = EvaluationGrid(terms.phase, phases=phases)
    return replay(
        groups, reader=reader, span=span, how=Semantics(terms.ranges), grid=grid, wanted=is_wanted
    )


def _unknown(objective: Objective, why: NoHistory) -> Sampled:
    no_data = why if objective.alerts_on_no_data else NoAlert()
    return Sampled(
        side=ObjectiveSide(objective, (), why), firings={}, storage=Storage(), no_data=no_data
    )


def no_data_of(objective: Objective, replayed: Replay, terms: ReplayTerms) -> Outcome:
    """Return the outcome of the alert on missing data of an objective's SLI."""
    if not objective.alerts_on_no_data:
        return NoAlert()
    alerts = tuple(alert for alert in replayed.alerts if alert.rule.name == NO_DATA)
    return SignalFirings(alerts).outcome(terms, objective.no_data.after)


def groups_of(objective: Objective, directory: Directory) -> tuple[RuleGroup, ...]:
    """Return the compiled rule groups of an objective.

    Raises:
        CannotReplay: its SLI has no PromQL.
    """
    if objective.sli is None:
        raise CannotReplay(Message("its SLI has no PromQL that is compiled"))
    written = objective_groups(objective, objective.sli, directory)
    return tuple(RuleGroup.of(group) for group in written)


def is_wanted(rule: Rule) -> bool:
    """Return whether a rule is a burn-rate or no-data alert, or events that the budget counts."""
    if isinstance(rule, Alerting):
        return rule.name in (BURN, NO_DATA)
    return rule.name in (TOTAL, ERRORS)


def events_of(
    objective: Objective, reader: SampleReader, span: TimeSpan, replayed: Replay
) -> tuple[Series, ...] | NoHistory:
    """Return counts per minute from counters if possible, or else from recorded series."""
    if why_not_replayed(objective.sli) is None:
        counted = DirectHistory(reader).series(sli_history(objective), span)
        # Counters are preferred: the recorded rates cover five minutes each and have lost single
        # events.
        if not isinstance(counted, NoHistory):
            return counted
    return recorded_events(objective, replayed, span, source=reader.description)


def _firings(
    side: ObjectiveSide, replayed: Replay, terms: ReplayTerms, quarter: int = 0
) -> Firings:
    """Return the firings of each alert, some quarters of its interval later."""
    result: dict[BurnRateAlert, tuple[Firing, ...]] = {}
    for declared in objective_alerts(side.objective):
        if isinstance(declared.condition, BurnRateAlert):
            alert = declared.condition
            phase = terms.phase + alert.every * quarter / PHASES
            labels = {**declared.labels, ALERT_NAME: declared.name}
            own = _firings_of(
                alert, labels, side, replayed=replayed, terms=replace(terms, phase=phase)
            )
            result[alert] = tuple(own)

    return result


def _firings_of(
    alert: BurnRateAlert,
    own: Mapping[str, str],
    side: ObjectiveSide,
    replayed: Replay,
    terms: ReplayTerms,
) -> Iterator[Firing]:
    """Yield one firing per group, including groups that never fired."""
    fired = [fired_alert for fired_alert in replayed.alerts if have(fired_alert.labels, own)]
    policies = [
        fired_alert
        for fired_alert in fired
        # All burn-rate alerts have one name. Labels of the policy alert are a subset of those that
        # an OpenSLO alert of the same tier has, so its firings would be counted for both.
        if alert.policy or "alert_policy" not in dict(fired_alert.labels)
    ]
    for group in side.groups:
        mine = [policy for policy in policies if have(policy.labels, group.series.labels)]
        start, on = _cut(mine, alert, terms)
        yield Firing(
            alert=alert,
            labels=group.series.labels,
            start=EPOCH + start * MILLISECOND,
            every=alert.every,
            on=on,
        )


def _cut(alerts: list[Alert], alert: BurnRateAlert, terms: ReplayTerms) -> tuple[int, BoolArray]:
    """Return the evaluations within the span, and at which of them any of the alerts fired."""
    start, end = (milliseconds(moment - EPOCH) for moment in (terms.span.start, terms.span.end))
    times = EvaluationGrid(terms.phase).times(alert.every, start, end)
    on = np.zeros(len(times), dtype=bool)
    for fired_alert in alerts:
        on |= fired_alert.states.firing[(fired_alert.times >= start) & (fired_alert.times < end)]
    return (int(times[0]) if len(times) else start), on
