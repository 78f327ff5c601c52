"""What each source of messages holds: every message that is read, and what cannot be.

`pytest tests/onboarding/triage/test_sources.py --update-golden` rewrites the golden files.
"""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources import datadog, pagerduty, slack, table
from reliability.onboarding.triage.sources.moments import moment
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.providers.pagerduty.analytics import PagerDutyIncident
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
UNIX: Final = 1_790_000_000


def shown(found: Iterable[ReceivedMessage | UnreadError], folder: Path) -> str:
    """Each message on a line with what has no default or differs, or why it could not be read."""
    lines = []
    for message in found:
        if isinstance(message, UnreadError):
            lines.append(f"unread {str(message).replace(f'{folder}/', '')}")
            continue
        values = [
            f"{field.name}={_text(getattr(message, field.name))}"
            for field in fields(message)
            if getattr(message, field.name) != field.default
        ]
        lines.append(" ".join(values))
    return "".join(f"{line}\n" for line in lines)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)


EVENTS: Final[tuple[Any, ...]] = (
    {"date_happened": UNIX, "title": "One", "text": "Body", "alert_type": "error"},
    {"date_happened": UNIX * 1000, "title": " ", "text": "Only a body", "tags": ["service:shop"]},
    {"date_happened": UNIX, "title": "T", "tags": ["team:a", "owner:b", "env", "x:", 5]},
    {"date_happened": UNIX, "title": "T", "tags": ["owner:b"], "service": "pay"},
    {"date_happened": UNIX, "title": "T", "tags": "service:shop"},
    {"date_happened": UNIX, "title": "T", "tags": ["service:shop:eu"], "service": "pay"},
    {"date_happened": UNIX, "title": "T", "tags": ["service:shop", "service:", "owner:b", "owner"]},
    {"date_happened": UNIX, "title": "<!here> T"},
    {"date_happened": UNIX, "title": "T @pagerduty-shop"},
    {"date_happened": UNIX, "title": "T @on-call"},
    {"date_happened": UNIX, "title": 5, "text": ""},
    {"title": "no time"},
    {"date_happened": "soon", "title": "no time"},
    {"date_happened": "", "timestamp": "2026-10-01T10:00:00+09:00", "title": "T", "status": "ok"},
    "text",
    None,
    {
        "type": "event",
        "attributes": {
            "timestamp": "2026-10-01T10:00:00Z",
            "message": "Outer message",
            "tags": ["service:outer"],
            "attributes": {
                "title": "Inner title",
                "status": "warn",
                "service": "inner",
                "tags": ["service:inner"],
            },
        },
    },
    {
        "type": "event",
        "attributes": {
            "timestamp": UNIX,
            "attributes": {"evt": {"name": "Name of the event"}, "tags": ["team:inner"]},
        },
    },
    {"type": "event", "attributes": {"timestamp": UNIX, "attributes": {"evt": "no"}}},
    {"type": "event", "attributes": [], "timestamp": UNIX, "title": "Outermost"},
)


def test_events_of_datadog(golden: Golden, tmp_path: Path) -> None:
    files: dict[str, str] = {
        "list.json": json.dumps(EVENTS),
        "indented.json": json.dumps({"events": EVENTS[:2]}, indent=1),
        "data.json": json.dumps({"data": EVENTS[-4:]}),
        "lines.jsonl": "\n".join(["", *map(json.dumps, EVENTS[:2]), "{", "", "null", "5"]),
        "one.jsonl": json.dumps(EVENTS[0]) + "\n\n{broken\n" + json.dumps(EVENTS[2]) + "\n",
        "mapping.json": '{"events": {"a": 1}}',
        "both.json": '{"events": [], "data": [{"date_happened": 1, "title": "T"}]}',
        "broken.json": '[{"date_happened": 1',
        "number.json": "5",
    }
    parts = []
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        parts.append(f"== {name}\n{shown(datadog.messages(tmp_path / name), tmp_path)}")
    golden.check(GOLDEN / "datadog.txt", "".join(parts))


@pytest.mark.parametrize(
    ("text", "is_events"),
    [
        ('[{"date_happened": 1}]', True),
        (' \n{"data": [{"type":"event"}]}', True),
        ('{"type": "event"}', True),
        ('{"type": "other"}', False),
        ('"date_happened"', False),
        ("", False),
        (f'[{" " * 65_520}"date_happened"]', True),
        (f'[{" " * 65_521}"date_happened"]', False),
    ],
)
def test_what_looks_like_events_of_datadog(tmp_path: Path, text: str, is_events: bool) -> None:
    (tmp_path / "a.json").write_text(text)
    assert datadog.looks_like_events(tmp_path / "a.json") is is_events


CREATED: Final = "2026-10-01T10:00:00Z"
INCIDENTS: Final[tuple[dict[str, Any], ...]] = (
    {"created_at": CREATED},
    {
        "created_at": CREATED,
        "resolved_at": "2026-10-01T10:05:00Z",
        "acknowledgement_count": 1,
        "service_name": "Shop",
        "description": "It is down",
        "priority_name": "P1",
        "team_name": "Sales",
        "escalation_policy_name": "Night",
        "urgency": "high",
        "acknowledged_user_names": ["Ann"],
        "assigned_user_names": ["Ren", "Aoi"],
    },
    {
        "created_at": CREATED,
        "resolved_at": CREATED,
        "acknowledgement_count": 0,
        "escalation_policy_name": "Night",
        "urgency": "LOW",
        "assigned_user_names": ["Ren", "Aoi"],
    },
    {
        "created_at": CREATED,
        "resolved_at": "2026-10-01T09:59:59Z",
        "acknowledged_user_names": [],
        "urgency": "",
    },
)


def test_incidents_of_pagerduty(golden: Golden, tmp_path: Path) -> None:
    incidents = [PagerDutyIncident.model_validate({"id": "a", **values}) for values in INCIDENTS]
    golden.check(GOLDEN / "pagerduty.txt", shown(pagerduty.messages(incidents), tmp_path))


TABLES: Final = {
    "plain.csv": (
        "\ufeffTime; Alert Name ;title;Severity;service;owner;host;paged;assignee;acked;ended\n"
        '2026-10-01;x;First;high;shop;sales;web-1;yes;"Ann,  Ren  Lee; Aoi";2;2026-10-01 00:10\n'
        "2026-10-01 10:00:30;x;<!channel> Second;;;;;0;;no;2026-10-01 10:00\n"
        "\n;;;;;;;;;;\n"
        "2026/10/01 10:00;x;Third;;;;;1;,;;2026-10-01 10:00\n"
        "10/01/2026 10:00:00;x;Fourth;;;;;X;;maybe;soon\n"
        "yesterday;x;Fifth\n"
        "2026-10-01;x\n"
        "2026-10-01;x;Sixth;a;b;c;d;true;e;t;f;more;cells\n"
        f"{'9' * 60};x;Seventh\n"
    ),
    "incidents.csv": (
        "incident_number,description,service_name,created_on,resolved_on,urgency,priority_name,"
        "escalation_policy_name,acknowledge_count,acknowledged_by_user_names\n"
        "1,Down,Shop,2026-10-01T10:00:00Z,2026-10-01T10:05:00Z,high,P1,Night,1,Ann\n"
        "2,Slow,,2026-10-01T11:00:00Z,, Low ,,,0,\n"
        "3,Gone,Pay,2026-10-01T12:00:00Z,,,,,,\n"
    ),
    "tabs.tsv": "date\ttext\n1790000000\tIn seconds\n1790000000000\tIn milliseconds\n",
    "broken.csv": 'time,title\n2026-10-01,"One\n2026-10-02,Two\n',
    "none.csv": "time,other\n1,2\n",
    "also-none.csv": "title,other\n1,2\n",
    "empty.csv": "",
}


def test_tables(golden: Golden, tmp_path: Path) -> None:
    parts = []
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
        read = table.Table.at(tmp_path / name)
        rows = shown(table.messages(read), tmp_path) if read else "not a table\n"
        parts.append(f"== {name}\n{rows}")
    golden.check(GOLDEN / "tables.txt", "".join(parts))
    assert table.Table.at(tmp_path / "missing.csv") is None
    (tmp_path / "latin.csv").write_bytes(b"time,title,\xe9\n")
    assert table.Table.at(tmp_path / "latin.csv") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (0, "1970-01-01T00:00:00+00:00"),
        (1.5, "1970-01-01T00:00:01.500000+00:00"),
        ("1790000000", "2026-09-21T14:13:20+00:00"),
        (99_999_999_999, None),
        (100_000_000_000, "1973-03-03T09:46:40+00:00"),
        (99_999_999_999_999, None),
        (100_000_000_000_000, None),
        (True, None),
        (None, None),
        ("", None),
        ("  ", None),
        ("now", None),
        ("2026-10-01", "2026-10-01T00:00:00+00:00"),
        (" 2026-10-01 10:00 ", "2026-10-01T10:00:00+00:00"),
        ("2026-10-01T10:00:00+09:00", "2026-10-01T01:00:00+00:00"),
        ("2026-10-01 10:00:00 UTC", "2026-10-01T10:00:00+00:00"),
        ("10/02/2026 10:00", "2026-10-02T10:00:00+00:00"),
        ("10/02/2026 10:00:05", "2026-10-02T10:00:05+00:00"),
        ("2026/10/02 10:00", "2026-10-02T10:00:00+00:00"),
        ("2026/10/02 10:00:05", "2026-10-02T10:00:05+00:00"),
        ("13/02/2026 10:00", None),
        ("2026-10-32", None),
        ("2026-10-01T10:00:00." + "0" * 43 + "Z", None),
    ],
)
def test_times_in_the_forms_of_exports(written: Any, read: str | None) -> None:
    at = moment(written)
    assert (at.isoformat() if at else None) == read


def said(**values: Any) -> dict[str, Any]:
    return {"type": "message", "bot_id": "B1", "ts": f"{UNIX}.000100", "text": "x", **values}


DAY: Final[list[Any]] = [
    said(text="by an app"),
    {"ts": f"{UNIX}.1", "text": "by a bot", "subtype": "bot_message"},
    {"ts": f"{UNIX}.1", "text": "by a robot", "user": "U1"},
    {"ts": f"{UNIX}.1", "text": "by Slack", "user": "USLACKBOT"},
    {"ts": f"{UNIX}.1", "text": "by a person", "user": "U2"},
    said(text="joined", subtype="channel_join"),
    said(text="a reply", thread_ts=f"{UNIX}.9"),
    said(text="a thread", thread_ts=f"{UNIX}.000100"),
    said(text="no time", ts="soon"),
    said(text="no time", ts=None),
    said(text="<!here> look"),
    said(text="a person replied", reply_users=["U1", "U2"]),
    said(text="a robot replied", reply_users=["U1"], reply_count=1),
    said(text="somebody replied", reply_count=1),
    said(text="nobody replied", reply_count=0),
    said(text="a person reacted", reactions=[{"users": ["U2"]}, "x", {"users": "U2"}]),
    said(text="a robot reacted", reactions=[{"users": ["U1", 5]}], reply_users=[]),
    said(text="strange reactions", reactions={"users": ["U2"]}, reply_users=[5, None]),
    said(text=5),
    said(text="  "),
    said(text=None, blocks=[{"type": "section", "text": {"text": "A block"}}]),
    said(
        text="Summary of a block",
        blocks=[
            {"text": {"text": "of a block"}},
            {"text": {"text": "more"}},
            {"text": "text"},
            {"type": "actions", "text": {"text": "a button"}},
            "x",
            {"fields": [{"text": "Name\nshop\nweb"}, {"text": 5}, "x"]},
            {"elements": [{"text": "one "}, {"text": {"text": "two "}}, {"url": "http://a"}, 5]},
            {"elements": [{"elements": [{"text": "line 1"}]}, {"elements": [{"text": "line 2"}]}]},
            {"elements": [{"text": " "}]},
            {"elements": "x"},
        ],
    ),
    said(text="strange blocks", blocks={"text": {"text": "x"}}),
    said(
        text="",
        attachments=[
            {"pretext": "pretext", "title": "title", "text": "text", "fallback": "fallback"},
            {"fallback": "a fallback"},
            {"fallback": "[no preview available]"},
            {"fallback": 5, "text": " "},
            {"title": 5, "fields": [{"title": "Host", "value": "web"}, {"value": "only"}, "x", {}]},
            {"text": "with blocks", "blocks": [{"text": {"text": "A block"}}], "fields": "x"},
            "x",
        ],
    ),
    said(text="strange attachments", attachments={"text": "x"}),
    "x",
    None,
]
DEEP: Final[dict[str, Any]] = {"text": "deep"}


def nested(levels: int) -> dict[str, Any]:
    element: dict[str, Any] = DEEP
    for _ in range(levels):
        element = {"elements": [element]}
    return element


USERS: Final = [{"id": "U1", "is_bot": True}, {"id": "U2"}, {"id": "USLACKBOT"}, "x"]
EXPORT: Final = {
    "users.json": json.dumps(USERS),
    "channels.json": "[]",
    "errors/2026-10-02.json": json.dumps([said(text="second day")]),
    "errors/2026-10-01.json": json.dumps(DAY),
    "errors/2026-1-01.json": json.dumps([said(text="not a day")]),
    "errors/notes.json": json.dumps([said(text="not a day")]),
    "errors/2026-10-05.txt": "{",
    "errors/2026-10-03.json": "{",
    "errors/2026-10-04.json": "{}",
    "alerts/2026-10-01.json": json.dumps(
        [said(blocks=[{"elements": [nested(levels)]}]) for levels in (7, 8)]
    ),
}


def test_an_export_of_slack(golden: Golden, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    for name, text in EXPORT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, text in EXPORT.items():
            archive.writestr(name, text)
    unpacked, packed = slack.Export.at(folder), slack.Export.at(tmp_path / "export.zip")
    assert unpacked is not None
    assert packed is not None
    text = shown(slack.messages(unpacked, frozenset()), tmp_path)
    golden.check(GOLDEN / "slack.txt", text)
    assert shown(slack.messages(packed, frozenset()), tmp_path) == text.replace(
        "unread export/", "unread export.zip/"
    )
    chosen = shown(slack.messages(unpacked, frozenset({"alerts"})), tmp_path)
    assert chosen.count("location='#alerts'") == len(chosen.splitlines()) == 2


def test_users_of_slack_that_cannot_be_read(tmp_path: Path) -> None:
    for users, unread in (("{", "unread users.json: not valid JSON\n"), ("{}", "")):
        (tmp_path / "users.json").write_text(users)
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a/2026-10-01.json").write_text(json.dumps([said(), {"user": "U1"}]))
        export = slack.Export.at(tmp_path)
        assert export is not None
        text = shown(slack.messages(export, frozenset()), tmp_path)
        assert text.startswith(unread)
        assert text.count("source='slack'") == 1
