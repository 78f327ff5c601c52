"""Plays the scenarios to real Alertmanagers, all at once, and keeps what their webhooks got."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from tests.alertmanager.simulate.played import (
    LOOKS,
    SECOND,
    SENDING,
    Seen,
    configuration,
    firing_alerts,
    name_of,
    silences,
    started_at,
)
from tests.alertmanager.simulate.scenario import KEPT, LENGTH, UPKEEP, Scenario
from tests.alertmanager.simulate.scenarios import CLOCK, SCENARIOS
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.webhook import Notification, run_webhook

BEFORE: Final = 30 - UPKEEP
"""How long before the play a server starts, so that its upkeep comes when it is wanted."""

TO_START: Final = 0.15
MINUTE_ENDS: Final = (4, 29)
"""Between which seconds of the play the minute ends."""


@dataclass(frozen=True, slots=True)
class Play:
    """What one server sent, and when its clocks began."""

    generation: Generation
    began: datetime
    started: datetime
    sent: list[Seen]
    late: float
    """Seconds by which the machine was late at most: a post, or a flush after its half second."""


def play_all(
    generations: Sequence[Generation], folder: Path, scenarios: Sequence[Scenario] = SCENARIOS
) -> list[Play]:
    """Every scenario on every generation, at the same time."""
    began = _next_beginning()
    with ThreadPoolExecutor(len(generations)) as pool:
        return list(
            pool.map(lambda each: _play(each, folder / each.name, began, scenarios), generations)
        )


def _next_beginning() -> datetime:
    """A whole second, soon, after which the minute ends in good time."""
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=BEFORE + 2)
    while not MINUTE_ENDS[0] <= 60 - at.second <= MINUTE_ENDS[1]:
        at += SECOND
    return at


def _play(
    generation: Generation, folder: Path, began: datetime, scenarios: Sequence[Scenario]
) -> Play:
    _sleep_until(began - timedelta(seconds=BEFORE + TO_START))
    flags = (f"--data.maintenance-interval={LOOKS}s",)
    with (
        run_webhook() as webhook,
        run_alertmanager(
            generation, folder, configuration(began, webhook.url, scenarios), flags=flags
        ) as server,
    ):
        _silence(server, began, scenarios)
        late = 0.0
        for at, batch in _batches(began, scenarios):
            _sleep_until(began + timedelta(seconds=at))
            _post(server, "alerts", batch)
            late = max(late, (datetime.now(UTC) - began) / SECOND - at)
        _sleep_until(began + LENGTH * SECOND)
        started = started_at((folder / "alertmanager.log").read_text())
        sent = [*_seen(webhook.received, began)]
        return Play(generation, began, started, sent, max(late, *_lateness(sent)))


def _silence(server: Alertmanager, began: datetime, scenarios: Sequence[Scenario]) -> None:
    for silence in silences(began, scenarios):
        matchers = [
            {"name": each.name, "value": each.value, "isRegex": False, "isEqual": True}
            for each in silence.matchers
        ]
        span = {"startsAt": silence.span.start, "endsAt": silence.span.end}
        written = {key: at.isoformat() for key, at in span.items()}
        _post(
            server, "silences", {"matchers": matchers, "createdBy": "a", "comment": "b", **written}
        )


def _post(server: Alertmanager, what: str, body: Any) -> None:
    httpx.post(f"{server.url}/api/v2/{what}", json=body, trust_env=False).raise_for_status()


def _batches(
    began: datetime, scenarios: Sequence[Scenario]
) -> list[tuple[float, list[dict[str, Any]]]]:
    """What a Prometheus posts, by the second: beginnings, resends, ends, and those again."""
    found: defaultdict[float, list[dict[str, Any]]] = defaultdict(list)
    for alert in firing_alerts(began, scenarios):
        following = [(span.start - began) / SECOND for span in alert.spans[1:]]
        for span, until in zip(alert.spans, [*following, LENGTH], strict=True):
            start, end = (span.start - began) / SECOND, (span.end - began) / SECOND
            said = {"labels": dict(alert.labels), "startsAt": span.start.isoformat()}
            for at in _again(start, min(end, LENGTH)):
                alive = began + at * SECOND + SENDING.validity
                found[at].append({**said, "endsAt": alive.isoformat()})
            for at in _again(end, min(until, end + KEPT + 0.1) if span not in alert.lost else end):
                found[at].append({**said, "endsAt": span.end.isoformat()})
    return sorted(found.items())


def _again(first: float, until: float) -> Iterator[float]:
    at = first
    while at < until:
        yield at
        at += SENDING.resend_interval / SECOND


def _seen(received: Sequence[Notification], began: datetime) -> Iterator[Seen]:
    for each in received:
        names: defaultdict[str, list[str]] = defaultdict(list)
        for alert in each.alerts:
            names[alert["status"]].append(name_of(alert["labels"]))
        yield Seen(
            each.at - began.timestamp(),
            f"{each.receiver}{each.path}",
            tuple(sorted(each.group.items())),
            tuple(sorted(names["firing"])),
            tuple(sorted(names["resolved"])),
        )


def _lateness(sent: Sequence[Seen]) -> Iterator[float]:
    """How late each flush was after a half second, and after its own of CLOCK.

    A flush that is late by half a second or more looks as if it were in time for the next half.
    """
    yield from (each.at * 2 % 1 / 2 for each in sent)
    ticks = sorted(each.at for each in sent if each.receiver.startswith(CLOCK.name))
    yield from (at - 0.5 - 2 * number for number, at in enumerate(ticks))


def _sleep_until(at: datetime) -> None:
    time.sleep(max(at.timestamp() - time.time(), 0))
