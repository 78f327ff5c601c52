"""Events of Datadog: lists, answers of its API, and lines, of both versions."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.datadog import HEAD, looks_like_events, messages

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
EVENT = {"date_happened": 1_700_000_000, "title": "disk full"}
MESSAGE = ReceivedMessage(
    source="datadog", location="datadog", at=AT, text="disk full", mentions=False
)


def read(folder: Path, text: str) -> list[ReceivedMessage | str]:
    """Messages, and what cannot be read without the path."""
    path = folder / "events.json"
    path.write_text(text, encoding="utf-8")
    return [
        each if isinstance(each, ReceivedMessage) else str(each).replace(str(path), "FILE")
        for each in messages(path)
    ]


def one(folder: Path, **event: Any) -> ReceivedMessage:
    [message] = read(folder, json.dumps([{**EVENT, **event}]))
    assert isinstance(message, ReceivedMessage)
    return message


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([EVENT]),
        json.dumps([EVENT], indent=2),
        json.dumps({"events": [EVENT]}),
        json.dumps({"data": [EVENT]}, indent=2),
        json.dumps({"events": [EVENT], "data": []}),
        json.dumps(EVENT),
        json.dumps(EVENT) + "\n\n",
    ],
)
def test_one_event_is_read_in_each_form(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [MESSAGE]


def test_blank_lines_at_the_beginning_are_skipped_and_counted(tmp_path: Path) -> None:
    line = json.dumps(EVENT)
    assert read(tmp_path, f"\n  \n{line}\n{{\n") == [MESSAGE, "FILE:4: not valid JSON"]
    assert read(tmp_path, f"\n{json.dumps([EVENT], indent=2)}") == [MESSAGE]
    assert read(tmp_path, "\n\n") == ["FILE: not valid JSON"]


def test_lines_are_read_one_by_one_and_named_if_they_cannot_be(tmp_path: Path) -> None:
    line = json.dumps(EVENT)
    assert read(tmp_path, f"{line}\n{{\n \n{line}\n[]\n{{}}\n") == [
        MESSAGE,
        "FILE:2: not valid JSON",
        MESSAGE,
        "FILE:6: the event has no time or no text",
    ]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{", ["FILE: not valid JSON"]),
        ("", ["FILE: not valid JSON"]),
        ("5", []),
        ('{"events": 5}', []),
        ("[5]", []),
        (
            json.dumps([EVENT, {}, {"title": "x"}, {"date_happened": 5}]),
            [
                MESSAGE,
                "FILE:event 2: the event has no time or no text",
                "FILE:event 3: the event has no time or no text",
                "FILE:event 4: the event has no time or no text",
            ],
        ),
    ],
)
def test_what_is_no_event_is_named_by_its_number(
    tmp_path: Path, text: str, result: list[ReceivedMessage | str]
) -> None:
    assert read(tmp_path, text) == result


def test_an_event_of_version_1_is_read_from_its_fields_and_tags(tmp_path: Path) -> None:
    assert one(
        tmp_path,
        text=" @pagerduty look ",
        alert_type="error",
        tags=["service:shop", "team:a", "owner:b", "x", "empty:", 5],
    ) == ReceivedMessage(
        source="datadog",
        location="shop",
        at=AT,
        text="disk full\n@pagerduty look",
        severity="error",
        service="shop",
        team="a",
        mentions=True,
    )


def test_an_event_of_version_2_is_read_from_its_attributes(tmp_path: Path) -> None:
    event = {
        "type": "event",
        "attributes": {
            "timestamp": "2023-11-14T22:13:20Z",
            "message": "outer",
            "tags": ["owner:b"],
            "attributes": {"status": "warn", "service": "shop", "evt": {"name": "disk full"}},
        },
    }
    assert read(tmp_path, json.dumps({"data": [event]})) == [
        ReceivedMessage(
            source="datadog",
            location="shop",
            at=AT,
            text="disk full\nouter",
            severity="warn",
            service="shop",
            team="b",
            mentions=False,
        )
    ]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"title": "", "text": "body"}, "body"),
        ({"title": None, "text": "body"}, "body"),
        ({"title": 5, "text": "body"}, "body"),
        ({"title": "title", "text": ""}, "title"),
        ({"text": "text", "message": "message"}, "disk full\ntext"),
        ({"message": "message"}, "disk full\nmessage"),
    ],
)
def test_title_and_body_make_the_text(tmp_path: Path, fields: dict[str, Any], text: str) -> None:
    assert one(tmp_path, **fields).text == text


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("@opsgenie", True),
        ("@oncall-shop", True),
        ("@on-call", True),
        ("<!here>", True),
        ("@shop", False),
    ],
)
def test_a_handle_that_calls_somebody_is_a_mention(
    tmp_path: Path, text: str, mentions: bool
) -> None:
    assert one(tmp_path, text=text).mentions is mentions


@pytest.mark.parametrize(
    ("head", "is_events"),
    [
        ('{"date_happened": 5', True),
        ('\n [{"date_happened": 5', True),
        ('{"type":"event"', True),
        ('{"type": "event"', True),
        ('{"type": "alert"', False),
        ('x{"date_happened": 5', False),
        ("", False),
        ("[" + " " * (HEAD - 16) + '"date_happened"', True),
        ("[" + " " * (HEAD - 15) + '"date_happened"', False),
    ],
)
def test_events_are_known_by_their_beginning(tmp_path: Path, head: str, is_events: bool) -> None:
    path = tmp_path / "events.json"
    path.write_text(head)
    assert looks_like_events(path) is is_events
