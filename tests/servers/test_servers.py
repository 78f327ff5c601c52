"""The servers that tests run against: both generations start, answer, and notify the webhook."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import ServerFailed
from tests.servers.programs import (
    backfill,
    check_alertmanager_config,
    check_rules,
    receivers_of,
    run_rule_tests,
    write_openmetrics,
)
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.remote_write import push
from tests.servers.webhook import run_webhook

RULES = """
groups:
  - name: example
    rules:
      - {alert: Burning, expr: errors > 1, labels: {tier: alert}}
"""

RULE_TESTS = """
rule_files: [rules.yml]
tests:
  - input_series: [{series: 'errors{job="api"}', values: '2'}]
    alert_rule_test:
      - eval_time: 0m
        alertname: Burning
        exp_alerts: [{exp_labels: {job: JOB, tier: alert}}]
"""


def routing(url: str) -> str:
    """Alerts of the alert tier go to /pager, all others to /desk."""
    return f"""
route:
  receiver: desk
  group_wait: 0s
  group_interval: 1s
  routes: [{{receiver: pager, matchers: ['tier="alert"']}}]
receivers:
  - {{name: desk, webhook_configs: [{{url: "{url}/desk"}}]}}
  - {{name: pager, webhook_configs: [{{url: "{url}/pager"}}]}}
"""


@pytest.mark.servers
def test_an_alert_reaches_the_receiver_that_its_tier_names(
    generation: Generation, tmp_path: Path
) -> None:
    (tmp_path / "prometheus").mkdir()
    (tmp_path / "prometheus" / "rules.yml").write_text(RULES)
    with (
        run_webhook() as webhook,
        run_alertmanager(generation, tmp_path / "am", routing(webhook.url)) as alertmanager,
        run_prometheus(
            generation,
            tmp_path / "prometheus",
            prometheus_config(rules=["rules.yml"], alertmanagers=[alertmanager.url]),
        ) as prometheus,
    ):
        push(prometheus.url, [({"__name__": "errors", "job": "api"}, [(datetime.now(UTC), 2)])])
        assert prometheus.wait_for_firing("Burning")["tier"] == "alert"
        notification = webhook.wait_for(lambda sent: "Burning" in sent.names)
        assert (notification.path, notification.status) == ("/pager", "firing")
        assert alertmanager.alerts()[0]["receivers"] == [{"name": "pager"}]


@pytest.mark.servers
def test_an_alert_that_ends_is_notified_as_resolved(generation: Generation, tmp_path: Path) -> None:
    with (
        run_webhook() as webhook,
        run_alertmanager(generation, tmp_path, routing(webhook.url)) as alertmanager,
    ):
        alertmanager.send({"alertname": "Slow"})
        webhook.wait_for(lambda sent: sent.status == "firing")
        alertmanager.send({"alertname": "Slow"}, ends=datetime.now(UTC))
        assert webhook.wait_for(lambda sent: sent.status == "resolved").path == "/desk"


@pytest.mark.servers
def test_backfilled_history_is_there_when_the_server_starts(
    generation: Generation, tmp_path: Path
) -> None:
    start = datetime(2026, 8, 1, tzinfo=UTC)
    samples = [(start + timedelta(hours=hour), float(hour)) for hour in range(24 * 40)]
    write_openmetrics(tmp_path / "history.om", "requests", {'job="api"': samples})
    said = backfill(generation, tmp_path / "history.om", tmp_path / "data")
    assert said.accepted, said.text
    assert len(list((tmp_path / "data").glob("*/meta.json"))) < 5
    with run_prometheus(generation, tmp_path, prometheus_config()) as prometheus:
        [series] = prometheus.query_range(
            "requests", samples[0][0], samples[-1][0], timedelta(hours=1)
        )
        assert [float(value) for _, value in series["values"]] == [value for _, value in samples]


@pytest.mark.servers
def test_generations_differ_in_the_sample_at_the_left_end_of_a_range(
    generation: Generation, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    samples = [(now - timedelta(minutes=minutes), 1.0) for minutes in (5, 4, 3, 2, 1, 0)]
    config = prometheus_config(out_of_order=timedelta(hours=1))
    with run_prometheus(generation, tmp_path, config) as prometheus:
        push(prometheus.url, [({"__name__": "one"}, samples)])
        [series] = prometheus.query("count_over_time(one[5m])", at=now)
    assert series["value"][1] == ("5" if generation.has_left_open_ranges else "6")


@pytest.mark.servers
def test_a_refused_reload_says_why_and_keeps_the_rules(
    generation: Generation, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    config = prometheus_config(rules=["rules.yml"])
    with run_prometheus(generation, tmp_path, config) as prometheus:
        (tmp_path / "rules.yml").write_text(RULES.replace("errors > 1", "errors >"))
        reply = prometheus.reload()
        assert reply.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        assert reply.text.startswith("failed to reload config")
        assert prometheus.rules()["Burning"]["query"] == "errors > 1"


@pytest.mark.servers
def test_a_server_that_cannot_start_says_what_it_logged(
    generation: Generation, tmp_path: Path
) -> None:
    with (
        pytest.raises(ServerFailed, match="nonsense"),
        run_prometheus(generation, tmp_path, "nonsense: true"),
    ):
        pytest.fail("it started")


@pytest.mark.tools
def test_promtool_tells_a_rule_that_fires_as_expected_from_one_that_does_not(
    generation: Generation, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "good.yml").write_text(RULE_TESTS.replace("JOB", "api"))
    (tmp_path / "bad.yml").write_text(RULE_TESTS.replace("JOB", "other"))
    assert check_rules(generation, tmp_path / "rules.yml").accepted
    assert run_rule_tests(generation, tmp_path / "good.yml").accepted
    assert "FAILED" in run_rule_tests(generation, tmp_path / "bad.yml").text


@pytest.mark.tools
def test_amtool_names_the_receivers_of_an_alert(generation: Generation, tmp_path: Path) -> None:
    config = tmp_path / "alertmanager.yml"
    config.write_text(routing("http://127.0.0.1:1"))
    assert check_alertmanager_config(generation, config).accepted
    assert receivers_of(generation, config, {"tier": "alert"}) == ["pager"]
    assert receivers_of(generation, config, {"tier": "ticket"}) == ["desk"]
