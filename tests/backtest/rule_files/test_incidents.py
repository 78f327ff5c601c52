"""Incidents of YAML and CSV files, and what is said of a file that cannot be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.backtest.rule_files.incidents import read_incidents
from reliability.errors import ReliabilityError

HEADER = "title,started_at,resolved_at,service,team"
TIMES = "2026-10-05T06:00:00Z,2026-10-05T06:30:00Z"


def written(folder: Path, text: str, name: str = "incidents.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(path: Path) -> list[tuple[str, str, str, dict[str, str]]]:
    return [
        (one.name, f"{one.span.start:%d %H:%M}", f"{one.span.end:%d %H:%M}", dict(one.labels))
        for one in read_incidents(path)
    ]


def refusal(path: Path) -> str:
    with pytest.raises(ReliabilityError) as refused:
        read_incidents(path)
    return str(refused.value).replace(str(path), path.name)


def test_a_row_has_a_name_two_times_and_labels(tmp_path: Path) -> None:
    text = f"{HEADER}\nMail is late,{TIMES},mail,\nSearch,{TIMES},,web\n,{TIMES},,\n"
    assert found(written(tmp_path, text)) == [
        ("Mail is late", "05 06:00", "05 06:30", {"service": "mail"}),
        ("Search", "05 06:00", "05 06:30", {"team": "web"}),
        ("2026-10-05", "05 06:00", "05 06:30", {}),
    ]


@pytest.mark.parametrize(
    ("header", "row", "labels"),
    [
        ("start,end,name", "2026-10-05 06:00,2026-10-05 06:30,x", {}),
        ("Started At,Resolved At,Title", "2026-10-05 06:00 UTC,2026-10-05 06:30 UTC,x", {}),
        (
            "created_on,resolved_on,description,service_name",
            "2026-10-05T15:00:00+09:00,2026-10-05T15:30:00+09:00,x,mail",
            {"service": "mail"},
        ),
        (" reported_at ,closed_at,id", "2026-10-05T06:00:00Z,2026-10-05T06:30:00Z,x", {}),
    ],
)
def test_columns_have_the_names_of_other_tools(
    header: str, row: str, labels: dict[str, str], tmp_path: Path
) -> None:
    [one] = read_incidents(written(tmp_path, f"\ufeff{header}\n{row}\n"))
    assert (one.name, one.labels) == ("x", labels)
    start = datetime(2026, 10, 5, 6, tzinfo=UTC)
    assert (one.span.start, one.span.end) == (start, start.replace(minute=30))


def test_an_incident_that_has_not_ended_is_left_out(tmp_path: Path) -> None:
    text = f"{HEADER}\na,2026-10-05T06:00:00Z,,mail,\nb,{TIMES},mail,\n"
    assert [name for name, *_ in found(written(tmp_path, text))] == ["b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "title,when\nx,1\n",
            "--incidents: incidents.csv:1: no column start and none end; columns are title, when",
        ),
        (
            "started_at\nx\n",
            "--incidents: incidents.csv:1: no column end; columns are started_at",
        ),
        ("", "--incidents: incidents.csv:1: no column start and none end; columns are none"),
        (
            f"{HEADER}\na,{TIMES},mail,\nb,2026-10-05T06:30:00Z,2026-10-05T06:30:00Z,,\n",
            "--incidents: incidents.csv:3: the incident does not end after its start",
        ),
        (
            f'{HEADER}\n"a,{TIMES},mail,\nb,{TIMES},mail,\n',
            "--incidents: incidents.csv cannot be read as CSV: unexpected end of data",
        ),
    ],
)
def test_a_table_that_cannot_be_read_names_the_line(
    text: str, message: str, tmp_path: Path
) -> None:
    assert refusal(written(tmp_path, text)) == message


def test_a_time_that_cannot_be_read_shows_the_form(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, f"{HEADER}\na,soon,2026-10-05T06:30:00Z,,\n"))
    assert said.startswith("--incidents: incidents.csv:2: ")
    assert said.endswith("; write 2026-01-31T09:00:00Z")


SPEC = """\
kind: Incidents
spec:
  service: mail
  incidents:
    - {name: late, start: 2026-10-05T06:00:00Z, end: 2026-10-05T06:30:00Z}
    - {start: 2026-10-05T06:00:00Z, end: 2026-10-05T07:00:00Z, labels: {service: web, tier: 1}}
"""


def test_a_document_may_name_a_service_for_all(tmp_path: Path) -> None:
    assert found(written(tmp_path, SPEC, "incidents.yaml")) == [
        ("late", "05 06:00", "05 06:30", {"service": "mail"}),
        ("2026-10-05", "05 06:00", "05 07:00", {"service": "web", "tier": "1"}),
    ]
    bare = "incidents: [{start: 2026-10-05T06:00:00Z, end: 2026-10-05T07:00:00Z}]\n"
    assert found(written(tmp_path, bare, "bare.yml")) == [
        ("2026-10-05", "05 06:00", "05 07:00", {})
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: Incidents\nspec: {}\n", "a.yaml:2:7: expected the key incidents, with a list"),
        ("a: [\n", "a.yaml:2:1: did not find expected node content"),
        (
            "incidents:\n  - {start: 2026-10-05T06:00:00Z, end: 2026-10-05T05:00:00Z}\n",
            "a.yaml:2:5: the incident does not end after its start",
        ),
    ],
)
def test_a_document_that_cannot_be_read_names_the_place(
    text: str, message: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text, "a.yaml")
    said = refusal(path).replace(f"{tmp_path.as_posix()}/", "")
    assert said == f"--incidents: {message}"


def test_a_file_has_at_most_twenty_mebibytes(tmp_path: Path) -> None:
    head = f"{HEADER}\na,{TIMES},mail,\n"
    longest = 20 * 2**20
    # Rows of incidents that have not ended
    rows = (longest - len(head)) // 100_000 * (f"{'x' * 99_998},\n")
    text = head + rows
    path = written(tmp_path, text + " " * (longest - len(text)))
    assert len(found(path)) == 1
    path.write_text(path.read_text() + " ")
    assert refusal(path) == (
        "--incidents: incidents.csv has 20,971,521 bytes, and the limit is 20,971,520"
    )
    assert refusal(tmp_path / "gone.csv") == "--incidents: gone.csv: No such file or directory"


def test_a_time_without_a_zone_is_utc(tmp_path: Path) -> None:
    text = "start,end\n2026-10-05T06:00:00,2026-10-05T06:30:00\n"
    [one] = read_incidents(written(tmp_path, text))
    assert one.span.start == datetime(2026, 10, 5, 6, tzinfo=UTC)
