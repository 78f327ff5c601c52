"""A real Prometheus of either generation: its rules, what fired, what never did and never can."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.program import reliability
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

HOURS_AGO = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
ALERTS = {"__name__": "ALERTS", "alertstate": "firing", "alertname": "CheckoutErrorRateHigh"}
RULES: list[dict[str, Any]] = [
    {"alert": "CheckoutErrorRateHigh", "expr": "known > 5", "labels": {"severity": "critical"}},
    {"alert": "Quiet", "expr": "known > 7", "labels": {"severity": "warning"}},
    {"alert": "Dead", "expr": "never_scraped > 7", "labels": {"severity": "warning"}},
    {"alert": "Absent", "expr": "absent(never_scraped)", "for": "1h"},
    {"record": "a:b", "expr": "known"},
]
ALERTMANAGER = """\
route:
  receiver: nobody
  routes:
    - {matchers: [severity="critical"], receiver: pager}
receivers:
  - name: nobody
  - name: pager
    pagerduty_configs: [{routing_key: x}]
"""


def fires(server: Prometheus) -> None:
    """Push three episodes of two, three and twenty minutes of one alert, and one that is quiet."""
    critical = {**ALERTS, "severity": "critical", "team": "shop"}
    samples = [
        (HOURS_AGO + timedelta(minutes=start, seconds=15 * number), 1.0)
        for start, minutes in ((0, 2), (20, 3), (40, 20))
        for number in range(minutes * 4)
    ]
    unheard = {**ALERTS, "alertname": "Elsewhere", "severity": "warning"}
    push(
        server.url, [(critical, samples), (unheard, samples[:4]), ({"__name__": "known"}, samples)]
    )


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "rules.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "shop", "rules": RULES}]})
    )
    config = prometheus_config(rules=["rules.yml"], out_of_order=timedelta(hours=12))
    with run_prometheus(generation, folder, config) as server:
        fires(server)
        yield server


@pytest.mark.servers
def test_a_live_server_tells_what_fires_what_never_did_and_what_cannot(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    (tmp_path / "alertmanager.yml").write_text(ALERTMANAGER, encoding="utf-8")
    asked = ("triage", "alertmanager.yml", "--prometheus", prometheus.url, "--days", "1")
    ended = reliability(*asked, "--format", "json", "--draft", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    found = {each["name"]: each for each in result["alerts"]}
    words = {name: [flag["flag"] for flag in each["flags"]] for name, each in found.items()}
    assert words == {
        "CheckoutErrorRateHigh": [],
        "Elsewhere": ["without owner"],
        "Quiet": ["without owner", "never fired"],
        "Dead": ["without owner", "cannot fire"],
        "Absent": ["without owner", "never fired"],
    }
    loud = found["CheckoutErrorRateHigh"]["figures"]
    assert (loud["notifications"], loud["mentions"], loud["fired"]) == (3, 3, 3)
    assert (loud["resolved"], loud["short"]) == (3, 2)
    elsewhere = found["Elsewhere"]["figures"]
    assert (elsewhere["notifications"], elsewhere["fired"]) == (0, 1)
    assert result["totals"]["mentions"] == pytest.approx(3 * 7 / result["totals"]["days"])
    policy = (tmp_path / "new/services/shop/alert-policy.yaml").read_text(encoding="utf-8")
    assert [line for line in policy.splitlines() if "for:" in line] == ["      for: 1h"]


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    ended = reliability("triage", "--prometheus", "http://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, "http://127.0.0.1:9 does not answer" in ended.err) == (2, True)
    ended = reliability("triage", "--prometheus", "localhost:9090", folder=tmp_path)
    assert (ended.code, "--prometheus: " in ended.err) == (2, True)


@pytest.mark.servers
def test_no_more_is_looked_at_than_the_server_keeps(prometheus: Prometheus, tmp_path: Path) -> None:
    asked = ("triage", "--prometheus", prometheus.url, "--days", "401")
    ended = reliability(*asked, folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "prometheus: retention is 400d; only that period is read" in ended.err
    first = ended.out.splitlines()[0]
    assert re.fullmatch(
        r"4 notifications in [\d.]+ h, 3 with user impact, unknown for 1; "
        "with this policy: 3 mentions",
        first,
    ), first
