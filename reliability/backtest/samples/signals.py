"""Signals (alerts other than burn rates) in sample mode: expression, `for`, `keep_firing_for`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from reliability.arrays import runs
from reliability.backtest.episodes import Episode
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, NoAlert, Outcome, SignalRow
from reliability.backtest.replay import known_days
from reliability.burnrate import FAST_EVERY
from reliability.compile.prometheus.alerts import signal_rules
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import group
from reliability.compile.prometheus.refusals import why_not_signal
from reliability.history.series import NoHistory
from reliability.history.sources.unread import HistogramsNotReadError
from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.promql.evaluate.lines import EvaluatedSeries, labels_of
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.replay import (
    ALERT_NAME,
    Alert,
    EvaluationGrid,
    alerts_of_rule,
    replay,
)
from reliability.promql.evaluate.rules import Alerting, RuleGroup, selectors
from reliability.promql.evaluate.semantics import MILLISECOND, Semantics, milliseconds
from reliability.promql.evaluate.work import EvaluationWork
from reliability.promql.samples import Counter, ExpressionReader, SampleReader
from reliability.render.times import utc_minute
from reliability.resolve.signals import SignalAlert, signals
from reliability.timespan import DAY, EPOCH, TimeSpan


def signal_rows(
    old: Catalog | None,
    new: Catalog,
    reader: SampleReader,
    terms: ReplayTerms,
    names: frozenset[str],
) -> Iterator[SignalRow]:
    """Yield the rows of every signal of either side, by service and name."""
    before = _signals(old, names) if old else {}
    after = _signals(new, names)
    replayer = SignalReplayer(reader, terms)

    for key in [*after, *(key for key in before if key not in after)]:
        replayer.by_server = ""
        then = replayer.replayed(before[key], old) if old and key in before else NOTHING
        now = replayer.replayed(after[key], new) if key in after else NOTHING
        alert = after.get(key) or before[key]
        service, name = key
        filling = max(then.filling, now.filling)
        yield SignalRow(
            service=service,
            name=name,
            tier=alert.tier or "",
            old=then.outcome(terms, filling),
            new=now.outcome(terms, filling),
            evaluated_by=replayer.by_server,
            **known_part(terms, filling),
        )


def _signals(catalog: Catalog, names: frozenset[str]) -> dict[tuple[str, str], SignalAlert]:
    return {
        (signal.service, signal.signal.name): signal
        for signal in signals(catalog)
        if not names or signal.service in names
    }


@dataclass(frozen=True, slots=True)
class SignalFirings:
    """Alerts of a signal, or why there are none, and how long its ranges take to be filled."""

    alerts: tuple[Alert, ...] | NoHistory | NoAlert
    filling: timedelta = timedelta(0)

    def outcome(self, terms: ReplayTerms, filling: timedelta) -> Outcome:
        """Return when it fired, as far as that is known with ranges that take so long."""
        if not isinstance(self.alerts, tuple):
            return self.alerts
        if terms.begins is None:
            return fired_of(self.alerts, terms.span)
        since = terms.begins + filling
        return fired_of(alerts_since(self.alerts, since), terms.span, since)


NOTHING = SignalFirings(NoAlert())


def known_part(terms: ReplayTerms, filling: timedelta) -> dict[str, Any]:
    """Return what a row says of the part of the span in which its alert is known."""
    since = None if terms.begins is None else terms.begins + filling
    if since is None or since <= terms.span.start:
        return {}
    within = TimeSpan(since, max(since, terms.span.end))
    return {
        "known_since": since,
        "known_days": known_days(terms.span, lambda _: 1.0, within=within),
    }


class SignalReplayer:
    """Replay of signals; `by_server` is the server that had to evaluate one, or empty."""

    def __init__(self, reader: SampleReader, terms: ReplayTerms) -> None:
        self.reader, self.terms = reader, terms
        self.by_server = ""

    def replayed(self, signal: SignalAlert, catalog: Catalog) -> SignalFirings:
        """Return when one signal fired, replayed from a day earlier for its `for` to elapse."""
        problem = why_not_signal(signal)
        if problem is not None or signal.tier is None:
            reason = problem.message if problem else Message("it has no tier, and no rule")
            return SignalFirings(NoHistory(reason))

        rules = signal_rules(signal, Directory.of(catalog))
        try:
            of_signal = RuleGroup.of(group(f"{signal.service}-signals", FAST_EVERY, rules))
            alerts, reach = self._alerts(of_signal, signal.signal.expr)
        except CannotReplay as error:
            return SignalFirings(NoHistory(Message("not replayed: {why}", why=error.message)))
        except HistogramsNotReadError as error:
            return SignalFirings(NoHistory(Message("not replayed: {why}", why=str(error))))

        if alerts is None:
            reason = Message("the samples hold nothing that its expression selects in this span")
            return SignalFirings(NoHistory(reason))
        [rule] = of_signal.rules
        wait = rule.after + rule.keep if isinstance(rule, Alerting) else timedelta(0)
        return SignalFirings(alerts, filling_of(reach, wait))

    def _alerts(
        self, of_signal: RuleGroup, expression: str
    ) -> tuple[tuple[Alert, ...] | None, timedelta]:
        """Return the alerts, None without any sample, and how far back its ranges reach."""
        span, grid = self.terms.evaluated(DAY), EvaluationGrid(self.terms.phase)
        try:
            replayed = replay(
                (of_signal,), self.reader, span, how=Semantics(self.terms.ranges), grid=grid
            )
        except (CannotReplay, HistogramsNotReadError):
            if not isinstance(self.reader, ExpressionReader):
                raise
            self.by_server = self.reader.description
            values = self.reader.evaluated(expression, span, of_signal.every)
            return tuple(alerts_of(of_signal, values, span, grid=grid)), range_of(of_signal)

        return replayed.alerts if replayed.storage.series else None, replayed.reach


def alerts_of(
    of_signal: RuleGroup, values: Iterable[Counter], span: TimeSpan, grid: EvaluationGrid
) -> Iterator[Alert]:
    """Yield the alerts of a rule whose expression a server evaluated; a value means it was true.

    Raises:
        CannotReplay: the server answered more series than a rule may have here.
    """
    [rule] = of_signal.rules
    start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
    times = grid.of(of_signal, start, end)
    series = tuple(values)
    EvaluationWork().add_values(len(series) * len(times))
    lines = (
        EvaluatedSeries(
            labels_of(value.labels), np.zeros(len(times)), np.isin(times, value.samples.times)
        )
        for value in series
    )

    yield from alerts_of_rule(rule, tuple(lines), of_signal, times=times)


def range_of(group: RuleGroup) -> timedelta:
    """Return the longest range that an expression of a group reads."""
    lengths = [length for rule in group.rules for _, length in selectors(rule.tree)]
    return max([0, *lengths]) * MILLISECOND


def filling_of(reach: timedelta, wait: timedelta) -> timedelta:
    """Return how long after the first sample an alert is known, by what it reads before, and waits.

    Without a range nothing is judged by less than there is; a `for` only begins there.
    """
    return reach + wait if reach else timedelta(0)


def alerts_since(alerts: Iterable[Alert], since: datetime) -> tuple[Alert, ...]:
    """Return alerts without their evaluations before a time."""
    return tuple(alert.since(milliseconds(since - EPOCH)) for alert in alerts)


def fired_of(
    alerts: Iterable[Alert], span: TimeSpan, since: datetime | None = None
) -> AlertFirings | NoHistory:
    """Return the firings of one rule's label sets in the part of a span after `since`."""
    since = max(since or span.start, span.start)
    if since >= span.end:
        return NoHistory(
            Message(
                "its ranges are filled at {moment}, after the end of the samples",
                moment=utc_minute(since),
            )
        )
    known = TimeSpan(since, span.end)
    of_alerts = [episode for alert in alerts for episode in _episodes(alert, known)]
    episodes = tuple(sorted(of_alerts, key=lambda episode: episode.span))
    time = sum((episode.span.length for episode in episodes), timedelta(0))
    return AlertFirings(episodes, time, known.weeks)


def _episodes(alert: Alert, span: TimeSpan) -> Iterator[Episode]:
    """Yield the episodes of one label set, cut to the span; the budget they spent is unknown."""
    shown = {name: value for name, value in alert.labels if name != ALERT_NAME}
    step = alert.every
    for first, last in runs(alert.states.firing):
        start = EPOCH + int(alert.times[first]) * MILLISECOND
        end = EPOCH + int(alert.times[last - 1]) * MILLISECOND + step
        within = TimeSpan(start, end).overlap(span)
        if within is not None:
            yield Episode(within, shown, None)
