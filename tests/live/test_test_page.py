"""A test page to real Alertmanagers: delivered, failed, suppressed, or to nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.program import Ended
from tests.live.recorder import run_recorder
from tests.live.repository import Repository, alertmanager_at, make_repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.webhook import Webhook, run_webhook

pytestmark = pytest.mark.servers

TEAM = "workforce"
ASK = ("sync", "--yes", "--test-page", TEAM)
NOBODY = "http://127.0.0.1:1/nobody"
FEATURE = ("--enable-feature=receiver-name-in-metrics",)


def routes(url: str, wait: str = "1s", **receiver: Any) -> dict[str, Any]:
    """A tree with a receiver of the team and one that gets everything else."""
    team = receiver or {"webhook_configs": [{"url": f"{url}/team"}]}
    return {
        "route": {
            "receiver": "desk",
            "group_wait": wait,
            "group_by": ["alertname"],
            "routes": [
                {"matchers": [f"team={TEAM}", "tier=alert"], "receiver": "reliability/team"}
            ],
        },
        "receivers": [
            {"name": "desk", "webhook_configs": [{"url": f"{url}/desk"}]},
            {"name": "reliability/team", **team},
        ],
    }


@contextmanager
def paged(
    generation: Generation, folder: Path, config: dict[str, Any], flags: tuple[str, ...] = ()
) -> Iterator[tuple[Repository, Alertmanager]]:
    with run_alertmanager(generation, folder / "am", yaml.safe_dump(config), flags=flags) as server:
        target = alertmanager_at(server.url, server.config)
        yield make_repository(folder / "repository", target), server


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with run_webhook() as running:
        yield running


@pytest.mark.parametrize("flags", [(), FEATURE], ids=["by integration", "by receiver"])
def test_a_page_is_sent_counted_and_ended(
    generation: Generation, tmp_path: Path, webhook: Webhook, flags: tuple[str, ...]
) -> None:
    with paged(generation, tmp_path, routes(webhook.url), flags) as (repository, server):
        ended = repository.run(*ASK)
        assert ended.code == 0, ended.out + ended.err
        sent = webhook.wait_for(lambda received: received.path == "/team")
        alerts = server.alerts()
    assert "delivered: webhook of reliability/team" in ended.out
    assert "after group_wait, 1 s" in ended.out
    assert ("for each receiver and integration" in ended.out) == bool(flags)
    assert ("may have been counted" in ended.out) == (not flags)
    labels = sent.alerts[0]["labels"]
    assert (labels["alertname"], labels["team"], labels["tier"]) == (
        "ReliabilityTestPage", TEAM, "alert",
    )  # fmt: skip
    assert "slo" not in labels
    assert labels["reliability_test"]
    assert all(alert["endsAt"] <= alert["updatedAt"] for alert in alerts)


def test_a_page_that_fails_is_reported(generation: Generation, tmp_path: Path) -> None:
    with run_recorder() as recorder:
        slack = [{"api_url": f"{recorder.url}/slack", "channel": "#x"}]
        config = routes(recorder.url, webhook_configs=[{"url": NOBODY}], slack_configs=slack)
        with paged(generation, tmp_path, config) as (repository, _):
            ended = repository.run(*ASK)
    assert ended.code == 1
    assert "delivered: slack of reliability/team" in ended.out
    assert "failed: webhook of reliability/team; the reason is in Alertmanager's log" in ended.out


def test_a_receiver_without_integration_reaches_nobody(
    generation: Generation, tmp_path: Path, webhook: Webhook
) -> None:
    with paged(generation, tmp_path, routes(webhook.url, webhook_configs=[])) as (
        repository,
        server,
    ):
        ended = repository.run(*ASK)
        assert server.alerts() == []
    assert ended.code == 1
    assert (
        "the receiver has no integration, so nobody would be notified; nothing was sent"
        in ended.out
    )


def test_a_receiver_of_the_company_is_named_as_such(
    generation: Generation, tmp_path: Path, webhook: Webhook
) -> None:
    config = routes(webhook.url)
    config["route"]["routes"].clear()
    with paged(generation, tmp_path, config) as (repository, _):
        ended = repository.run(*ASK)
    assert "  desk is not in Alertmanager yet; sync the routes first" in ended.out
    assert (ended.code, "delivered: webhook of desk" in ended.out) == (0, True)


def test_a_silence_is_named(generation: Generation, tmp_path: Path, webhook: Webhook) -> None:
    with paged(generation, tmp_path, routes(webhook.url)) as (repository, server):
        silence(server)
        ended = repository.run(*ASK)
    assert ended.code == 1
    assert "suppressed by silence " in ended.out
    assert webhook.received == []


def silence(server: Alertmanager) -> None:
    import httpx

    body = {
        "matchers": [{"name": "team", "value": TEAM, "isRegex": False, "isEqual": True}],
        "startsAt": "2020-01-01T00:00:00Z",
        "endsAt": "2100-01-01T00:00:00Z",
        "createdBy": "x",
        "comment": "x",
    }
    httpx.post(f"{server.url}/api/v2/silences", json=body, trust_env=False).raise_for_status()


def test_nothing_is_sent_without_an_answer(
    generation: Generation, tmp_path: Path, webhook: Webhook
) -> None:
    with paged(generation, tmp_path, routes(webhook.url)) as (repository, server):
        unasked = repository.run("sync", "--test-page", TEAM)
        dry = repository.run("sync", "--dry-run", "--test-page", TEAM)
        unknown = repository.run("sync", "--yes", "--test-page", "nobody")
        assert server.alerts() == []
    assert (unasked.code, dry.code, unknown.code) == (2, 0, 2)
    assert "reliability/team: webhook" in dry.out
    assert unknown.err == ("reliability: --test-page nobody: it has no alert in the alert tier\n")


def test_tickets_leave_a_test_page_out(
    generation: Generation, tmp_path: Path, webhook: Webhook
) -> None:
    with paged(generation, tmp_path, routes(webhook.url)) as (repository, server):
        common = {"alertname": "Slow", "service": "attendance", "team": TEAM, "tier": "ticket"}
        server.send({**common, "reliability_test": "x"})
        ended: Ended = repository.run("tickets", "--alertmanager", server.url)
    assert "Slow" not in ended.out
