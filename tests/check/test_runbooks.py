"""A runbook is a file of the repository that says something."""

from pathlib import Path

import pytest

from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.program import in_process as reliability

RUNBOOK = "docs/runbooks/clock-in.md"
HOLLOW = f"the runbook {RUNBOOK} is empty or holds only placeholders"
NO_FILE = f"the runbook {RUNBOOK} is not a file of this repository"


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    """Where the runbook of a whole repository stood, with nothing there now."""
    write(minimal_files(), tmp_path / "repository")
    path = tmp_path / "repository" / RUNBOOK
    path.unlink()
    return path


def said(runbook: Path) -> str:
    return reliability("check", folder=runbook.parents[2]).out


@pytest.mark.parametrize(
    "text", ["", "\n \n", "# TODO\n", "# TBD\n\n- todo: write this\n", "<!--\nwhat to do\n-->\n"]
)
def test_one_that_tells_nothing_is_found(runbook: Path, text: str) -> None:
    runbook.write_text(text)
    assert HOLLOW in said(runbook)


@pytest.mark.parametrize("text", ["# Look at the queue\n", "# TODO\nRestart it.\n"])
def test_one_that_says_something_is_enough(runbook: Path, text: str) -> None:
    runbook.write_text(text)
    assert said(runbook) == ""


def test_a_folder_is_none(runbook: Path) -> None:
    runbook.mkdir()
    assert NO_FILE in said(runbook)


def test_what_lies_outside_is_not_opened(runbook: Path) -> None:
    outside = runbook.parents[3] / "outside.md"
    outside.write_text("Restart it.\n")
    runbook.symlink_to(outside)
    assert NO_FILE in said(runbook)
    outside.unlink()
    assert "does not exist" in said(runbook)
