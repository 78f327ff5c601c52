"""Exports and files of numbers as nobody writes them: messages, or a line that says what is odd."""

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.errors import SourceError
from reliability.history.sources.csv import read_counts
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources import slack, table
from reliability.onboarding.triage.sources.datadog import messages as datadog_messages
from reliability.onboarding.triage.sources.moments import moment
from reliability.promql.selector import Selector
from tests.cli.copied import DAY, copied
from tests.cli.program import reliability

USERS: Final = [{"id": "B1", "is_bot": True}, {"id": "U1"}]
OPENED: Final[list[str]] = []
WATCHES: Final = {"on": False}


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if WATCHES["on"] and event == "open" and isinstance(arguments[0], str | os.PathLike):
        OPENED.append(os.fspath(arguments[0]))


sys.addaudithook(_watch)


@contextmanager
def opened() -> Iterator[list[str]]:
    """The paths that are opened meanwhile, as Python's audit hooks tell them."""
    OPENED.clear()
    WATCHES["on"] = True
    try:
        yield OPENED
    finally:
        WATCHES["on"] = False


def export(path: Path, days: dict[str, Any]) -> Path:
    """A Slack export as a ZIP file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.json", json.dumps(USERS))
        for name, written in days.items():
            archive.writestr(name, json.dumps(written))
    return path


def test_an_export_is_opened_once_however_many_days_it_has(tmp_path: Path) -> None:
    day = [{"ts": "1764000000.000100", "bot_id": "B1", "text": "api is down"}]
    days = {f"c{number}/2026-11-{number % 28 + 1:02}.json": day for number in range(300)}
    path = export(tmp_path / "export.zip", days)
    found = slack.Export.at(path)
    assert found is not None
    with opened() as paths:
        assert len(list(slack.messages(found, frozenset()))) == 300
    assert paths.count(str(path)) == 1


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS: Final = (
    *("ts", "user", "bot_id", "subtype", "text", "blocks", "attachments", "reactions"),
    *("reply_users", "reply_count", "thread_ts"),
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), odd) | odd, max_size=4), odd)
def test_messages_of_odd_types_stop_nothing(
    tmp_path_factory: pytest.TempPathFactory, written: list[Any], users: Any
) -> None:
    folder = tmp_path_factory.mktemp("slack")
    good = {"ts": "1764000000.1", "subtype": "bot_message", "text": "down"}
    path = export(folder / "e.zip", {"c/2026-11-24.json": [*written, good]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("org_users.json", json.dumps(users))
    found = slack.Export.at(path)
    assert found is not None
    texts = [
        each.text
        for each in slack.messages(found, frozenset())
        if isinstance(each, ReceivedMessage)
    ]
    assert texts[-1] == "down"


@pytest.mark.parametrize("damage", [b"PK", b"\x00" * 40, b"\xff" * 200])
def test_a_damaged_archive_is_a_line_and_no_crash(tmp_path: Path, damage: bytes) -> None:
    path = export(tmp_path / "e.zip", {"c/2026-11-24.json": [{"ts": "1", "bot_id": "B"}] * 500})
    content = bytearray(path.read_bytes())
    content[60 : 60 + len(damage)] = damage
    path.write_bytes(bytes(content))
    ended = reliability("triage", path, folder=tmp_path)
    assert ended.code in (0, 1, 2), ended.err


MOMENTS: Final = (
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "1e300", "-1", "nan", "inf", "²", "1_0"),
    *("１７６４００００００", "99999999999999999999", "2026-W48-3", "1969-12-31", "x" * 10_000),
    *("12/31/9999 10:00", "01/01/0001 10:00", "١٢/٣١/٢٠٢٦ ١٠:٠٠", "1764000000000000000"),
)


@pytest.mark.parametrize("written", MOMENTS)
def test_a_moment_that_is_none_is_none(written: str) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("written", [1e300, -1, float("nan"), float("inf"), 10**400, True, [], {}])
def test_a_number_that_is_no_moment_is_none(written: Any) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("written", ["1764000000", "2026-11-24", "2026-11-24 10:00:00 UTC"])
def test_a_moment_is_read(written: str) -> None:
    at = moment(written)
    assert at is not None
    assert at.year in (2025, 2026)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(MOMENTS) | st.text(), st.text()), max_size=5))
def test_any_cell_of_a_table_is_a_message_or_a_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    lines = ["time,message,mentions", *(f"{at},{text},{at}" for at, text in rows)]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    found = table.Table.at(path)
    if found is not None:
        list(table.messages(found))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.sampled_from(["date_happened", "title", "tags"]), odd) | odd))
def test_any_event_is_a_message_or_a_line(
    tmp_path_factory: pytest.TempPathFactory, events: list[Any]
) -> None:
    path = tmp_path_factory.mktemp("events") / "e.json"
    path.write_text(json.dumps({"events": events}))
    list(datadog_messages(path))


COUNTS: Final = {
    "year 1": "0001-01-01T00:00:00Z,1,2",
    "year 9999": "9999-12-31T23:59:59-23:59,1,2",
    "a time of 1e300": "1e300,1,2",
    "a negative time": "-5,1,2",
    "a superscript": "²,1,2",
    "digits with _": "1_764_000_000,1,2",
    "a wide number": "2026-11-20T00:00:00Z,１,2",
    "infinite": "2026-11-20T00:00:00Z,1,inf",
    "no number": "2026-11-20T00:00:00Z,nan,2",
    "a huge number": "2026-11-20T00:00:00Z,1,1e999",
    "a week": "2026-W48-3T00:00:00Z,1,2",
    "rows a century apart": "1970-01-01T00:00:00Z,1,2\n2199-12-30T00:00:00Z,1,2",
    "a cell of 200,000 characters": "2026-11-20T00:00:00Z,1," + "2" * 200_000,
    "a NUL": "2026-11-20T00:00:00Z,1,\x00",
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_row_that_cannot_be_counted_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"time,good,total\n{COUNTS[name]}\n")
    with pytest.raises(SourceError, match=r"c\.csv"):
        read_counts(path)


def test_many_groups_over_many_minutes_are_refused_before_memory_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    rows = [f"2026-01-01T00:00:00Z,1,2,g{number}" for number in range(500)]
    path.write_text("\n".join(["time,good,total,g", *rows, "2024-01-01T00:00:00Z,1,2,a"]))
    with pytest.raises(SourceError, match="split the file"):
        read_counts(path)


SAMPLES: Final = {
    "beyond int64": "a 1 1e300",
    "a negative time": "a 1 -1",
    "digits with _": "a 1_0 1764000000",
    "wide digits": "a １ 1764000000",
    "no number": "a 1 nan",
    "a century apart": "a 1 1\na 1 7000000000",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "s.txt"
    path.write_text(f"{SAMPLES[name]}\n")
    with pytest.raises(SourceError, match=r"s\.txt"):
        OpenMetricsFile.open(path).span([Selector.parse("a")])


@pytest.mark.parametrize("form", ["csv", "openmetrics"])
def test_other_bytes_are_a_message_of_the_command(tmp_path: Path, form: str) -> None:
    root = copied(tmp_path)
    (root / "f").write_bytes(b"time,good,total\n\xff\xfe\n")
    arguments = ("history", "import", "f", "--format", form, "--slo", "exports-csv")
    ended = reliability("--today", DAY, *arguments, folder=root)
    assert ended.code == 2
    assert "cannot be read as" in ended.err


def test_a_huge_hold_of_an_imported_rule_is_a_diagnostic(tmp_path: Path) -> None:
    rule = "{alert: A, expr: up == 0, for: 99999999999999w, keep_firing_for: 99999999y}"
    (tmp_path / "r.yml").write_text(f"groups: [{{name: a, rules: [{rule}]}}]\n")
    ended = reliability(
        *("import", "r.yml", "--into", "new", "--service", "a", "--team", "a"), folder=tmp_path
    )
    assert ended.code in (0, 1), ended.err
    assert "3660 days" in ended.out + ended.err
