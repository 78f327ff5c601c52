"""Sample mode beside the programs that answer the same question: equal intervals, and how long."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from reliability.arrays import runs
from reliability.burnrate import BurnRateAlert
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.prometheus_data import (
    METRIC,
    OUTAGE,
    SPAN,
    Service,
    intervals,
    moments,
    promql,
    samples_of,
    serving,
    shop,
)
from tests.benchmarks.backtest import google_30d
from tests.benchmarks.measure import Benchmark, Measured
from tests.environment import cache_folder
from tests.promql.evaluate import played
from tests.promql.evaluate.compared import grid, semantics
from tests.promql.evaluate.played import Made
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.programs import backfill, run_rule_tests, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

TIMES_FASTER: Final = {"debian": 20, "newer": 15}
MINUTE: Final = timedelta(minutes=1)


def all_of() -> Iterator[Benchmark]:
    """One row for each program that this machine has."""
    for found in map(find, GENERATIONS):
        if isinstance(found, Generation):
            yield partial(against_query_range, found)
            yield partial(against_promtool, found)
            if found.name == "debian" and vmalert().is_file():
                yield partial(against_vmalert, found)


def vmalert() -> Path:
    """The program, where `tests/servers/install victoria` unpacked it."""
    return cache_folder() / "servers" / "victoria" / "vmalert"


def against_query_range(generation: Generation, folder: Path) -> Measured:
    """Both alerts of the Workbook's windows over 31 days of two instances, one with restarts."""
    service, alerts = shop(), google_30d()
    found, ours = replayed(service, alerts, SPAN, generation)
    theirs: list[list[TimeSpan]] = []
    with serving(generation, folder / "server", service) as server:

        def ask() -> None:
            asked = (intervals(moments(server, service, a), a.every) for a in alerts)
            theirs[:] = [list(each) for each in asked]

        seconds = best(ask, runs=3)
    return row("query_range", generation, (found, theirs), (ours, seconds), "31 days")


def against_promtool(generation: Generation, folder: Path) -> Measured:
    """`promtool test rules` on the day of a total outage; it agrees at every minute, or fails."""
    service = shop()
    body = rules_of(service, google_30d())
    made, groups = day_of(service), played.groups_of(body)
    how = semantics(generation)
    seconds = best(lambda: played.ours(groups, made, how), runs=5)
    found = played.ours(groups, made, how)
    (folder / "rules.json").write_text(json.dumps(body))
    test = folder / "test.json"
    test.write_text(json.dumps(played.unit_test(body, made, found)))
    start = time.perf_counter()
    said = run_rule_tests(generation, test)
    theirs = time.perf_counter() - start
    assert said.accepted, said.text[:2000]
    fired = [
        [TimeSpan(EPOCH + a * MINUTE, EPOCH + b * MINUTE) for a, b in runs(each.states.firing)]
        for each in found.alerts
    ]
    return row("promtool test rules", generation, (fired, fired), (seconds, theirs), "1 day")


def day_of(service: Service) -> Made:
    """A day of a service around its outage, from 1970 on, as promtool counts time."""
    first = OUTAGE.start - 600
    return Made(
        {each.labels: each.values[first : first + 1441] for each in storage_of(service).series},
        scrape=MINUTE,
    )


def rules_of(service: Service, alerts: Sequence[BurnRateAlert]) -> dict[str, Any]:
    """One rule for each alert, over raw counters."""
    rules = [
        {"alert": alert.tier, "expr": promql(alert.condition, service.sli)} for alert in alerts
    ]
    return {"groups": [{"name": "burn", "rules": rules}]}


def against_vmalert(generation: Generation, folder: Path) -> Measured:
    """`vmalert -replay` with Prometheus as its source, which is also where it writes."""
    service, alerts = shop(), google_30d()
    found, ours = replayed(service, alerts, SPAN, generation)
    rules = folder / "rules.json"
    rules.write_text(json.dumps(rules_of(service, alerts)))
    server_folder = folder / "server"
    (server_folder / "data").mkdir(parents=True)
    write_openmetrics(folder / "samples.txt", METRIC, service.samples)
    assert backfill(generation, folder / "samples.txt", server_folder / "data").accepted
    config = prometheus_config(out_of_order=timedelta(days=4000))
    with run_prometheus(generation, server_folder, config) as server:
        start = time.perf_counter()
        replay_by_vmalert(server.url, rules)
        seconds = time.perf_counter() - start
        theirs = [written_by_vmalert(server, alert) for alert in alerts]
    return row("vmalert -replay on", generation, (found, theirs), (ours, seconds), "31 days")


def replay_by_vmalert(url: str, rules: Path) -> None:
    """Both alerts every minute over the whole span, written to the server."""
    last = SPAN.end - MINUTE
    command = (
        vmalert(),
        f"-rule={rules}",
        f"-datasource.url={url}",
        f"-remoteWrite.url={url}",
        f"-replay.timeFrom={SPAN.start:%Y-%m-%dT%H:%M:%SZ}",
        f"-replay.timeTo={last:%Y-%m-%dT%H:%M:%SZ}",
        "-replay.rulesDelay=0s",
        "-replay.maxDatapointsPerQuery=10000",
        "-evaluationInterval=1m",
        "-httpListenAddr=127.0.0.1:0",
    )
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def written_by_vmalert(server: Prometheus, alert: BurnRateAlert) -> list[TimeSpan]:
    """The intervals of an alert's firing samples, at the moments of its own grid."""
    length = int(SPAN.length.total_seconds())
    firing = f'ALERTS{{alertname="{alert.tier}", alertstate="firing"}}'
    every = alert.every.total_seconds()
    at_grid = [
        datetime.fromtimestamp(at, UTC)
        for series in server.query(f"{firing}[{length}s]", SPAN.end)
        for at, _ in series["values"]
        if at % every == 0
    ]
    return list(intervals(at_grid, alert.every))


def replayed(
    service: Service, alerts: Sequence[BurnRateAlert], span: TimeSpan, generation: Generation
) -> tuple[list[list[TimeSpan]], float]:
    """The intervals of each alert, and the seconds that all of them take."""
    found: list[list[TimeSpan]] = []
    stored, how = storage_of(service), semantics(generation)

    def replay() -> None:
        again = unread(stored)
        found[:] = [list(intervals_of(service, alert, span, (again, how))) for alert in alerts]

    seconds = best(replay, runs=15)
    return found, seconds


def unread(storage: Storage) -> Storage:
    """The same samples, of which nothing is worked out yet."""
    return Storage([StoredSeries(each.labels, each.times, each.values) for each in storage.series])


def storage_of(service: Service) -> Storage:
    """The samples of a service as they are stored."""
    found = []
    for written, values in service.counters.items():
        matchers = Selector.parse(f"{METRIC}{{{written}}}").matchers
        samples = samples_of(values)
        labels = labels_of({each.label: each.value for each in matchers})
        found.append(StoredSeries(labels, samples.times, samples.values))
    return Storage(sorted(found, key=lambda each: each.labels))


def intervals_of(
    service: Service, alert: BurnRateAlert, span: TimeSpan, held: tuple[Storage, Semantics]
) -> Iterator[TimeSpan]:
    """From evaluating the compiled expression over the raw counters."""
    storage, how = held
    times = grid(span.start, span.length, alert.every)
    lines = Evaluator(storage, times, how).vector(read(promql(alert.condition, service.sli)))
    on = np.any([line.there for line in lines], axis=0)
    for first, last in runs(on):
        yield TimeSpan(span.start + first * alert.every, span.start + last * alert.every)


def best(work: Callable[[], object], runs: int) -> float:
    """The fewest seconds of several runs: what other work on the machine adds is left out."""
    seen = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seen.append(time.perf_counter() - start)
    return min(seen)


def row(
    program: str,
    generation: Generation,
    intervals: tuple[list[list[TimeSpan]], list[list[TimeSpan]]],
    seconds: tuple[float, float],
    what: str,
) -> Measured:
    """One row; its limit is the other program's time over the ratio that is wanted."""
    ours, theirs = intervals
    assert ours == theirs, f"{program}: {ours} and {theirs}"
    count = sum(map(len, ours))
    version = ".".join(map(str, generation.prometheus_version))
    mine, other = seconds
    beside = f"{program} {version} {other:.2f} s, {other / mine:.0f} x"
    name = f"  samples, {what}, {count} equal intervals; {beside}"
    return Measured(name, mine, other / TIMES_FASTER[generation.name])
