"""Alerts of public rule files over days of load: firing as on a real server, moment by moment.

`RELIABILITY_EXACT=1` takes 200 alerts over 7 days, else a sample over one day.
"""

from __future__ import annotations

import random
import sys
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.backtest.outcome import AlertFirings
from reliability.backtest.rule_files.comparing import AlertChange, PlacedRule, RecordingRules
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer, SideFirings
from reliability.history.sources.engine import semantics_of
from reliability.history.sources.prometheus import PrometheusServer, open_prometheus
from reliability.history.sources.raw_server import RawSampleServer
from reliability.promql.evaluate.semantics import Semantics
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.rule_files.corpora_load import (
    MadeLoad,
    alerts_of,
    end_of_today,
    load_of,
    needs_of,
    push,
)
from tests.environment import corpora_folder, is_exact
from tests.servers.generation import Generation
from tests.servers.prometheus import prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

Record = Callable[[str, object], None]
ALERTS: Final = 200 if is_exact() else 30
LENGTH: Final = timedelta(days=7 if is_exact() else 1)
BEFORE: Final = timedelta(days=1, hours=6)
SEED: Final = 7
NONE: Final = RecordingRules(RuleSet(()))
MINUTE: Final = timedelta(minutes=1)

Labels = tuple[tuple[str, str], ...]
Moments = dict[Labels, np.ndarray]
"""For each label set of an alert, the evaluations at which it fired."""


def replayed(placed: PlacedRule, replayer: RuleReplayer) -> SideFirings:
    """One alert, as a new one."""
    change = AlertChange(old=None, new=placed, aspects=("new",))
    return replayer.both(change, NONE, NONE)[1]


def starts_and_ends(placed: PlacedRule, load: MadeLoad, span: TimeSpan) -> bool:
    """Whether an alert begins and ends firing within the span."""
    side = replayed(placed, RuleReplayer(reader=load, span=span, how=Semantics()))
    return isinstance(side.outcome, AlertFirings) and any(
        span.start < episode.span.start and episode.span.end < span.end
        for episode in side.outcome.episodes
    )


def chosen(folder: Path, span: TimeSpan) -> tuple[list[PlacedRule], MadeLoad]:
    """Alerts that begin and end firing, and the load of the metrics that they read."""
    whole = span.extended(BEFORE)
    alerts = list(alerts_of(folder))
    random.Random(SEED).shuffle(alerts)
    load = load_of(needs_of(alerts[: 3 * ALERTS]), whole, SEED)
    fitting = [alert for alert in alerts[: 3 * ALERTS] if starts_and_ends(alert, load, span)]
    wanted = fitting[:ALERTS]
    metrics = needs_of(wanted)
    series = tuple(one for one in load.series if one.labels["__name__"] in metrics)
    return wanted, MadeLoad(series)


def by_server(placed: PlacedRule, server: PrometheusServer, span: TimeSpan) -> Moments:
    """When the alert fired, from the server's evaluation of its expression."""
    rule, every = placed.rule, placed.group.every
    first, last = (
        (moment - EPOCH) // timedelta(milliseconds=1) for moment in (span.start, span.end)
    )
    step = every // timedelta(milliseconds=1)
    grid = np.arange(-(-first // step) * step, last, step)
    found: Moments = {}
    whole = TimeSpan(EPOCH + int(grid[0]) * timedelta(milliseconds=1), span.end)
    true: dict[Labels, list[np.ndarray]] = {}
    for series in server.evaluated(rule.expr, whole, every):
        labels = {**series.labels, **rule.labels, "alertname": rule.name}
        labels.pop("__name__", None)
        key = tuple(sorted((name, value) for name, value in labels.items() if value))
        true.setdefault(key, []).append(series.samples.times)
    for key, times in true.items():
        holds = np.isin(grid, np.concatenate(times))
        fires = grid[list(state_machine(holds.tolist(), grid.tolist(), placed))]
        if len(fires):
            found[key] = fires
    return found


def state_machine(holds: list[bool], grid: list[int], placed: PlacedRule) -> Iterator[bool]:
    """Whether an alert fires at each evaluation: AlertingRule.Eval of rules/alerting.go."""
    after, keep = (
        length // timedelta(milliseconds=1) for length in (placed.rule.after, placed.rule.keep)
    )
    active = kept = None
    fires = False
    for is_true, now in zip(holds, grid, strict=True):
        if is_true:
            active, kept = now if active is None else active, None
            fires = fires or now - active >= after
        elif fires and keep:
            kept = now if kept is None else kept
            if now - kept >= keep:
                active, fires = None, False
        else:
            active, fires = None, False
        yield fires


def by_replay(side: SideFirings) -> Moments:
    return {
        alert.labels: alert.times[alert.states.firing]
        for alert in side.alerts
        if alert.states.firing.any()
    }


def same(left: Moments, right: Moments) -> bool:
    return left.keys() == right.keys() and all(
        np.array_equal(moments, right[labels]) for labels, moments in left.items()
    )


def names_of_differing(
    alerts: Sequence[PlacedRule], sides: Sequence[SideFirings], theirs: Sequence[Moments]
) -> list[str]:
    """The alerts that did not fire exactly when they did on the server."""
    return [
        alert.rule.name
        for alert, side, moments in zip(alerts, sides, theirs, strict=True)
        if not same(by_replay(side), moments)
    ]


def test_alerts_of_public_rules_fire_as_on_the_server(
    generation: Generation, tmp_path: Path, record_property: Record
) -> None:
    folder = corpora_folder()
    if folder is None:
        pytest.skip("RELIABILITY_CORPORA names no folder")
    end = end_of_today()
    span = TimeSpan(end - LENGTH, end)
    alerts, load = chosen(folder / "prometheus-rules", span)
    assert len(alerts) == ALERTS

    with run_prometheus(generation, tmp_path, prometheus_config()) as running:
        samples = push(running.url, load)
        server = open_prometheus(running.url, None)
        with server.client:
            replayer = RuleReplayer(
                reader=RawSampleServer.of(server), span=span, how=semantics_of(server.server)
            )
            ours = [replayed(alert, replayer) for alert in alerts]
            evaluated = span.extended(timedelta(days=1))
            theirs = [by_server(alert, server, evaluated) for alert in alerts]
            # As from a server that refuses remote read
            by_query = RuleReplayer(
                reader=RawSampleServer(server=server), span=span, how=replayer.how
            )
            without = [replayed(alert, by_query) for alert in alerts]

    differing = names_of_differing(alerts, ours, theirs)
    of_query = names_of_differing(alerts, without, theirs)
    unnamed = [
        alert.rule.name
        for alert, side, moments in zip(alerts, without, theirs, strict=True)
        if not side.may_differ_because and not same(by_replay(side), moments)
    ]
    named = sum(bool(side.may_differ_because) for side in without)
    ways = Tally(side.evaluated_from or "refused" for side in ours)
    intervals = sum(
        len(side.outcome.episodes) for side in ours if isinstance(side.outcome, AlertFirings)
    )
    size = f"{LENGTH.days} days, {len(load.series):,} series, {samples:,} samples"
    figures = (
        f"{generation.name}: {len(alerts)} alerts, {size}: {intervals:,} firing intervals, "
        f"{len(differing)} alerts differ; {dict(ways)}; by the query API "
        f"{len(of_query)} differ, {named} are named, and "
        f"{len(unnamed)} differ without being named"
    )
    record_property("compared", figures)
    sys.stdout.write(f"{figures}\n")
    assert differing == unnamed == []
