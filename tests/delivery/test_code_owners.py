"""CODEOWNERS from ownership: our part between marks, and no line of somebody else's changed."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.cli.main import exit_code_of
from reliability.pipeline import load_repository
from reliability.resolve.code_owners import BEGIN, END, owner_lines, with_owner_lines
from tests.project.repository import ROOT

OWNED = ["/services/attendance/ @example-hr/workforce"]
LINE = st.text("ab*/@ #é", max_size=8)
FILES = st.lists(LINE, max_size=6).map(lambda lines: "".join(f"{line}\n" for line in lines))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for part in ("services", "policies", "docs/runbooks"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def build(root: Path) -> int:
    return exit_code_of(["--root", str(root), "build", "--code-owners"])


@given(FILES, FILES, st.lists(LINE.filter(bool), max_size=3))
def test_only_what_stands_between_the_marks_changes(
    before: str, after: str, wanted: list[str]
) -> None:
    old = f"{before}{BEGIN}\n/services/gone/ @acme/x\n{END}\n{after}"
    ours = "".join(f"{line}\n" for line in (BEGIN, *wanted, END))
    assert with_owner_lines(old, wanted) == f"{before}{ours}{after}"


@given(FILES, st.lists(LINE.filter(bool), max_size=3))
def test_a_file_without_marks_keeps_its_lines_and_gets_our_part_at_its_end(
    text: str, wanted: list[str]
) -> None:
    written = with_owner_lines(text, wanted)
    assert written is not None
    assert written.startswith(text)
    assert written.endswith(f"{END}\n")
    assert with_owner_lines(written, wanted) == written


@pytest.mark.parametrize("text", [f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n" * 2])
def test_marks_that_are_not_one_pair_are_not_guessed_at(text: str) -> None:
    assert with_owner_lines(text, OWNED) is None


def test_line_ends_of_the_file_are_kept() -> None:
    written = with_owner_lines("* @acme/x\r\n", OWNED)
    assert written is not None
    assert "\n" not in written.replace("\r\n", "")


def test_the_shipped_file_is_what_ownership_says() -> None:
    text = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8")
    assert with_owner_lines(text, owner_lines(load_repository(ROOT).catalog)) == text


def test_a_repository_without_the_file_gets_one(root: Path) -> None:
    assert build(root) == 0
    text = (root / ".github" / "CODEOWNERS").read_text()
    assert "/policies/ @example-hr/platform\n" in text
    assert "/services/payslips/ @example-hr/payroll\n" in text


def test_the_file_that_counts_is_the_one_that_is_written(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "CODEOWNERS").write_text("* @acme/everybody\n")
    assert build(root) == 0
    assert (root / "CODEOWNERS").read_text().startswith("* @acme/everybody\n\n# reliability: begin")
    assert not (root / ".github").exists()
    assert build(root) == 0
    assert "unchanged" in capsys.readouterr().out


def test_a_document_that_cannot_be_read_takes_no_owner_away(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "services" / "payslips" / "ownership.yaml").write_text("kind: [")
    assert build(root) == 2
    assert "services/payslips/ownership.yaml cannot be read" in capsys.readouterr().err
    assert not (root / ".github").exists()


def test_a_link_is_not_followed(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("kept\n")
    (root / ".github").mkdir()
    (root / ".github" / "CODEOWNERS").symlink_to(elsewhere)
    assert build(root) == 2
    assert elsewhere.read_text() == "kept\n"


def test_another_team_is_found_until_the_file_is_built_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(root) == 0
    ownership = root / "services" / "payslips" / "ownership.yaml"
    ownership.write_text(ownership.read_text().replace("team: payroll", "team: workforce"))
    exit_code_of(["--root", str(root), "check"])
    assert (
        "the generated part is out of date: missing lines: 1, extra lines"
        in capsys.readouterr().out
    )
    assert build(root) == 0
    exit_code_of(["--root", str(root), "check"])
    assert "codeowners-stale" not in capsys.readouterr().out
