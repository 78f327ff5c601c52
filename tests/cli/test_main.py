"""The command line itself: help, usage errors, where the repository is."""

import re
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from reliability.cli.app import App
from reliability.cli.main import COMMAND_GROUPS, COMMANDS, OTHER_NAMES
from reliability.settings import Settings
from tests.cli.program import Terminal, in_process, reliability
from tests.project.repository import ROOT
from tests.servers.process import free_port


def test_help_lists_every_command_with_a_line(tmp_path: Path) -> None:
    ended = in_process("--help", folder=tmp_path)
    assert ended.code == 0
    for name, line in COMMANDS.items():
        assert f"  {name}" in ended.out
        assert line.split()[0] in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help_of_its_own(tmp_path: Path, name: str) -> None:
    ended = in_process(name, "--help", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: reliability {name}")


def test_help_groups_the_commands_in_the_order_in_which_a_user_meets_them(tmp_path: Path) -> None:
    lines = in_process("--help", folder=tmp_path).out.splitlines()
    titles = [
        line.rstrip(":") for line in lines if line in {f"{title}:" for title in COMMAND_GROUPS}
    ]
    assert titles == ["Start", "Author", "Deliver", "Measure", "Review"]
    listed = [line.split()[0] for line in lines if line[:2] == "  " and line[2:3].islower()]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        *(("chekc", "check"), ("backtests", "backtest"), ("apply", "sync"), ("validate", "check")),
        *(("lint", "check"), ("diff", "plan"), ("generate", "build"), ("migrate", "import")),
    ],
)
def test_an_unknown_command_gets_the_one_that_was_meant(
    tmp_path: Path, given: str, meant: str
) -> None:
    ended = in_process(given, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"reliability: unknown command '{given}'; did you mean {meant}? see `reliability --help`\n"
    )


def test_a_command_that_is_like_no_other_gets_no_suggestion(tmp_path: Path) -> None:
    ended = in_process("zzzz", folder=tmp_path)
    assert ended.code == 2
    assert ended.err == "reliability: unknown command 'zzzz'; see `reliability --help`\n"


def test_other_names_are_no_commands_and_lead_to_one() -> None:
    assert not set(OTHER_NAMES) & set(COMMANDS)
    assert set(OTHER_NAMES.values()) <= set(COMMANDS)


def test_verbose_shows_requests_and_the_time_of_stages() -> None:
    url = f"http://secret:word@127.0.0.1:{free_port()}"
    ended = reliability("--verbose", "check", "--live", url, folder=ROOT)
    assert re.search(r"^load: \d+\.\d{3} s$", ended.err, re.MULTILINE)
    assert re.search(r"^check: \d+\.\d{3} s$", ended.err, re.MULTILINE)
    request = r"^GET http://127.0.0.1:\d+/api/v1/query: ConnectError, \d+\.\d{3} s$"
    assert re.search(request, ended.err, re.MULTILINE)
    assert "word" not in ended.err
    assert "load: " not in reliability("check", folder=ROOT).err


@pytest.mark.parametrize("command", ["check", "plan", "sync", "drift", "backtest"])
def test_without_a_repository_the_way_to_one_is_said(tmp_path: Path, command: str) -> None:
    ended = in_process(command, folder=tmp_path)
    assert ended.code == 2
    assert ended.err == (
        f"reliability: no services/ in {tmp_path} or its parents; "
        "run `reliability init` to create it, "
        "`reliability demo` for an example, or pass --root with the folder that contains it\n"
    )


def test_a_day_that_is_no_day_is_refused(tmp_path: Path) -> None:
    ended = in_process("--today", "yesterday", "check", folder=tmp_path)
    assert ended.code == 2
    assert "not a valid date: 'yesterday'; write it as YYYY-MM-DD" in ended.err


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = in_process("--root", tmp_path / "nowhere", "check", folder=tmp_path)
    assert ended.code == 2
    assert "does not exist" in ended.err


@pytest.mark.parametrize(
    ("option", "environment", "color"),
    [
        ("auto", {}, None),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
    ],
)
def test_colors_are_off_where_the_environment_says_so(
    option: str, environment: dict[str, str], color: bool | None
) -> None:
    app = App.build(
        root=None,
        today=date(2026, 11, 25),
        quiet=False,
        color=option,
        settings=Settings(environment),
    )
    assert app.color is color


@pytest.mark.parametrize(
    ("option", "on_terminal", "elsewhere"),
    [("auto", True, False), ("always", True, True), ("never", False, False)],
)
def test_results_have_colors_on_a_terminal_or_if_asked_for(
    option: str, on_terminal: bool, elsewhere: bool
) -> None:
    app = App.build(
        root=None, today=date(2026, 11, 25), quiet=False, color=option, settings=Settings({})
    )
    with redirect_stdout(Terminal()):
        assert (app.is_terminal, app.colors_output) == (True, on_terminal)
    with redirect_stdout(StringIO()):
        assert (app.is_terminal, app.colors_output) == (False, elsewhere)
