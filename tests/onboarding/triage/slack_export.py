"""Makes an export of Slack, in Slack's documented form, of noises whose tier is known."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

START: Final = datetime(2026, 10, 1, tzinfo=UTC)
DAYS: Final = 30
Text = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Known:
    """A noise as people who know the product judge it: its tier by the talk's rule.

    `weight` is its part of all messages, `answered` the share that somebody answers, `mentions`
    whether it calls the channel, `ends` how many minutes until the message that it is over.
    """

    name: str
    tier: str
    weight: float
    answered: float
    text: Text
    mentions: bool = False
    ends: int | None = None
    is_alertmanager: bool = False


def number(dice: random.Random, most: int = 99_999) -> int:
    return dice.randint(2, most)


def host(dice: random.Random) -> str:
    return f"{dice.choice(('web', 'db', 'worker', 'cache'))}-{dice.randint(1, 40):02d}"


def commit(dice: random.Random) -> str:
    return f"{dice.getrandbits(48):012x}"


def address(dice: random.Random) -> str:
    return f"203.0.113.{dice.randint(1, 250)}"


def fired(name: str, more: str) -> Text:
    return lambda _dice: f"{name} ({more})"


ALERTS: Final = (
    Known(
        "checkout-errors",
        "alert",
        0.3,
        0.8,
        fired("CheckoutErrorRateHigh", "checkout prod critical"),
        True,
        42,
        True,
    ),
    Known(
        "login-latency",
        "alert",
        0.2,
        0.7,
        fired("LoginLatencyHigh", "identity prod critical"),
        True,
        35,
        True,
    ),
    Known(
        "api-availability",
        "alert",
        0.2,
        0.9,
        fired("ApiAvailabilityLow", "gateway prod critical"),
        True,
        28,
        True,
    ),
    Known(
        "cannot-pay",
        "alert",
        0.2,
        0.9,
        lambda d: f"[Triggered on {{host:{host(d)}}}] Payments: customers cannot pay by card",
        True,
    ),
    Known(
        "site-down",
        "alert",
        0.2,
        0.9,
        lambda d: (
            f":rotating_light: Site is down: https://shop.example.com/?{number(d)} returned 503"
        ),
        True,
    ),
    Known(
        "support",
        "alert",
        0.15,
        1.0,
        lambda d: f"Helpdesk: {number(d, 40)} customers report that they can't log in",
    ),
    Known(
        "5xx",
        "alert",
        0.2,
        0.8,
        lambda d: f"5xx ratio of clock-in is {number(d, 30)}.{number(d, 9)} % over 5 minutes",
        True,
    ),
    Known(
        "conversion",
        "alert",
        0.1,
        0.9,
        lambda d: f"Conversion dropped by {number(d, 80)} % within 10 minutes",
    ),
)
TICKETS: Final = (
    Known(
        "disk",
        "ticket",
        1.0,
        0.3,
        fired("HostOutOfDiskSpace", "node prod critical"),
        True,
        300,
        True,
    ),
    Known(
        "certificate",
        "ticket",
        0.3,
        0.5,
        fired("CertificateExpiresSoon", "edge prod warning"),
        False,
        900,
        True,
    ),
    Known(
        "crash-loop",
        "ticket",
        1.2,
        0.2,
        fired("KubePodCrashLooping", "shop prod warning"),
        False,
        60,
        True,
    ),
    Known(
        "backup",
        "ticket",
        0.3,
        0.6,
        lambda d: f"Nightly backup failed on {host(d)}: exit code {number(d, 9)}",
    ),
    Known(
        "queue",
        "ticket",
        1.0,
        0.2,
        lambda d: f"Queue invoice-export has {number(d):,} jobs waiting",
    ),
    Known(
        "replication",
        "ticket",
        0.8,
        0.25,
        lambda d: f"Replication lag {number(d, 900)} s on {host(d)}",
    ),
    Known(
        "flapping",
        "ticket",
        2.0,
        0.1,
        fired("SearchLatencyHigh", "search prod critical"),
        True,
        3,
        True,
    ),
    Known(
        "reconciliation",
        "ticket",
        0.4,
        0.5,
        lambda d: f"ERROR PaymentReconciliation: {number(d, 40)} rows do not match ({number(d)})",
    ),
    Known(
        "cpu",
        "ticket",
        1.5,
        0.1,
        lambda d: f"[Triggered on {{host:{host(d)}}}] CPU is at {number(d, 99)}% on {host(d)}",
    ),
    Known(
        "vulnerability",
        "ticket",
        0.2,
        0.6,
        lambda d: f"Scanner: {number(d, 9)} known vulnerabilities in image shop:{commit(d)}",
    ),
    Known(
        "signature",
        "ticket",
        0.5,
        0.05,
        lambda d: f"Webhook signature does not match for event evt_{commit(d)}{commit(d)}",
    ),
)
LOGS: Final = (
    Known(
        "undefined",
        "log",
        9.0,
        0.0,
        lambda d: (
            f"[shop] prod - #{number(d)} TypeError: Cannot read property 'price' of undefined"
        ),
        True,
    ),
    Known(
        "not-found",
        "log",
        8.0,
        0.0,
        lambda d: f"[shop] prod - #{number(d)} RecordNotFound: no User with 'id'={number(d)}",
        True,
    ),
    Known("csrf", "log", 5.0, 0.0, lambda d: f"CSRF token does not match for {address(d)}"),
    Known(
        "partner",
        "log",
        6.0,
        0.005,
        lambda d: (
            f"Net::ReadTimeout calling https://api.partner.example.com/v1/{number(d)} after 60s"
        ),
    ),
    Known(
        "retry",
        "log",
        6.0,
        0.0,
        lambda d: f"Job {commit(d)} retried {number(d, 5)} times: RedisTimeout",
    ),
    Known(
        "deploy",
        "log",
        2.0,
        0.0,
        lambda d: f":ship: Deploy of shop {commit(d)} finished in {number(d, 9)}m{number(d, 59)}s",
    ),
    Known(
        "cache", "log", 3.0, 0.0, lambda d: f"INFO cache warmed in {number(d, 900)} ms on {host(d)}"
    ),
    Known(
        "slow-query",
        "log",
        4.0,
        0.0,
        lambda d: f"WARN slow query {number(d)} ms: SELECT * FROM orders WHERE id = {number(d)}",
    ),
    Known(
        "backup-done",
        "log",
        1.0,
        0.0,
        lambda d: f"Backup of {host(d)} finished: {number(d, 80)}.{number(d, 9)} GB",
    ),
    Known("watchdog", "log", 1.0, 0.0, fired("Watchdog", "monitoring none"), False, None, True),
    Known("inhibitor", "log", 1.0, 0.0, fired("InfoInhibitor", "monitoring info"), False, 20, True),
    Known("tick", "log", 0.05, 0.0, lambda d: f"Cron tick {number(d)} skipped"),
    Known(
        "bot",
        "log",
        3.0,
        0.0,
        lambda d: f"Blocked a bot from {address(d)} after {number(d, 500)} requests",
    ),
)
NOISES: Final = (*ALERTS, *TICKETS, *LOGS)


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a program, what it is in truth, and how it stands in the export."""

    known: Known
    text: str
    at: datetime
    entry: dict[str, Any]


def written(count: int, seed: int = 7, alerts: Sequence[Known] = NOISES) -> Iterator[Written]:
    """So many messages of programs over thirty days; those that say it is over are among them."""
    dice = random.Random(seed)
    weights = [each.weight for each in alerts]
    made = 0
    while made < count:
        known = dice.choices(alerts, weights)[0]
        at = START + timedelta(seconds=dice.random() * DAYS * 86_400 - 0.001)
        text = known.text(dice)
        yield _written(known, text, at, "FIRING:1", dice)
        made += 1
        if known.ends is not None and made < count:
            yield _written(known, text, at + timedelta(minutes=known.ends), "RESOLVED", dice)
            made += 1


def _written(known: Known, text: str, at: datetime, state: str, dice: random.Random) -> Written:
    entry: dict[str, Any] = {
        "type": "message",
        "subtype": "bot_message",
        "ts": f"{at.timestamp():.6f}",
        "bot_id": "B01ALERTS",
        "username": "alerts",
    }
    call = "<!channel> " if known.mentions and state != "RESOLVED" else ""
    shown = text
    if known.is_alertmanager:
        shown = f"[{state}] {text}"
        color = "danger" if state != "RESOLVED" else "good"
        entry |= {
            "text": call.strip(),
            "attachments": [{"color": color, "title": shown, "fallback": shown}],
        }
    else:
        entry["text"] = call + text
    if dice.random() < known.answered and state != "RESOLVED":
        entry |= {"reply_count": 1, "reply_users": ["U01PERSON"], "thread_ts": entry["ts"]}
    return Written(known, shown, at, entry)


def export(folder: Path, messages: list[Written]) -> Path:
    """The export in a folder: users, channels, and the channel `errors` day by day.

    People talk in between, join, and answer in threads; none of that is a notification.
    """
    channel = folder / "errors"
    channel.mkdir(parents=True)
    users = [
        {"id": "U01PERSON", "name": "ann", "is_bot": False},
        {"id": "U02ROBOT", "is_bot": True},
    ]
    _dump(folder / "users.json", users)
    _dump(folder / "channels.json", [{"id": "C01", "name": "errors"}])
    days: dict[str, list[dict[str, Any]]] = {}
    for each in messages:
        days.setdefault(f"{each.at:%Y-%m-%d}", []).append(each.entry)
    for day, entries in days.items():
        first = entries[0]["ts"]
        people = [
            {"type": "message", "user": "U01PERSON", "text": "is the site down?", "ts": first},
            {
                "type": "message",
                "subtype": "channel_join",
                "user": "U01PERSON",
                "text": "joined",
                "ts": first,
            },
            {
                "type": "message",
                "user": "U01PERSON",
                "text": "on it",
                "ts": "1.0",
                "thread_ts": first,
            },
        ]
        _dump(channel / f"{day}.json", entries + people)
    return folder


def _dump(path: Path, values: Any) -> None:
    path.write_text(json.dumps(values), encoding="utf-8")
