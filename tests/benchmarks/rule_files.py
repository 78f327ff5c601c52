"""`backtest --rules` beside a server's `query_range` and vmalert: equal firing, and how long.

30 days of 15 burn-rate alerts of as many services, a sample a minute. Fetching is included.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

import httpx
import numpy as np

from reliability import tracing
from reliability.backtest.rule_files.comparing import AlertChange, PlacedRule, RecordingRules
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer, SideFirings
from reliability.history.sources.engine import semantics_of
from reliability.history.sources.prometheus import open_prometheus
from reliability.history.sources.raw_server import RawSampleServer
from reliability.timespan import TimeSpan
from tests.benchmarks.measure import Benchmark, Measured
from tests.benchmarks.samples import vmalert
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.programs import backfill
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.victoria import find_victoria, make_visible, run_victoria

MINUTE: Final = timedelta(minutes=1)
LENGTH: Final = timedelta(days=30)
BEFORE: Final = timedelta(days=1, hours=7)
SERVICES: Final = 15
TIMES_FASTER: Final = 3
ORDER: Final = 10
RUNS: Final = 3
NONE: Final = RecordingRules(RuleSet(()))
RATIO: Final = (
    'sum(rate(http_requests_total{{service="{service}",code="500"}}[{window}])) / '
    'sum(rate(http_requests_total{{service="{service}"}}[{window}])) > {factor} * 0.001'
)

Texts = dict[str, str]
"""The lines of samples by series, without the time of each."""


def all_of() -> Iterator[Benchmark]:
    """One row for each program that this machine has."""
    for found in map(find, GENERATIONS):
        if isinstance(found, Generation):
            yield partial(against_query_range, found)
    if vmalert().is_file():
        yield against_vmalert


def rules(services: int = SERVICES, alerts: int = SERVICES) -> str:
    """A rule file with the page alert of the SRE Workbook for each service, by numbers."""
    written = []
    for number in range(alerts):
        pairs = (("1h", "5m", 14.4), ("6h", "30m", 6))
        conditions = [
            " and ".join(
                RATIO.format(
                    service=f"s{number % services}",
                    window=window,
                    factor=factor + number // services,
                )
                for window in (long, short)
            )
            for long, short, factor in pairs
        ]
        expr = " or ".join(f"({condition})" for condition in conditions)
        written.append(
            f"      - {{alert: Burn{number}, labels: {{severity: page}}, expr: '{expr}'}}\n"
        )
    return "groups:\n  - name: burn\n    rules:\n" + "".join(written)


def alerts_of(text: str) -> list[PlacedRule]:
    """The alerts of a rule file."""
    read = RuleSet.of([(PurePosixPath("rules.yml"), text.encode())])
    return [PlacedRule(group, rule) for group, rule in read.alerts]


def end_of_samples() -> datetime:
    """The last whole minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def counters(length: timedelta, services: int = SERVICES) -> Iterator[tuple[str, np.ndarray]]:
    """The labels and the values of each series: errors come in bursts of up to an hour."""
    random = np.random.default_rng(15)
    minutes = length // MINUTE + 1
    for service in range(services):
        total = random.integers(500, 1500, minutes)
        share = np.zeros(minutes)
        for _ in range(12):
            begin = int(random.integers(0, minutes))
            share[begin : begin + int(random.integers(5, 60))] = random.choice([0.01, 0.05, 0.3])
        failed = random.binomial(total, share)
        yield f'service="s{service}",code="200"', np.cumsum(total - failed)
        yield f'service="s{service}",code="500"', np.cumsum(failed)


def write_samples(path: Path, length: timedelta, unit: float, services: int = SERVICES) -> None:
    """Write samples as OpenMetrics; times have this unit in seconds."""
    begin = (end_of_samples() - length).timestamp()
    with path.open("w", encoding="utf-8") as out:
        out.write("# TYPE http_requests counter\n" if unit == 1 else "")
        for labels, values in counters(length, services):
            name = f"http_requests_total{{{labels}}}"
            out.writelines(
                f"{name} {value} {(begin + 60 * minute) / unit:.0f}\n"
                for minute, value in enumerate(values.tolist())
            )
        out.write("# EOF\n" if unit == 1 else "")


def replayed(alerts: list[PlacedRule], url: str, span: TimeSpan) -> list[SideFirings]:
    """Every alert from raw samples, fetched for this run."""
    server = open_prometheus(url, None)
    with server.client:
        replayer = RuleReplayer(
            reader=RawSampleServer.of(server), span=span, how=semantics_of(server.server)
        )
        return [replayer.both(_new(alert), NONE, NONE)[1] for alert in alerts]


def evaluated(alerts: list[PlacedRule], url: str, span: TimeSpan) -> list[SideFirings]:
    """Every alert by `query_range`, with the requests at a time that a replay would send."""
    server = open_prometheus(url, None)
    with server.client:
        reader = RawSampleServer(server=server)
        replayer = RuleReplayer(reader=reader, span=span, how=semantics_of(server.server))
        return [replayer.by_server(alert, reader) for alert in alerts]


def _new(placed: PlacedRule) -> AlertChange:
    return AlertChange(old=None, new=placed, aspects=("new",))


def requests_of(work: Callable[[], object]) -> int:
    """How many requests were sent."""
    lines: list[str] = []
    with tracing.listening(lines.append):
        work()
    return sum(line.startswith(("GET ", "POST ")) for line in lines)


def against_query_range(generation: Generation, folder: Path) -> Measured:
    """The same alerts by the server; both have the same firing intervals, or it fails."""
    alerts = alerts_of(rules())
    write_samples(folder / "samples.txt", LENGTH + BEFORE, 1)
    (folder / "server" / "data").mkdir(parents=True)
    assert backfill(generation, folder / "samples.txt", folder / "server" / "data").accepted
    span = TimeSpan(end_of_samples() - LENGTH, end_of_samples() - timedelta(hours=1))
    with run_prometheus(generation, folder / "server", prometheus_config()) as server:
        ours, mine = best(lambda: replayed(alerts, server.url, span))
        theirs, other = best(lambda: evaluated(alerts, server.url, span))
        requests = requests_of(lambda: replayed(alerts, server.url, span))

    assert intervals(ours) == intervals(theirs)
    count = sum(map(len, intervals(ours)))
    version = ".".join(map(str, generation.prometheus_version))
    beside = f"query_range {version} {other:.2f} s, {other / mine:.1f} x"
    name = f"  rule files, 15 burn rates, 30 days, {count} intervals, {requests} requests; {beside}"
    return Measured(name, mine, other / TIMES_FASTER)


def against_vmalert(folder: Path) -> Measured:
    """`vmalert -replay` on a VictoriaMetrics with the same samples, and a replay from it.

    The limit is only an order of magnitude: VictoriaMetrics evaluates such rates quicker than it
    sends raw samples, and refuses remote read.
    """
    alerts = alerts_of(rules())
    write_samples(folder / "samples.txt", LENGTH + BEFORE, 0.001)
    (folder / "rules.yml").write_text(rules(), encoding="utf-8")
    program = find_victoria()
    assert isinstance(program, Path)
    span = TimeSpan(end_of_samples() - LENGTH, end_of_samples() - timedelta(hours=1))
    with run_victoria(program, folder / "victoria") as url:
        content = (folder / "samples.txt").read_bytes()
        reply = httpx.post(f"{url}/api/v1/import/prometheus", content=content, timeout=120)
        reply.raise_for_status()
        make_visible(url)
        ours, mine = best(lambda: replayed(alerts, url, span))
        _, other = best(lambda: replay_by_vmalert(url, folder / "rules.yml", span))
    count = sum(map(len, intervals(ours)))
    beside = f"vmalert -replay {other:.2f} s, {other / mine:.1f} x"
    limit = ORDER * other
    return Measured(f"  rule files, the same, {count} intervals; {beside}", mine, limit)


def replay_by_vmalert(url: str, path: Path, span: TimeSpan) -> None:
    """Evaluate a rule file every minute over a span, and write the result to the server."""
    words = [
        str(vmalert()),
        f"-rule={path}",
        f"-datasource.url={url}",
        f"-remoteWrite.url={url}",
        f"-replay.timeFrom={span.start - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
        f"-replay.timeTo={span.end:%Y-%m-%dT%H:%M:%SZ}",
        "-replay.rulesDelay=0s",
        "-replay.maxDatapointsPerQuery=10000",
        "-replay.disableProgressBar",
        "-evaluationInterval=1m",
        "-httpListenAddr=127.0.0.1:0",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def intervals(sides: list[SideFirings]) -> list[list[TimeSpan]]:
    """When each alert fired."""
    return [[episode.span for episode in getattr(side.outcome, "episodes", ())] for side in sides]


def best(work: Callable[[], object]) -> tuple[list[SideFirings], float]:
    """What comes out, and the seconds of the quickest of several runs."""
    times: list[float] = []
    found: object = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - begin)
    return found if isinstance(found, list) else [], min(times)
