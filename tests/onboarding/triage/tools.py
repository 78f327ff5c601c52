"""How many tools write into Slack: their blocks, attachments, fallbacks, links and states."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.onboarding.triage.slack_export import number

START: Final = datetime(2026, 10, 1, tzinfo=UTC)
DAYS: Final = 30
Json = dict[str, Any]
Form = Callable[[random.Random, str], Json]
"""A message of one incident in a state: `on`, `again` (still on, acknowledged) or `off`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolNoise:
    """A noise with the tier that people who know the product give it, and how a tool writes it.

    `times` is the number of incidents in a month, `states` what is written of each.
    """

    name: str
    tier: str
    times: int
    answered: float
    form: Form
    states: tuple[str, ...] = ("on",)


def plain(*texts: str) -> Form:
    """Lines of text; `{n}`, `{host}`, `{hash}` and `{ip}` change with each message."""
    return lambda dice, _state: {"text": filled(dice, "\n".join(texts))}


def filled(dice: random.Random, text: str) -> str:
    host = f"{dice.choice(('web', 'db', 'worker', 'cache'))}-{dice.randint(1, 40):02d}"
    digits = f"{dice.getrandbits(48):012x}"
    return (
        text.replace("{n}", str(number(dice, 900)))
        .replace("{host}", host)
        .replace("{hash}", digits)
        .replace("{ip}", f"203.0.113.{dice.randint(1, 250)}")
    )


def worded(on: str, off: str, again: str = "") -> Form:
    """One text for each state."""
    texts = {"on": on, "off": off, "again": again}
    return lambda dice, state: {"text": filled(dice, texts[state])}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def fields(**named: str) -> Json:
    texts = [{"type": "mrkdwn", "text": f"*{name}*\n{value}"} for name, value in named.items()]
    return {"type": "section", "fields": texts}


def chatbot(alarm: str, metric: str) -> Form:
    """AWS Chatbot on an alarm of CloudWatch: an emoji is the state."""

    def form(dice: random.Random, state: str) -> Json:
        emoji = ":white_check_mark:" if state == "off" else ":rotating_light:"
        line = f"CloudWatch Alarm | {alarm} | eu-west-1 | Account: 123456789012"
        values = filled(dice, f"Threshold Crossed: 1 datapoint [{{n}}.0] ({metric})")
        url = f"https://console.aws.amazon.com/cloudwatch/home#alarm/{alarm}"
        blocks = [section(f"{emoji} *<{url}|{line}>*"), section(values)]
        return {"text": "", "attachments": [{"fallback": f"{emoji} {line}", "blocks": blocks}]}

    return form


def grafana(rule: str, summary: str, folder: str = "prod") -> Form:
    """Grafana's unified alerting: title with the rule, summary among the annotations."""

    def form(dice: random.Random, state: str) -> Json:
        word = "RESOLVED" if state == "off" else "FIRING:1"
        head = "Resolved" if state == "off" else "Firing"
        text = (
            f"**{head}**\n\nValue: A={number(dice)}, C=1\nLabels:\n - alertname = {rule}\n"
            f" - grafana_folder = {folder}\nAnnotations:\n - summary = {filled(dice, summary)}\n"
            "Source: https://grafana.example.com/alerting/grafana/x/view\n"
        )
        title = f"[{word}] {rule} {folder} (1)"
        return {"text": "", "attachments": [{"title": title, "fallback": title, "text": text}]}

    return form


def alertmanager(name: str, labels: str, summary: str) -> Form:
    def form(dice: random.Random, state: str) -> Json:
        word = "RESOLVED" if state == "off" else f"FIRING:{dice.randint(1, 4)}"
        title = f"[{word}] {name} ({labels})"
        return {
            "text": "",
            "attachments": [{"title": title, "fallback": title, "text": filled(dice, summary)}],
        }

    return form


def new_relic(title: str, policy: str) -> Form:
    words = {"on": "ACTIVATED", "again": "ACKNOWLEDGED", "off": "CLOSED"}

    def form(dice: random.Random, state: str) -> Json:
        url = f"https://radar-api.service.newrelic.com/accounts/1/issues/{dice.getrandbits(64):x}"
        name = filled(dice, title)
        return {
            "text": f"Critical priority issue is {words[state]}\n*<{url}|{name}>*\nPolicy: {policy}"
        }

    return form


def sentry(error: str, where: str, project: str = "shop") -> Form:
    def form(dice: random.Random, _state: str) -> Json:
        url = f"https://sentry.io/organizations/acme/issues/{number(dice)}/"
        blocks = [section(f"<{url}|*{error}*>\n{where}"), section("State: *New* First Seen: now")]
        return {"text": "", "attachments": [{"fallback": f"[{project}] {error}", "blocks": blocks}]}

    return form


def datadog(title: str, body: str, group: str = "host:{host}") -> Form:
    words = {"on": "Triggered", "again": "Re-Triggered", "off": "Recovered"}

    def form(dice: random.Random, state: str) -> Json:
        head = filled(dice, f"{words[state]}: {title} on {group}")
        url = f"https://app.datadoghq.com/monitors/{number(dice)}"
        return {
            "text": "",
            "attachments": [
                {"title": head, "title_link": url, "fallback": head, "text": filled(dice, body)}
            ],
        }

    return form


def pagerduty(title: str, service: str) -> Form:
    words = {"on": "Triggered", "again": "Acknowledged", "off": "Resolved"}

    def form(dice: random.Random, state: str) -> Json:
        link = f"<https://acme.pagerduty.com/incidents/Q{dice.getrandbits(40):X}|#{number(dice)}>"
        by = " by Ren" if state == "again" else ""
        return {
            "text": filled(dice, f"{words[state]} {link}: {title}"),
            "attachments": [{"text": f"*Service:* {service}{by}", "fallback": title}],
        }

    return form


def opsgenie(title: str, priority: str) -> Form:
    words = {
        "on": "New alert created",
        "again": "Alert acknowledged by ren@example.com",
        "off": "Alert closed by Prometheus",
    }

    def form(dice: random.Random, state: str) -> Json:
        head = f"#{number(dice)}: {filled(dice, title)}"
        parts = [{"title": "Priority", "value": priority}, {"title": "Tags", "value": "prod"}]
        return {
            "text": "",
            "attachments": [
                {"pretext": words[state], "title": head, "fallback": head, "fields": parts}
            ],
        }

    return form


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """A message as Slack exports it, and the noise that it belongs to."""

    known: ToolNoise
    at: datetime
    shown: Json


def messages(alerts: Sequence[ToolNoise], seed: int) -> list[ToolMessage]:
    """Every message of every incident, in order of time; one seed makes one export."""
    dice = random.Random(seed)
    made = [each for alert in alerts for each in _incidents(alert, dice)]
    return sorted(made, key=lambda each: each.at)


def _incidents(alert: ToolNoise, dice: random.Random) -> Iterator[ToolMessage]:
    for _ in range(alert.times):
        at = START + timedelta(seconds=dice.uniform(0, DAYS * 86_400 - 20_000))
        answers = dice.random() < alert.answered
        seed = dice.getrandbits(32)
        for state in alert.states:
            shown = alert.form(random.Random(seed), state)
            if answers and state == "on":
                shown = {**shown, "reply_users": ["UPERSON"], "reply_count": 1}
            yield ToolMessage(alert, at, shown)
            at += timedelta(seconds=dice.uniform(900, 5_400))
