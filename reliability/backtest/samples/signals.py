"""Signals (alerts other than burn rates) in sample mode: expression, `for`, `keep_firing_for`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import numpy as np

from reliability.arrays import runs
from reliability.backtest.episodes import Episode
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, NoAlert, Outcome, SignalRow
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
from reliability.promql.evaluate.rules import RuleGroup
from reliability.promql.evaluate.semantics import MILLISECOND, Semantics, milliseconds
from reliability.promql.samples import Counter, ExpressionReader, SampleReader
from reliability.resolve.signals import SignalAlert, signals
from reliability.timespan import EPOCH, TimeSpan

DAY = timedelta(days=1)


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
        then = replayer.outcome(before[key], old) if old and key in before else NoAlert()
        now = replayer.outcome(after[key], new) if key in after else NoAlert()
        alert = after.get(key) or before[key]
        service, name = key
        yield SignalRow(
            service=service,
            name=name,
            tier=alert.tier or "",
            old=then,
            new=now,
            evaluated_by=replayer.by_server,
        )


def _signals(catalog: Catalog, names: frozenset[str]) -> dict[tuple[str, str], SignalAlert]:
    return {
        (signal.service, signal.signal.name): signal
        for signal in signals(catalog)
        if not names or signal.service in names
    }


class SignalReplayer:
    """Replay of signals; `by_server` is the server that had to evaluate one, or empty."""

    def __init__(self, reader: SampleReader, terms: ReplayTerms) -> None:
        self.reader, self.terms = reader, terms
        self.by_server = ""

    def outcome(self, signal: SignalAlert, catalog: Catalog) -> Outcome:
        """Return when one signal fired, replayed from a day earlier for its `for` to elapse."""
        problem = why_not_signal(signal)
        if problem is not None or signal.tier is None:
            return NoHistory(problem.message if problem else Message("it has no tier, and no rule"))

        rules = signal_rules(signal, Directory.of(catalog))
        try:
            of_signal = RuleGroup.of(group(f"{signal.service}-signals", FAST_EVERY, rules))
            alerts = self._alerts(of_signal, signal.signal.expr)
        except CannotReplay as error:
            return NoHistory(Message("not replayed: {why}", why=error.message))
        except HistogramsNotReadError as error:
            return NoHistory(Message("not replayed: {why}", why=str(error)))

        if alerts is None:
            return NoHistory(
                Message("the samples hold nothing that its expression selects in this span")
            )
        return fired_of(alerts, self.terms.span)

    def _alerts(self, of_signal: RuleGroup, expression: str) -> tuple[Alert, ...] | None:
        span, grid = self.terms.span.extended(DAY), EvaluationGrid(self.terms.phase)
        try:
            replayed = replay(
                (of_signal,), self.reader, span, how=Semantics(self.terms.ranges), grid=grid
            )
        except (CannotReplay, HistogramsNotReadError):
            if not isinstance(self.reader, ExpressionReader):
                raise
            self.by_server = self.reader.description
            values = self.reader.evaluated(expression, span, of_signal.every)
            return tuple(alerts_of(of_signal, values, span, grid=grid))

        return replayed.alerts if replayed.storage.series else None


def alerts_of(
    of_signal: RuleGroup, values: Iterable[Counter], span: TimeSpan, grid: EvaluationGrid
) -> Iterator[Alert]:
    """Yield the alerts of a rule whose expression a server evaluated; a value means it was true."""
    [rule] = of_signal.rules
    start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
    times = grid.of(of_signal, start, end)
    lines = (
        EvaluatedSeries(
            labels_of(value.labels), np.zeros(len(times)), np.isin(times, value.samples.times)
        )
        for value in values
    )

    yield from alerts_of_rule(rule, tuple(lines), of_signal, times=times)


def fired_of(alerts: Iterable[Alert], span: TimeSpan) -> AlertFirings:
    """Return the firings of one rule's label sets within a span, all of which counts as known."""
    of_alerts = [episode for alert in alerts for episode in _episodes(alert, span)]
    episodes = tuple(sorted(of_alerts, key=lambda episode: episode.span))
    time = sum((episode.span.length for episode in episodes), timedelta(0))
    return AlertFirings(episodes, time, span.weeks)


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
