"""An alert silences the tickets of its own promise, as long as it fires, and no other ticket.

The unguarded rule, which takes two missing labels for the same promise, is run too, so that the
check is known to find it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.render.yaml_text import yaml_text
from tests.live.recorder import Recorder, run_recorder
from tests.live.shop import PROMISE, alertmanager_config
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

BURN = PROMISE | {"tier": "alert"}
SLOW_BURN = PROMISE | {"tier": "ticket"}
OTHER_PROMISE = SLOW_BURN | {"slo": "shop-search", "objective": "shop-search"}
SYMPTOM = {"alertname": "ShopDown", "service": "shop", "team": "shop", "tier": "alert"}
QUEUE = {"alertname": "ShopQueue", "service": "shop", "team": "shop", "tier": "ticket"}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with run_recorder() as running:
        yield running


def told(recorder: Recorder) -> set[tuple[str, str]]:
    """The tickets that were opened: alert name and SLO."""
    return {
        (alert["labels"]["alertname"], alert["labels"].get("slo", ""))
        for said in recorder.said("/tickets")
        for alert in said.body["alerts"]
    }


def send_all(alertmanager: Alertmanager, recorder: Recorder, *tickets: dict[str, str]) -> None:
    """Send tickets, and return once one that nothing can silence, sent behind them, was told."""
    for ticket in tickets:
        alertmanager.send(ticket)
    alertmanager.send(QUEUE | {"alertname": "Last", "service": "other"})
    recorder.wait_for("/tickets", lambda said: said.body["groupLabels"] == {"service": "other"})


def test_the_slow_burn_of_a_promise_is_silent_while_its_alert_fires(
    generation: Generation, tmp_path: Path, recorder: Recorder
) -> None:
    text = yaml_text(alertmanager_config(recorder, tmp_path))
    with run_alertmanager(generation, tmp_path / "alertmanager", text) as alertmanager:
        alertmanager.send(BURN)
        recorder.wait_for("/pager")
        send_all(alertmanager, recorder, OTHER_PROMISE, SLOW_BURN)
        recorder.wait_for("/tickets", lambda said: ticket_of(said.body, "shop-search"))
        assert ("ErrorBudgetBurn", "shop-checkout") not in told(recorder)

        alertmanager.send(BURN, ends=datetime.now(UTC))
        recorder.wait_for("/tickets", lambda said: ticket_of(said.body, "shop-checkout"))


def ticket_of(body: dict[str, Any], slo: str) -> bool:
    return any(alert["labels"].get("slo") == slo for alert in body["alerts"])


def check_the_unrelated_ticket_is_told(alertmanager: Alertmanager, recorder: Recorder) -> None:
    """An alert without a promise fires; a ticket without one has nothing to do with it."""
    alertmanager.send(SYMPTOM)
    recorder.wait_for("/pager")
    send_all(alertmanager, recorder, QUEUE)
    silenced = [each for each in alertmanager.alerts() if each["status"]["inhibitedBy"]]
    assert silenced == [], "an unrelated ticket is silenced"
    recorder.wait_for("/tickets", lambda said: said.body["groupLabels"] == {"service": "shop"})


def test_a_ticket_without_a_promise_is_told_whatever_fires(
    generation: Generation, tmp_path: Path, recorder: Recorder
) -> None:
    text = yaml_text(alertmanager_config(recorder, tmp_path))
    with run_alertmanager(generation, tmp_path / "alertmanager", text) as alertmanager:
        check_the_unrelated_ticket_is_told(alertmanager, recorder)


def test_a_rule_without_its_guard_would_silence_it_and_is_caught(
    generation: Generation, tmp_path: Path, recorder: Recorder
) -> None:
    config = alertmanager_config(recorder, tmp_path)
    [rule] = config["inhibit_rules"]
    unguarded = {
        key: [each for each in texts if each != 'slo=~".+"'] for key, texts in rule.items()
    }
    assert unguarded != rule
    text = yaml_text(config | {"inhibit_rules": [unguarded]})
    with (
        run_alertmanager(generation, tmp_path / "alertmanager", text) as alertmanager,
        pytest.raises(AssertionError, match="an unrelated ticket is silenced"),
    ):
        check_the_unrelated_ticket_is_told(alertmanager, recorder)
