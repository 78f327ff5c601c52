"""What is read of a Slack export: files of days, what programs wrote, who answered."""

import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.slack import Export, messages
from reliability.onboarding.triage.sources.trouble import UnreadError

DAY = "alerts/2026-11-01.json"
USERS = [{"id": "UBOT", "is_bot": True}, {"id": "UMAN", "is_bot": False}, {"id": "USLACKBOT"}, 7]
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
TS = str(AT.timestamp())


def folder(path: Path, files: Mapping[str, Any]) -> Path:
    for name, values in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        text = values if isinstance(values, str) else json.dumps(values)
        (path / name).write_text(text, encoding="utf-8")
    return path


def read(path: Path, *channels: str) -> list[ReceivedMessage | UnreadError]:
    export = Export.at(path)
    assert export is not None
    return list(messages(export, frozenset(channels)))


def of_day(path: Path, *written: Any) -> list[ReceivedMessage]:
    result = read(folder(path, {"users.json": USERS, DAY: list(written)}))
    assert all(isinstance(message, ReceivedMessage) for message in result)
    return [message for message in result if isinstance(message, ReceivedMessage)]


def robot(**fields: Any) -> dict[str, Any]:
    return {"subtype": "bot_message", "ts": TS, "text": "disk full", **fields}


def test_a_message_of_a_program_is_read_with_its_channel_and_moment(tmp_path: Path) -> None:
    assert of_day(tmp_path, robot()) == [
        ReceivedMessage(
            source="slack",
            location="#alerts",
            at=AT,
            text="disk full",
            mentions=False,
            answered=False,
        )
    ]


@pytest.mark.parametrize(
    ("fields", "is_read"),
    [
        ({"subtype": "bot_message"}, True),
        ({"bot_id": "B1"}, True),
        ({"user": "UBOT"}, True),
        ({"user": "USLACKBOT"}, True),
        ({"user": "UMAN"}, False),
        ({"user": ["UBOT"]}, False),
        ({}, False),
        ({"bot_id": "B1", "subtype": "channel_join"}, False),
        ({"bot_id": "B1", "subtype": "bot_add"}, False),
        ({"bot_id": "B1", "subtype": 5}, True),
        # What is written below another message is an answer; the first of a thread is none.
        ({"bot_id": "B1", "thread_ts": TS}, True),
        ({"bot_id": "B1", "thread_ts": "1"}, False),
        ({"bot_id": "B1", "thread_ts": None}, True),
        ({"bot_id": "B1", "ts": "soon"}, False),
        ({"bot_id": "B1", "ts": None}, False),
    ],
)
def test_only_what_programs_wrote_is_a_notification(
    tmp_path: Path, fields: Mapping[str, Any], is_read: bool
) -> None:
    assert len(of_day(tmp_path, {"ts": TS, "text": "x", **fields}, "no message")) == is_read


@pytest.mark.parametrize(
    ("fields", "is_answered"),
    [
        ({"reply_users": ["UMAN"]}, True),
        ({"reply_users": ["UBOT"]}, False),
        ({"reply_users": ["UBOT", "UMAN"]}, True),
        ({"reply_users": [5]}, False),
        ({"reply_users": [], "reply_count": 3}, False),
        ({"reply_count": 3}, True),
        ({"reply_count": 0}, False),
        ({"reactions": [{"users": ["UMAN"]}]}, True),
        ({"reactions": [{"users": ["UBOT"]}]}, False),
        ({"reactions": [{"users": ["UBOT"]}, {"users": ["UMAN"]}]}, True),
        ({"reactions": [{"users": "UMAN"}, {"users": [5]}, "x"]}, False),
        ({"reactions": "x"}, False),
        ({"reply_users": ["UBOT"], "reactions": [{"users": ["UMAN"]}]}, True),
    ],
)
def test_a_person_answers_by_a_reply_or_a_reaction(
    tmp_path: Path, fields: Mapping[str, Any], is_answered: bool
) -> None:
    [message] = of_day(tmp_path, robot(**fields))
    assert message.answered is is_answered


def test_all_texts_are_one_and_a_mention_in_any_counts(tmp_path: Path) -> None:
    attachment = {"title": "Disk", "text": "<!here> look"}
    [message] = of_day(tmp_path, robot(attachments=[attachment]))
    assert message.text == "disk full\nDisk\n<!here> look"
    assert message.mentions is True


def test_channels_are_all_or_those_that_are_named(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        {
            "channels.json": [],
            "b/2026-11-01.json": [robot(text="b")],
            "a/2026-11-02.json": [robot(text="a2")],
            "a/2026-11-01.json": [robot(text="a1")],
            "a/2026-11-01-notes.json": [robot(text="no day")],
            "a/notes.json": [robot(text="no day")],
            "a/2026_11_01.json": [robot(text="no day")],
            "a/2026-11-0x.json": [robot(text="no day")],
        },
    )
    every = [each.text for each in read(path) if isinstance(each, ReceivedMessage)]
    assert every == ["a1", "a2", "b"]
    some = [each.text for each in read(path, "a", "c") if isinstance(each, ReceivedMessage)]
    assert some == ["a1", "a2"]


@pytest.mark.parametrize(
    ("files", "is_export"),
    [
        ({"users.json": [], DAY: []}, True),
        ({"org_users.json": [], DAY: []}, True),
        ({"groups.json": [], DAY: []}, True),
        ({"dms.json": [], DAY: []}, True),
        ({"mpims.json": [], DAY: []}, True),
        ({"people.json": [], DAY: []}, False),
        ({"users.json": []}, False),
        ({"users.json": [], "2026-11-01.json": []}, False),
        ({"users.json": [], "alerts/2026-11-01.txt": []}, False),
    ],
)
def test_an_export_has_a_list_and_a_day_of_a_channel(
    tmp_path: Path, files: Mapping[str, Any], is_export: bool
) -> None:
    assert (Export.at(folder(tmp_path, files)) is not None) is is_export


def test_a_file_is_no_export_unless_it_is_a_zip_file(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("users.json alerts/2026-11-01.json")
    assert Export.at(tmp_path / "text") is None
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("alerts")
        archive.writestr("users.json", json.dumps(USERS))
        archive.writestr(DAY, json.dumps([robot(), {"ts": TS, "user": "UBOT", "text": "more"}]))
    texts = [each.text for each in read(path) if isinstance(each, ReceivedMessage)]
    assert texts == ["disk full", "more"]


def test_what_cannot_be_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        {
            "users.json": "[",
            "a/2026-11-01.json": "{",
            "a/2026-11-02.json": [robot(text="a")],
            "a/2026-11-03.json": {"messages": [robot()]},
            "a/2026-11-04.json": "[" * 5_000_001,
        },
    )
    first, second, message, third = read(path)
    assert [str(each) for each in (first, second, third)] == [
        f"{path}/users.json: not valid JSON",
        f"{path}/a/2026-11-01.json: not valid JSON",
        f"{path}/a/2026-11-04.json: it holds 5,000,001 values, and the limit is 5,000,000",
    ]
    assert isinstance(message, ReceivedMessage)
    assert message.text == "a"


def test_links_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    path = folder(tmp_path / "export", {"users.json": USERS, DAY: [robot()]})
    other = folder(tmp_path / "other", {"2026-11-02.json": [robot(text="linked")]})
    (path / "linked").symlink_to(other)
    (path / "alerts" / "2026-11-03.json").symlink_to(other / "2026-11-02.json")
    assert [each.text for each in read(path) if isinstance(each, ReceivedMessage)] == ["disk full"]
