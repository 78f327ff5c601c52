"""Signals that are no burn rates, in sample mode: their own expression, `for` and kept firing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.backtest.episodes import Episode
from reliability.backtest.firing import Terms, runs
from reliability.backtest.outcome import Fired, NoAlert, Outcome, SignalRow
from reliability.backtest.samples.refused import CannotReplay
from reliability.backtest.samples.replay import ALERT_NAME, Alert, Grid, replay
from reliability.backtest.samples.rules import Group
from reliability.backtest.samples.semantics import MILLISECOND, Semantics
from reliability.burnrate import FAST_EVERY
from reliability.compile.prometheus.alerts import signal_rule
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import group
from reliability.compile.prometheus.refusals import why_not_signal
from reliability.history.series import NoHistory
from reliability.history.sources.samples import SampleReader
from reliability.history.timespan import EPOCH, TimeSpan
from reliability.load.catalog import Catalog
from reliability.resolve.signals import SignalAlert, signals

DAY = timedelta(days=1)


def signal_rows(
    old: Catalog | None, new: Catalog, reader: SampleReader, terms: Terms, names: frozenset[str]
) -> Iterator[SignalRow]:
    """Every signal of either side, by service and name."""
    before = _signals(old, names) if old else {}
    after = _signals(new, names)
    for key in [*after, *(key for key in before if key not in after)]:
        service, name = key
        outcomes = [
            signal_outcome(side[key], Directory.of(catalog), reader, terms)
            if catalog is not None and key in side
            else NoAlert()
            for side, catalog in ((before, old), (after, new))
        ]
        found = after.get(key) or before[key]
        yield SignalRow(service, name, found.tier or "", *outcomes)


def _signals(catalog: Catalog, names: frozenset[str]) -> dict[tuple[str, str], SignalAlert]:
    return {
        (each.service, each.signal.name): each
        for each in signals(catalog)
        if not names or each.service in names
    }


def signal_outcome(
    signal: SignalAlert, directory: Directory, reader: SampleReader, terms: Terms
) -> Outcome:
    """When one signal fired, from a day before the span on, so that a `for` has begun."""
    problem = why_not_signal(signal)
    if problem is not None or signal.tier is None:
        return NoHistory(problem.message if problem else "it has no tier, and no rule")
    rule = signal_rule(signal, signal.tier, directory)
    try:
        groups = (Group.of(group(f"{signal.service}-signals", FAST_EVERY, [rule])),)
        how, span = Semantics(terms.ranges), terms.span.extended(DAY)
        found = replay(groups, reader, span, how, Grid(terms.phase))
    except CannotReplay as error:
        return NoHistory(f"not replayed: {error}")
    if not found.storage.series:
        return NoHistory("the samples hold nothing that its expression selects in this span")
    fired = [each for alert in found.alerts for each in _episodes(alert, terms.span)]
    episodes = tuple(sorted(fired, key=lambda episode: episode.span))
    time = sum((each.span.length for each in episodes), timedelta(0))
    return Fired(episodes, time, terms.span.weeks)


def _episodes(alert: Alert, span: TimeSpan) -> Iterator[Episode]:
    """The runs of one label set that touch the span, cut to it; what they cost is not known."""
    shown = {name: value for name, value in alert.labels if name != ALERT_NAME}
    step = alert.every
    for first, last in runs(alert.states.firing):
        start = EPOCH + int(alert.times[first]) * MILLISECOND
        end = EPOCH + int(alert.times[last - 1]) * MILLISECOND + step
        within = TimeSpan(start, end).overlap(span)
        if within is not None:
            yield Episode(within, shown, 0.0)
