"""The command line itself: help, usage errors, where the repository is."""

from pathlib import Path

import pytest

from reliability.cli.main import COMMANDS
from tests.cli.program import reliability


def test_help_lists_every_command_with_a_line(tmp_path: Path) -> None:
    ended = reliability("--help", folder=tmp_path)
    assert ended.code == 0
    for name, line in COMMANDS.items():
        assert f"  {name}" in ended.out
        assert line.split()[0] in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help_of_its_own(tmp_path: Path, name: str) -> None:
    ended = reliability(name, "--help", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: reliability {name}")


def test_an_unknown_command_cannot_run(tmp_path: Path) -> None:
    ended = reliability("chekc", folder=tmp_path)
    assert ended.code == 2
    assert "chekc" in ended.err


@pytest.mark.parametrize("command", ["check", "plan", "sync", "drift", "backtest"])
def test_without_a_repository_the_way_to_one_is_said(tmp_path: Path, command: str) -> None:
    ended = reliability(command, folder=tmp_path)
    assert ended.code == 2
    assert ended.err == (
        f"reliability: no services/ in {tmp_path} or above; begin one with `reliability init`, "
        "see one with `reliability demo`, or pass --root with the folder that holds it\n"
    )


def test_a_day_that_is_no_day_is_refused(tmp_path: Path) -> None:
    ended = reliability("--today", "yesterday", "check", folder=tmp_path)
    assert ended.code == 2
    assert "not a valid day: 'yesterday'; write it as YYYY-MM-DD" in ended.err


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = reliability("--root", tmp_path / "nowhere", "check", folder=tmp_path)
    assert ended.code == 2
    assert "does not exist" in ended.err
