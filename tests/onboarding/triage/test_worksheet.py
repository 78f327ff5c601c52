"""The worksheet: what people wrote stays theirs, and what cannot be read is refused on its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.errors import ReliabilityError
from reliability.onboarding.triage.alert import Decision, TriagedAlert
from reliability.onboarding.triage.flags import Flag
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.verdict import TierVerdict
from reliability.onboarding.triage.worksheet import Worksheet, read_worksheet, worksheet_text

HEAD = (
    "id,name,severity,distinction,service,team,sources,notifications,per week,mentions,"
    "user impact,urgency,action,proposed,confidence,reason,flags,decided,decided by,note"
)
NOISE = TriagedAlert(
    id="disk-1",
    name="=Disk",
    severity="critical",
    service="shop",
    team="core",
    sources=("rules", "slack"),
    locations=(),
    rules=(),
    example="",
    figures=Figures(notifications=7, mentions=3),
    verdict=TierVerdict(
        tier="ticket",
        impact="unknown",
        urgency="days",
        action="yes",
        reason="its reason",
        confidence="fair",
    ),
    flags=(Flag("flapping", "often"), Flag("duplicate", "twice")),
)
ROW = (
    'disk-1,\'=Disk,critical,,shop,core,"rules, slack",7,3.5,3,unknown,days,yes,ticket,fair,'
    "its reason,flapping: often; duplicate: twice"
)


def read(folder: Path, text: str) -> Worksheet:
    path = folder / "w.csv"
    path.write_bytes(text.encode())
    return read_worksheet(path)


def test_a_new_worksheet_holds_what_is_known_and_room_for_decisions() -> None:
    assert worksheet_text([NOISE], 2, Worksheet()) == f"{HEAD}\n{ROW},,,\n"
    assert worksheet_text([NOISE], 0, Worksheet()).splitlines()[1] == f"{ROW},,,".replace("3.5", "")


def test_a_cell_holds_no_control_characters() -> None:
    alert = replace(NOISE, name="\x07a\u200bb\nc", verdict=replace(NOISE.verdict, reason="\rx"))
    text = worksheet_text([alert], 2, Worksheet())
    assert text.startswith(f'{HEAD}\ndisk-1," a b\nc",critical,')
    assert ",fair,' x,flapping" in text


def test_what_people_wrote_is_written_again_beside_new_figures(tmp_path: Path) -> None:
    before = read(
        tmp_path,
        "\ufeffID;Decided;decided by;note;Our Column;;name\n"
        "disk-1; Log ;ann;'=why;'kept;;old\n"
        ";log;nobody\n"
        "gone-1;;;;mine;;Gone\n"
        "gone-2;remove;;;;;Gone too\n"
        "gone-3;;;;;;forgotten\n",
    )
    assert (before.delimiter, before.added) == (";", ("Our Column",))
    assert list(before.decisions()) == [
        ("disk-1", Decision("log", "ann", "=why")),
        ("gone-2", Decision("remove")),
    ]
    first, second, *gone = worksheet_text([NOISE], 2, before).splitlines()
    assert first == f"{HEAD},Our Column".replace(",", ";")
    assert second.endswith(";\"flapping: often; duplicate: twice\";log;ann;'=why;'kept")
    assert gone == [
        "gone-1;Gone;;;;;;0;0;0;;;;;;;;;;;mine",
        "gone-2;Gone too;;;;;;0;0;0;;;;;;;;remove;;;",
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_a_sign_that_starts_a_formula_is_quoted_and_read_without_the_quote(
    tmp_path: Path, sign: str
) -> None:
    text = f"id,decided,note\na,log,'{sign}x\nb,log,'x\n"
    cells = read(tmp_path, text).cells
    assert (cells["a"]["note"], cells["b"]["note"]) == (f"{sign}x", "'x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            ":1: a worksheet requires the columns `id` and `decided`; "
            "use another file, or delete this one",
        ),
        (
            "id,name\n",
            ":1: a worksheet requires the columns `id` and `decided`; "
            "use another file, or delete this one",
        ),
        (
            "id,decided\na,\nb,maybe\n",
            ":3: not a valid decision: 'maybe'; expected alert, ticket, log, remove",
        ),
        ("id,decided\na,\nb,\na,\n", ":4: duplicate id a; keep one line"),
    ],
)
def test_a_worksheet_that_cannot_be_taken_is_refused_on_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ReliabilityError) as refused:
        read(tmp_path, text)
    assert str(refused.value) == f"{tmp_path / 'w.csv'}{message}"


def test_a_file_that_is_no_text_or_no_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ReliabilityError) as refused:
        read_worksheet(path)
    assert str(refused.value) == (f"{path} cannot be read as a worksheet: save it as CSV in UTF-8")
    with pytest.raises(ReliabilityError) as refused:
        read_worksheet(tmp_path)
    assert str(refused.value) == f"{tmp_path} cannot be read as a worksheet: Is a directory"
    with pytest.raises(ReliabilityError) as refused:
        read(tmp_path, 'id,decided\na,"log"x\n')
    assert str(refused.value) == f"{path}:2: ',' expected after '\"'"
    assert read_worksheet(tmp_path / "none.csv") == Worksheet()
