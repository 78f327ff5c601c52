"""Tables of notifications: which column is what, and what a row says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources.table import COLUMNS, Table, messages
from reliability.onboarding.triage.sources.trouble import UnreadError

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def read(folder: Path, text: str | bytes) -> list[ReceivedMessage | UnreadError]:
    path = folder / "alerts.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    table = Table.at(path)
    assert table is not None
    return list(messages(table))


def row(folder: Path, head: str, cells: str) -> ReceivedMessage:
    [message] = read(folder, f"time,title{head}\n2026-11-01 12:00,disk full{cells}\n")
    assert isinstance(message, ReceivedMessage)
    return message


def test_a_row_of_two_columns_is_a_message(tmp_path: Path) -> None:
    assert row(tmp_path, "", "") == ReceivedMessage(
        source="alerts", location="alerts", at=AT, text="disk full", mentions=False, answered=None
    )


def test_a_quote_that_is_not_closed_is_named_with_the_lines_that_it_takes(tmp_path: Path) -> None:
    good = "2026-11-01 12:00,disk full\n"
    said = read(tmp_path, f'time,title\n{good}2026-11-01 12:00,"disk\n{good}{good}')
    assert [str(entry).replace(str(tmp_path), "FOLDER") for entry in said[1:]] == [
        "FOLDER/alerts.csv:3: a quote is not closed, so this row and 2 below are not read"
    ]
    [quoted] = read(tmp_path, 'time,title\n2026-11-01 12:00,"disk\nfull"')
    assert isinstance(quoted, ReceivedMessage)
    assert quoted.text == "disk\nfull"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_found_in_any_case_by_any_of_their_names(
    tmp_path: Path, delimiter: str
) -> None:
    head = delimiter.join(
        ("Created On", "ALERT-NAME", "description", "Resolved", "Priority", "App", "Owner", "Host")
    )
    cells = delimiter.join(
        ("2026-11-01 12:00", "x", " disk full ", "2026-11-01 12:05", "P1", "shop", "a", "web-1")
    )
    [message] = read(tmp_path, f"{head}\n{cells}\n\n{delimiter * 7}\n")
    assert message == ReceivedMessage(
        source="alerts",
        location="web-1",
        at=AT,
        text="disk full",
        severity="P1",
        service="shop",
        team="a",
        mentions=False,
        lasted=timedelta(minutes=5),
    )


def test_the_first_of_the_known_names_of_a_column_counts(tmp_path: Path) -> None:
    for key, names in COLUMNS.items():
        if key in ("at", "text"):
            continue
        head = f"time,title,{','.join(reversed(names))}"
        path = tmp_path / "alerts.csv"
        path.write_text(f"{head}\n")
        table = Table.at(path)
        assert table is not None
        assert table.columns[key] == names[0]


@pytest.mark.parametrize(
    "head", ["time,owner", "title,owner", "", "timetitle", "time;title,a,b", b"time,title\xff"]
)
def test_a_file_without_a_time_or_a_text_is_no_table(tmp_path: Path, head: str | bytes) -> None:
    path = tmp_path / "alerts.csv"
    path.write_bytes(head if isinstance(head, bytes) else head.encode())
    assert Table.at(path) is None
    assert Table.at(tmp_path / "missing.csv") is None


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        ("", None),
        ("yes", True),
        ("TRUE", True),
        ("x", True),
        ("no", False),
        ("2", True),
        ("0", False),
        ("-1", False),
    ],
)
def test_who_answered_is_a_word_or_a_count(
    tmp_path: Path, written: str, answered: bool | None
) -> None:
    assert row(tmp_path, ",acked", f",{written}").answered is answered


@pytest.mark.parametrize(
    ("head", "cells", "mentions"),
    [
        (",mentions", ",1", True),
        (",mentions", ",no", False),
        (",mentions", ",", False),
        ("", " <!here>", True),
    ],
)
def test_a_mention_is_a_column_or_stands_in_the_text(
    tmp_path: Path, head: str, cells: str, mentions: bool
) -> None:
    assert row(tmp_path, head, cells).mentions is mentions


@pytest.mark.parametrize(
    ("end", "lasted"),
    [
        ("2026-11-01 12:00", timedelta(0)),
        ("2026-11-01 13:00", timedelta(hours=1)),
        ("2026-11-01 11:59", None),
        ("", None),
        ("later", None),
    ],
)
def test_an_alert_lasted_until_its_end(tmp_path: Path, end: str, lasted: timedelta | None) -> None:
    assert row(tmp_path, ",end", f",{end}").lasted == lasted


@pytest.mark.parametrize(
    ("head", "urgency", "mentions"),
    [
        ("urgency", "low", False),
        ("urgency", " LOW", False),
        ("urgency", "high", True),
        ("x", "low", True),
    ],
)
def test_a_table_of_pagerduty_pages_unless_the_urgency_is_low(
    tmp_path: Path, head: str, urgency: str, mentions: bool
) -> None:
    [message] = read(
        tmp_path,
        f"incident_number,service_name,created_on,description,{head}\n"
        f"1,shop,2026-11-01T12:00:00Z,disk full,{urgency}\n",
    )
    assert message == ReceivedMessage(
        source="pagerduty",
        location="shop",
        at=AT,
        text="disk full",
        service="shop",
        mentions=mentions,
    )


def test_a_table_with_a_part_of_the_columns_of_pagerduty_is_another(tmp_path: Path) -> None:
    [message] = read(tmp_path, "service_name,created_on,description\nshop,2026-11-01,x\n")
    assert isinstance(message, ReceivedMessage)
    assert (message.source, message.location) == ("alerts", "shop")


def test_rows_that_cannot_be_read_are_named_by_their_line(tmp_path: Path) -> None:
    long = "soon" * 11
    text = f'time,title\n2026-11-01,"two\nlines"\n{long},x\n2026-11-02,y\n2026-11-03\n'
    first, second, third, fourth = read(tmp_path, text)
    assert str(second) == f"{tmp_path}/alerts.csv:4: not a valid time: {long[:40]!r}"
    assert isinstance(first, ReceivedMessage)
    assert first.text == "two\nlines"
    assert isinstance(third, ReceivedMessage)
    assert isinstance(fourth, ReceivedMessage)
    assert fourth.text == ""


def test_a_byte_order_mark_and_bytes_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    rows = b"2026-11-01,x\n" * 1000  # the first line is looked at with some of what follows it
    *_, message = read(tmp_path, b"\xef\xbb\xbftime,title\n" + rows + b"2026-11-01,disk \xff\n")
    assert isinstance(message, ReceivedMessage)
    assert message.text == "disk \N{REPLACEMENT CHARACTER}"


def test_a_cell_that_is_too_long_ends_the_table_on_its_line(tmp_path: Path) -> None:
    text = f"time,title\n2026-11-01,x\n2026-11-02,{'y' * (16 * 1024 * 1024 + 1)}\n"
    _, last = read(tmp_path, text)
    assert isinstance(last, UnreadError)
    assert last.location == f"{tmp_path}/alerts.csv:3"
    assert "field larger than field limit (16777216)" in last.why
