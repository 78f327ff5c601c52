"""`check --base` in real Git repositories."""

from pathlib import Path

import pytest

from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.check.test_evidence import git
from tests.cli.program import Ended, in_process

SLO = "services/attendance/slo.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(minimal_files(), tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def commit(folder: Path, *edits: tuple[str, str, str]) -> None:
    for path, old, new in edits:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "A change")


def check(folder: Path, *arguments: str) -> Ended:
    return in_process("check", "--today", "2026-11-25", *arguments, folder=folder)


def test_what_others_merged_meanwhile_is_no_change_of_this_branch(repository: Path) -> None:
    """The merge base is compared with, not the tip of the other branch."""
    commit(repository)
    git(repository, "checkout", "-q", "-b", "mine")
    commit(repository, (SLO, "start of the day", "end of the day"))
    git(repository, "checkout", "-q", "main")
    commit(repository, (SLO, "0.999", "0.9995"))
    git(repository, "checkout", "-q", "mine")
    assert check(repository, "--base", "main").code == 0
    assert "slo-loosened" not in check(repository, "--base", "main").out


def test_a_change_that_is_not_committed_yet_is_compared_as_well(repository: Path) -> None:
    commit(repository)
    text = (repository / SLO).read_text(encoding="utf-8")
    (repository / SLO).write_text(text.replace("0.999", "0.99"), encoding="utf-8")
    ended = check(repository, "--base", "HEAD")
    assert ended.code == 1
    assert "error[slo-loosened]" in ended.out


def test_a_file_that_moves_is_no_change_of_its_promise(repository: Path) -> None:
    commit(repository)
    git(repository, "mv", SLO, "services/attendance/promise.yaml")
    assert check(repository, "--base", "HEAD").code == 0


def test_a_base_that_cannot_be_read_says_what_is_not_compared(repository: Path) -> None:
    commit(repository, (SLO, "kind: SLO", "kind: [SLO"))
    commit(repository, (SLO, "kind: [SLO", "kind: SLO"))
    ended = check(repository, "--base", "HEAD^")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines()[0].endswith(f"not readable: {SLO}")


def test_a_file_that_is_gone_is_spoken_of_where_it_was(repository: Path) -> None:
    commit(repository)
    git(repository, "rm", "-q", "-r", "services/attendance")
    ended = check(repository, "--base", "HEAD", "--format", "github")
    assert ended.code == 1
    assert f"file={SLO},line=1" in ended.out
