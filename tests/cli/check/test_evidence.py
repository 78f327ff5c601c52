"""`check --evidence` with what `backtest --format json` really wrote, before and after a change."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.copied import DAY, copied, edit
from tests.cli.program import Ended, in_process

SLO = "services/attendance/slo.yaml"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def run(folder: Path, *arguments: str | Path) -> Ended:
    return in_process("--today", DAY, *arguments, folder=folder)


@pytest.fixture(scope="module")
def loosened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which a target was lowered, with the backtests of before and of the change."""
    folder = copied(tmp_path_factory.mktemp("change"))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "As it was")
    pytest.importorskip("numpy", reason="the extra history is not installed")
    (folder / "before.json").write_text(run(folder, "backtest", "--format", "json").out)
    edit(folder / SLO, "target: 0.999 ", "target: 0.99 ")
    after = run(folder, "backtest", "--base", "main", "--format", "json")
    (folder / "after.json").write_text(after.out)
    return folder


def test_a_change_that_misses_an_incident_fails_with_the_evidence(loosened: Path) -> None:
    ended = run(loosened, "check", "--base", "main", "--evidence", "after.json")
    assert ended.code == 1
    assert "error[slo-loosened]: target was lowered from 0.999 to 0.99" in ended.out
    assert "error[incident-missed]: the incident of 2026-10-14 12:30 JST (A gateway" in ended.out
    assert "after.json is synthetic history, and so are its findings" in ended.err


def test_approved_by_those_who_must_it_passes(loosened: Path) -> None:
    arguments = ("check", "--base", "main", "--evidence", "after.json", "--approved-by")
    assert run(loosened, *arguments, "@product-attendance,@lead-workforce").code == 0
    assert run(loosened, *arguments, "@lead-workforce").code == 1


def test_what_was_measured_before_the_change_is_stale_and_says_nothing_of_it(
    loosened: Path,
) -> None:
    ended = run(loosened, "check", "--evidence", "before.json")
    assert ended.code == 0
    assert (
        "info[evidence-stale]: attendance-clock-in-succeeded changed after the backtest"
        in ended.out
    )
    assert "services/attendance/alert-policy.yaml" not in ended.out


def test_evidence_of_the_tree_itself_is_not_stale(loosened: Path) -> None:
    assert "evidence-stale" not in run(loosened, "check", "--evidence", "after.json").out


def test_evidence_that_is_no_file_ends_with_2(loosened: Path) -> None:
    ended = run(loosened, "check", "--evidence", SLO)
    assert (ended.code, ended.out) == (2, "")
    assert "is not valid JSON; write it with `reliability backtest --format json`" in ended.err
