"""No value of a document, an option or a file ends a run at exit 3, or makes it last."""

from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.load.document import Document
from reliability.load.loader import load
from reliability.location import Pointer
from reliability.pipeline import compile_catalog
from reliability.scalars import (
    LAST_DAY,
    LONGEST,
    ScalarError,
    read_day,
    read_duration,
    read_moment,
    read_number,
    read_share,
    since_1970,
    whole,
)
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import reliability
from tests.hostile.scalars import FILES, OWN, WRITTEN, places, replaced

TODAY: Final = date(2026, 11, 25)


@cache
def scalars(path: PurePosixPath) -> list[tuple[Document, Pointer]]:
    return places(path)


def checked_and_compiled(path: PurePosixPath, content: bytes) -> None:
    """The whole repository with one file changed: loaded, checked, compiled."""
    catalog, findings = load({**FILES, path: content}.items(), frozenset(FILES))
    list(run(RULES, Context(today=TODAY, catalog=catalog, base=None), findings))
    compile_catalog(catalog)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_value_of_any_kind_is_taken_or_is_a_finding(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(OWN))
    document, pointer = data.draw(st.sampled_from(scalars(path)))
    written = data.draw(st.sampled_from(WRITTEN))
    checked_and_compiled(path, replaced(document, pointer, written))


EDITS: Final = {
    "a limit": ("policies/targets.yaml", "deletes: 30%", 'deletes: "1e-99999999%"', 1),
    "an incident": (
        "services/attendance/incidents.yaml",
        "failed: 35%",
        'failed: "1e-99999999%"',
        1,
    ),
    "a hold": ("services/attendance/alert-policy.yaml", "for: 15m", "for: 99999999999999w", 1),
    "a span": ("policies/history.yaml", "span: 90d", "span: 9999999d", 1),
    "a share with _": ("policies/targets.yaml", "deletes: 30%", 'deletes: "1_0%"', 1),
    "a wide share": ("policies/targets.yaml", "deletes: 30%", 'deletes: "１%"', 1),
    "Arabic digits": ("services/attendance/alert-policy.yaml", "for: 15m", 'for: "١h"', 1),
    "a long window": ("services/attendance/slo.yaml", "duration: 30d", "duration: 999999999d", 1),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_value_that_is_not_one_is_a_finding_on_its_line(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    path, old, new, code = EDITS[name]
    root = copied(tmp_path_factory.mktemp("scalar"))
    edit(root / path, old, new)
    line = next(
        number
        for number, text in enumerate((root / path).read_text().splitlines(), 1)
        if new.split(" #")[0] in text
    )
    ended = reliability("--today", DAY, "check", folder=root)
    assert ended.code == code, ended.err
    assert f"{path}:{line}:" in ended.out


CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - {start: 2026-11-25T00:00:00Z, end: MOMENT, reason: moved, approver: "@lead-workforce"}
"""


@pytest.mark.parametrize(
    ("moment", "code"), [("9999-12-31T23:59:59-23:59", 1), ("2199-12-31T23:59:59-23:59", 0)]
)
def test_a_correction_that_never_ends_is_a_finding(tmp_path: Path, moment: str, code: int) -> None:
    root = copied(tmp_path)
    path = root / "services/attendance/corrections.yaml"
    path.write_text(CORRECTIONS.replace("MOMENT", moment))
    check, build = (
        reliability("--today", DAY, *command, folder=root)
        for command in (("check",), ("build", "--out", "out"))
    )
    assert ("corrections.yaml:7:" in check.out, check.code) == (bool(code), code), check.out
    assert build.code in (0, 1), build.err


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "1969-12-31", "2026-W48-3", "２０２６-01-01"]
)
def test_a_day_outside_of_the_limits_is_refused_by_every_command(
    tmp_path_factory: pytest.TempPathFactory, day: str
) -> None:
    ended = reliability("--today", day, "status", folder=tmp_path_factory.mktemp("day"))
    assert ended.code == 2
    assert "--today" in ended.err


COMMANDS: Final = (
    *(("check",), ("backtest", "--days", "1", "exports"), ("revisit",), ("status",), ("digest",)),
    *(("gate", "exports"), ("build", "--out", "out"), ("plan",)),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_first_and_the_last_day_end_no_command_in_a_crash(
    tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...]
) -> None:
    root = copied(tmp_path_factory.mktemp("days"))
    for day in ("1970-01-01", str(LAST_DAY)):
        ended = reliability("--today", day, *command, folder=root)
        assert ended.code != 3, ended.err


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("backtest",), "--days"),
        (("check",), "--jobs"),
        (("suggest", "exports-csv"), "--target"),
        (("tickets",), "--since"),
    ],
)
@pytest.mark.parametrize("value", ["1_0", "１", "١", "1e9", "9" * 5000, "0001-01-01"])
def test_an_option_takes_ascii_digits_only(
    tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...], option: str, value: str
) -> None:
    root = tmp_path_factory.mktemp("option")
    (root / "services").mkdir()
    ended = reliability(*command, f"{option}={value}", folder=root)
    assert ended.code == 2, ended.err


@given(st.text() | st.from_regex(r"[0-9]{1,9}[wdhms]{1,2}", fullmatch=True))
def test_a_duration_is_within_its_limit_or_refused(text: str) -> None:
    try:
        length = read_duration(text)
    except ScalarError:
        return
    assert text.isascii()
    assert length <= LONGEST


@given(st.text() | st.sampled_from([each.strip('"') for each in WRITTEN]))
def test_every_reader_gives_a_value_or_refuses_it(text: str) -> None:
    for read in (read_duration, read_share, read_number, read_day, read_moment, whole):
        with suppress(ScalarError):
            read(text)


@given(st.floats() | st.integers())
def test_seconds_since_1970_are_a_moment_or_refused(seconds: float) -> None:
    try:
        moment = since_1970(seconds)
    except ScalarError:
        return
    assert 1970 <= moment.year <= 2199


@given(st.decimals(0, 100, places=6))
def test_a_share_is_exact(number: object) -> None:
    assert read_share(f"{number}%") * 100 == Fraction(str(number))
