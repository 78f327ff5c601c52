"""Notifications of many tools, in English and Japanese, each with the tier that people give it."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reliability.onboarding.triage.alert import id_of
from reliability.onboarding.triage.collector import key_of
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.template import template_of
from tests.onboarding.triage.test_command import triaged
from tests.onboarding.triage.test_tools import scores

TABLE: Final = Path(__file__).with_name("notifications.tsv")
ANSWERS: Final = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]
WRONG: Final = {
    "CSP report: new blocked script from cdn.unknown.example in 400 reports": "log",
    "Daily stand-up in 10 minutes": "ticket",
    "Horizontal pod autoscaler: New size: 6; reason: cpu above target": "ticket",
    "Login from new device for admin ann": "ticket",
    "Renovate: Update dependency react to v19": "ticket",
    "Scale in: web 8 -> 5": "ticket",
    "本日の売上: 1,200,000 円": "ticket",
}
"""What is proposed instead. Nothing else may become wrong."""


def test_tiers_of_notifications_of_many_tools(tmp_path: Path) -> None:
    start = datetime(2026, 10, 1, tzinfo=UTC)
    with (tmp_path / "chat.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "title"))
        for number, (_, text) in enumerate(ANSWERS):
            writer.writerow(((start + timedelta(hours=number)).isoformat(), text))
    alerts = {alert["id"]: alert for alert in triaged(tmp_path, "chat.csv")["alerts"]}
    by_name = {alert["name"]: key for key, alert in alerts.items()}

    proposed = []
    for tier, text in ANSWERS:
        message = ReceivedMessage(source="csv", location="", at=start, text=text)
        key = key_of(template_of(text), message)
        alert = alerts[id_of(key) if id_of(key) in alerts else by_name[key.name]]
        assert alert["figures"]["notifications"] <= 1, f"two alerts in one template: {text}"
        proposed.append((tier, str(alert["tier"]), text))

    assert {text: tier for truth, tier, text in proposed if tier != truth} == WRONG
    assert scores((truth, tier) for truth, tier, _ in proposed) == {
        "alert": (1.0, 1.0),
        "ticket": (0.958, 0.993),
        "log": (0.993, 0.957),
    }
