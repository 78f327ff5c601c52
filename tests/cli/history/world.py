"""A company that adopts us: a month of raw samples, and rules that begin to run today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from tests.backtest.repository import WINDOWS, policy, slo
from tests.cli.program import Ended, reliability
from tests.review.gate.test_standing_commands import POLICY
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus, write_config
from tests.servers.remote_write import push

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
BLOCKS: Final = 31 * 1440 - 240
"""Minutes that are in blocks; the rest up to now is in the head, and was written today."""

OUTAGE: Final = range(20 * 1440, 20 * 1440 + 60)
"""The hour in which a fifth of the requests in Europe fail, and the queue is too long."""

ROLLING: Final = "timeWindow: [{duration: 30d, isRolling: true}]"
QUEUE: Final = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: queue}
spec:
  service: shop
  indicator:
    metadata: {name: queue}
    spec:
      thresholdMetric:
        metricSource: {type: Prometheus, spec: {query: queue_length}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: short, target: 0.99, op: lte, value: 10}]
"""
SLOS: Final = (
    slo("checkout"),
    slo("regions").replace(
        "metadata: {name: regions}\nspec",
        'metadata: {name: regions, annotations: {reliability/group-by: "region"}}\nspec',
    ),
    QUEUE,
)


def requests(region: str, code: str) -> str:
    """The labels of a counter of requests."""
    return f'region="{region}",code="{code}"'


def samples_until(minutes: int) -> dict[str, dict[str, list[float]]]:
    """Every series by metric and labels, a value a minute: 60 requests in Europe, 40 elsewhere."""
    bad = [0.0]
    for minute in range(1, minutes):
        bad.append(bad[-1] + (12 if minute in OUTAGE else 0))
    return {
        "requests_total": {
            requests("eu", "200"): [60.0 * minute - bad[minute] for minute in range(minutes)],
            requests("eu", "500"): bad,
            requests("us", "200"): [40.0 * minute for minute in range(minutes)],
        },
        "queue_length": {
            'job="shop"': [50.0 if minute in OUTAGE else 3.0 for minute in range(minutes)]
        },
    }


def month_from(start: datetime) -> str:
    """An SLO of a calendar month that begins at the midnight of this day, and is not over."""
    calendar = f'{{startTime: "{start:%Y-%m-%d} 00:00:00", timeZone: UTC}}'
    return slo("month").replace(ROLLING, f"timeWindow: [{{duration: 1M, calendar: {calendar}}}]")


@dataclass(frozen=True, slots=True)
class Company:
    """A folder with a repository and a server's folder; samples begin at `first`."""

    generation: Generation
    folder: Path
    first: datetime

    @classmethod
    def founded(cls, generation: Generation, folder: Path) -> Company:
        """With a month of samples in blocks, and rules that no server has run yet."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        company = cls(generation, folder, now - 31 * DAY)
        times = [company.first + minute * MINUTE for minute in range(BLOCKS)]
        company.server.mkdir(parents=True)
        for metric, series in samples_until(BLOCKS).items():
            text = company.server / "samples.txt"
            held = {key: list(zip(times, of, strict=True)) for key, of in series.items()}
            write_openmetrics(text, metric, held)
            said = backfill(generation, text, company.data)
            assert said.accepted, said.text
        company._write_repository()
        return company

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def month(self) -> datetime:
        """When the calendar month began: before the outage, and four weeks ago at most."""
        return (self.first + 4 * DAY).replace(hour=0, minute=0)

    @property
    def data(self) -> Path:
        return self.server / "data"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def _write_repository(self) -> None:
        files = {
            "services/shop/slo.yaml": "---".join((*SLOS, month_from(self.month))),
            "services/shop/alert-policy.yaml": policy("checkout"),
            "policies/burn.yaml": WINDOWS,
            "policies/budget.yaml": POLICY,
        }
        for name, text in files.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        built = reliability("build", "--out", self.folder / "out", folder=self.repository)
        assert built.code == 0, built

    def rules(self) -> Path:
        """The rules as they are compiled, but evaluated at once instead of within two minutes."""
        [written] = (self.folder / "out").rglob("shop.yml")
        body = yaml.safe_load(written.read_text())
        for group in body["groups"]:
            group["interval"] = "2s"
        path = self.server / "rules.yml"
        path.write_text(yaml.safe_dump(body))
        return path

    @contextmanager
    def running(self) -> Iterator[Prometheus]:
        """The server without rules."""
        with run_prometheus(self.generation, self.server, prometheus_config()) as server:
            yield server

    def adopt(self, server: Prometheus) -> None:
        """Load the rules, and return once they have recorded what is left of every budget."""
        write_config(server.config, prometheus_config(rules=[str(self.rules())]))
        assert server.reload().is_success
        left = "count(slo:period_error_budget_remaining:ratio)"
        wait_for(
            lambda: any(float(each["value"][1]) > len(SLOS) for each in server.query(left)),
            within=60,
            what="budgets",
        )

    def scrape(self, server: Prometheus) -> None:
        """Write the last four hours into the head, as scrapes would have."""
        until = 31 * 1440
        every = samples_until(until)
        for start in range(BLOCKS, until, 30):
            minutes = range(start, min(start + 30, until))
            push(
                server.url,
                [
                    (
                        {"__name__": metric, **labels_of(labels)},
                        [(self.first + minute * MINUTE, values[minute]) for minute in minutes],
                    )
                    for metric, series in every.items()
                    for labels, values in series.items()
                ],
            )

    def run(self, server: Prometheus, *arguments: str | Path) -> Ended:
        """A command about this server."""
        return reliability(*arguments, "--prometheus", server.url, folder=self.repository)

    def backfill(self, server: Prometheus, *arguments: str | Path) -> Ended:
        """`history backfill` into the server's folder."""
        options = ("--data-dir", self.data, "--promtool", self.generation.promtool)
        return self.run(server, "history", "backfill", *options, *arguments)

    def status(self, server: Prometheus) -> dict[str, dict[str, Any]]:
        """The rows of `status`, by SLO."""
        ended = self.run(server, "status", "--format", "json")
        assert ended.code == 0, ended
        return {row["slo"]: row for row in json.loads(ended.out)["slos"]}


def labels_of(text: str) -> dict[str, str]:
    """Labels from their text."""
    pairs = (each.split("=") for each in text.split(","))
    return {name: value.strip('"') for name, value in pairs}


def head_of(server: Prometheus) -> datetime:
    """The head's minimum time."""
    found = server.get("status/tsdb")["headStats"]["minTime"]
    return datetime.fromtimestamp(found / 1000, UTC)


def sums_of(server: Prometheus, at: datetime) -> dict[str, tuple[float, float]]:
    """How many samples there are of each series up to a moment, and what they add up to."""
    everything = '{__name__=~"slo:.*|requests_total|queue_length|ALERTS"}'
    found: dict[str, tuple[float, float]] = {}
    # Subtracted, so that names stay: a function of a range drops them, and then series collide.
    for name in sorted({each["metric"]["__name__"] for each in _ever(server, everything, at)}):
        counts = _values(server, f"count_over_time({name}[32d])", at)
        sums = _values(server, f"sum_over_time({name}[32d])", at)
        found |= {f"{name} {key}": (counts[key], sums[key]) for key in counts}
    return found


def _ever(server: Prometheus, selector: str, at: datetime) -> list[dict[str, Any]]:
    start = at - 32 * DAY
    with_match: dict[str, str | float] = {
        "match[]": selector, "start": start.timestamp(), "end": at.timestamp(),
    }  # fmt: skip
    return [{"metric": each} for each in server.get("series", **with_match)]


def _values(server: Prometheus, expression: str, at: datetime) -> dict[str, float]:
    return {
        json.dumps(each["metric"], sort_keys=True): float(each["value"][1])
        for each in server.query(expression, at)
    }
