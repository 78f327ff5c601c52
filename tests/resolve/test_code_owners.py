"""The lines of CODEOWNERS that follow from ownership, between our marks."""

import pytest

from reliability.resolve.code_owners import (
    BEGIN,
    END,
    marked_lines,
    owner_lines,
    with_owner_lines,
    without_owner_lines,
)
from tests.check.examples import Files, minimal_files
from tests.check.repository import loaded

OWNER = "services/attendance/ownership.yaml"
TEAM = "policies/teams/workforce.yaml"
NOTIFICATION = "policies/notification.yaml"


def lines(files: Files) -> list[str]:
    return owner_lines(loaded(files)[0])


def test_a_folder_belongs_to_the_members_of_its_team_or_to_its_team_on_the_code_host() -> None:
    files = minimal_files()
    plain = lines(files)
    assert [line.split()[0] for line in plain] == ["/services/attendance/", "/services/monitoring/"]
    assert all(line.endswith(" @lead-workforce") for line in plain)
    hosted = {**files, TEAM: files[TEAM].replace("spec:", 'spec:\n  codeHost: "@org/workforce"')}
    assert all(line.endswith(" @org/workforce") for line in lines(hosted))


def test_policies_have_a_line_if_they_have_an_owner_that_is_declared() -> None:
    files = minimal_files()
    owned = {
        **files,
        NOTIFICATION: files[NOTIFICATION].replace("spec:", "spec:\n  owner: workforce", 1),
    }
    assert lines(owned)[0] == "/policies/ @lead-workforce"
    unknown = {**files, NOTIFICATION: owned[NOTIFICATION].replace("owner: workforce", "owner: x")}
    assert lines(unknown) == lines(files)


def test_a_service_without_a_declared_team_and_a_folder_that_is_a_pattern_have_no_line() -> None:
    files = minimal_files()
    unknown = {**files, OWNER: files[OWNER].replace("team: workforce", "team: nobody")}
    assert [line.split()[0] for line in lines(unknown)] == ["/services/monitoring/"]
    moved = {
        path.replace("services/attendance", "services/atten*dance"): text
        for path, text in files.items()
    }
    assert [line.split()[0] for line in lines(moved)] == ["/services/monitoring/"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("", range(0)),
        ("a\nb\n", range(2, 2)),
        (f"a\n{BEGIN}\nx\n{END}\nb\n", range(1, 4)),
        (f"{BEGIN}\n{END}\n", range(2)),
        ("# reliability: begin, older words\n# reliability: end.\n", range(2)),
        ("# reliability: beginning\n", range(1, 1)),
        (f"{BEGIN}\n", None),
        (f"{END}\n{BEGIN}\n", None),
        (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", None),
    ],
)
def test_our_lines_stand_between_one_pair_of_marks(text: str, marked: range | None) -> None:
    assert marked_lines(text) == marked


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", f"{BEGIN}\n/a @x\n{END}\n"),
        ("* @y\n", f"* @y\n\n{BEGIN}\n/a @x\n{END}\n"),
        ("* @y", f"* @y\n\n{BEGIN}\n/a @x\n{END}\n"),
        ("* @y\r\n", f"* @y\r\n\r\n{BEGIN}\r\n/a @x\r\n{END}\r\n"),
        (
            f"* @y\n{BEGIN}\n/b @z\n/c @z\n{END}\n/d @w\n",
            f"* @y\n{BEGIN}\n/a @x\n{END}\n/d @w\n",
        ),
        (f"{BEGIN}\n{END}", f"{BEGIN}\n/a @x\n{END}\n"),
        (f"* @y\r{BEGIN}\n{END}\n", f"* @y\r{BEGIN}\n/a @x\n{END}\n"),
        (f"{BEGIN}\n", None),
        ("[Docs]\n* @y\n", f"{BEGIN}\n/a @x\n{END}\n\n[Docs]\n* @y\n"),
        ("* @y\n\n^[Docs]\n", f"* @y\n\n{BEGIN}\n/a @x\n{END}\n\n^[Docs]\n"),
        ("* @y\n[A]\n[B]\n", f"* @y\n{BEGIN}\n/a @x\n{END}\n\n[A]\n[B]\n"),
        ("* @y\r\n[A]\r\n", f"* @y\r\n{BEGIN}\r\n/a @x\r\n{END}\r\n\r\n[A]\r\n"),
        (f"[A]\n{BEGIN}\n{END}\n", f"[A]\n{BEGIN}\n/a @x\n{END}\n"),
        ("# [A]\n[]\n", f"# [A]\n[]\n\n{BEGIN}\n/a @x\n{END}\n"),
    ],
)
def test_every_other_line_stays_as_it_was(text: str, written: str | None) -> None:
    assert with_owner_lines(text, ["/a @x"]) == written


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("* @y\n", "* @y\n"),
        (f"{BEGIN}\n/a @x\n{END}\n", ""),
        (f"* @y\n\n{BEGIN}\n/a @x\n{END}\n", "* @y\n"),
        (f"* @y\n{BEGIN}\n/a @x\n{END}\n", "* @y\n"),
        (f"* @y\n\n{BEGIN}\n{END}\n/d @w\n", "* @y\n\n/d @w\n"),
        (f"{BEGIN}\n{END}\n\n[Docs]\n* @y\n", "[Docs]\n* @y\n"),
        (f"* @y\n\n{BEGIN}\n{END}\n\n[Docs]\n", "* @y\n\n[Docs]\n"),
        (f"{BEGIN}\n{END}\n\n/d @w\n", "\n/d @w\n"),
        (f"{BEGIN}\n{END}\n[Docs]\n[More]\n", "[Docs]\n[More]\n"),
        (f"{BEGIN}\n{END}\n\n", "\n"),
        (f"\n{BEGIN}\n{END}\n", ""),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", None),
    ],
)
def test_our_lines_are_removed_with_the_empty_line_beside_them(text: str, left: str | None) -> None:
    assert without_owner_lines(text) == left


@pytest.mark.parametrize("text", ["", "* @y\n", "[Docs]\n* @y\n", "* @y\n\n[Docs]\n/d @w\n"])
def test_lines_that_were_written_are_removed_without_a_trace(text: str) -> None:
    written = with_owner_lines(text, ["/a @x"])
    assert written is not None
    assert without_owner_lines(written) == text
