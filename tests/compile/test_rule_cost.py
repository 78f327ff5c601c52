"""Samples that a server reads for the rules of one SLO, beside those before ADR 33."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.compile.repositories import rules_of, shop
from tests.servers.generation import Generation
from tests.servers.programs import backfill
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

QUIET_BEFORE: Final = 296_732
"""Samples a minute while no alert is active, in Prometheus 3."""
ACTIVE_BEFORE: Final = {"alert": 330_475, "ticket": 369_859}
"""Samples that an evaluation of an active alert read, with its texts, by tier."""
DAY: Final = 86400
RECORDED: Final = 14 * DAY
SCRAPED: Final = 4 * DAY

Rule = dict[str, Any]


def test_quiet_rules_read_a_tenth_more_at_most_and_active_alerts_a_hundredth(
    generation: Generation, tmp_path: Path
) -> None:
    """14 of 30 days are recorded, and eight series are scraped every 15 seconds."""
    now = datetime.now(UTC)
    groups = rules_of(shop())["groups"]
    file = tmp_path / "samples.txt"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(samples(groups, now.timestamp()))
    assert backfill(generation, file, tmp_path / "data").accepted
    with run_prometheus(generation, tmp_path, prometheus_config()) as server:
        quiet = 0.0
        for group in groups:
            minutes = int(group["interval"].removesuffix("m"))
            quiet += sum(read(server, rule["expr"], now) for rule in group["rules"]) / minutes
        assert quiet <= 1.1 * QUIET_BEFORE
        for rule in (rule for group in groups for rule in group["rules"]):
            if rule.get("alert") == "ErrorBudgetBurn":
                queries = re.findall("`([^`]*)`", " ".join(rule["annotations"].values()))
                assert queries
                active = sum(read(server, query, now) for query in (rule["expr"], *queries))
                assert active <= ACTIVE_BEFORE[rule["labels"]["tier"]] / 100, rule


def read(server: Prometheus, expression: str, at: datetime) -> int:
    """How many samples a query reads."""
    answer = server.get("query", query=expression, stats="all", time=at.timestamp())
    return int(answer["stats"]["samples"]["totalQueryableSamples"])


def samples(groups: list[Rule], now: float) -> Iterator[str]:
    """Requests of four instances, half of which fail, and each recording with one value."""
    yield "# TYPE http_requests_total gauge\n"
    for instance in "abcd":
        for code in (200, 500):
            series = f'http_requests_total{{job="shop",instance="{instance}",code="{code}"}}'
            for at in range(SCRAPED, -1, -15):
                yield f"{series} {5 * (SCRAPED - at)} {now - at:.3f}\n"
    names: dict[str, list[str]] = {}
    for group in groups:
        step = timedelta(minutes=int(group["interval"].removesuffix("m")))
        for rule in group["rules"]:
            if "record" in rule:
                labels = ",".join(f'{name}="{value}"' for name, value in rule["labels"].items())
                names.setdefault(rule["record"], []).extend(
                    f"{rule['record']}{{{labels}}} 0.5 {now - at:.3f}\n"
                    for at in range(RECORDED, -1, -int(step.total_seconds()))
                )
    for name, lines in names.items():
        yield f"# TYPE {name} gauge\n"
        yield from lines
    yield "# EOF\n"
