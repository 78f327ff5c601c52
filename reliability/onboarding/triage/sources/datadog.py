"""Datadog events as its API v1 and v2 list them, in a JSON file or one per line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from reliability.alertmanager.receivers import mentions_in
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.moments import moment
from reliability.onboarding.triage.sources.trouble import UnreadError

LARGEST: Final = 1024 * 1024 * 1024
HEAD: Final = 65_536
ADDRESSED: Final = ("@pagerduty", "@opsgenie", "@oncall", "@on-call")
"""Handles in a monitor's message that page people."""


def looks_like_events(path: Path) -> bool:
    """Return whether the beginning of a JSON file looks like Datadog events."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    is_json = head.lstrip()[:1] in (b"{", b"[")
    return is_json and any(
        sign in head for sign in (b'"date_happened"', b'"type":"event"', b'"type": "event"')
    )


def messages(path: Path) -> Iterator[ReceivedMessage | UnreadError]:
    """Yield every event of a file."""
    for location, entry in _entries(path):
        if isinstance(entry, UnreadError):
            yield entry
        elif isinstance(entry, dict):
            message = _message(entry)
            yield message or UnreadError(location, "the event has no time or no text")


def _entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each event with its location: in a list, in `events` or `data`, or on its line."""
    with path.open("rb") as file:
        number, first = 1, file.readline(LARGEST)
        while first and not first.strip():
            number, first = number + 1, file.readline(LARGEST)

        whole = _value(first)
        if isinstance(whole, dict) and not {"events", "data"} & whole.keys():
            yield from _lines(path, chain((first,), file), number)
            return
        if whole is None:
            whole = _value(first + file.read(LARGEST))

    if whole is None:
        yield str(path), UnreadError(str(path), "not valid JSON")
        return

    listed = whole.get("events", whole.get("data")) if isinstance(whole, dict) else whole
    for number, values in enumerate(listed if isinstance(listed, list) else ()):
        yield f"{path}:event {number + 1}", values


def _lines(path: Path, lines: Iterable[bytes], start: int) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, start):
        if line.strip():
            value = _value(line)
            location = f"{path}:{number}"
            yield location, UnreadError(location, "not valid JSON") if value is None else value


def _value(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _message(event: Mapping[str, Any]) -> ReceivedMessage | None:
    outer = _mapping(event.get("attributes"))
    inner = _mapping(outer.get("attributes"))
    tags = _tags(event.get("tags") or outer.get("tags") or inner.get("tags"))
    first = (event, inner, outer)
    at = moment(_first(first, "date_happened", "timestamp"))
    title = _text(first, "title") or _text((_mapping(inner.get("evt")),), "name")
    body = _text(first, "text", "message")
    if at is None or not (title or body):
        return None

    text = "\n".join(filter(None, (title, body)))
    return ReceivedMessage(
        source="datadog",
        location=tags.get("service") or _text(first, "service") or "datadog",
        at=at,
        text=text,
        severity=_text(first, "alert_type", "status"),
        service=tags.get("service") or _text(first, "service"),
        team=tags.get("team") or tags.get("owner", ""),
        mentions=any(mentions_in(text)) or any(address in text for address in ADDRESSED),
    )


def _first(locations: Iterable[Mapping[str, Any]], *names: str) -> Any:
    locations = tuple(locations)
    for name in names:
        for location in locations:
            if location.get(name) not in (None, ""):
                return location[name]
    return None


def _text(locations: Iterable[Mapping[str, Any]], *names: str) -> str:
    value = _first(locations, *names)
    return value.strip() if isinstance(value, str) else ""


def _tags(written: Any) -> dict[str, str]:
    texts = (
        [value for value in written if isinstance(value, str)] if isinstance(written, list) else []
    )
    return {name: value for name, _, value in (text.partition(":") for text in texts) if value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
