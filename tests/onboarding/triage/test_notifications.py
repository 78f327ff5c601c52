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

TABLE: Final = Path(__file__).with_name("notifications.tsv")
ANSWERS: Final = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]


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

    assert [answer for answer in proposed if answer[0] != answer[1]] == []
