"""The command line itself: help, usage errors, where the repository is."""

import re
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import click
import pytest

from reliability.cli.app import App
from reliability.cli.main import (
    COMMAND_GROUPS,
    COMMANDS,
    OTHER_NAMES,
    global_first,
    group,
    read_today,
)
from reliability.render.tables import TextView
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


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        ("", ""),
        ("check --quiet a --verbose", "--quiet --verbose check a"),
        ("check --today 2026-11-25 a b", "--today 2026-11-25 check a b"),
        ("check --color=never --format json a", "--color=never check --format json a"),
        ("check --root=x=y a=--root", "--root=x=y check a=--root"),
        ("check --root", "--root check"),
        ("check a -- --quiet --today x", "check a -- --quiet --today x"),
        ("check --quiet -- --quiet", "--quiet check -- --quiet"),
        ("check --quiets --rooted=x", "check --quiets --rooted=x"),
    ],
)
def test_global_options_are_read_behind_a_command(given: str, ordered: str) -> None:
    assert global_first(given.split()) == ordered.split()


@pytest.mark.parametrize(
    ("start", "offered"),
    [
        ("", [*COMMANDS]),
        ("s", ["schema", "sync", "status", "suggest", "site"]),
        ("histo", ["history"]),
        ("--q", ["--quiet"]),
        ("--ver", ["--verbose", "--version"]),
        ("x", []),
    ],
)
def test_commands_and_global_options_are_completed(start: str, offered: list[str]) -> None:
    items = group.shell_complete(click.Context(group), start)
    assert [item.value for item in items] == offered
    helps = [item.help for item in items if item.value in COMMANDS]
    assert helps == [COMMANDS[name] for name in offered if name in COMMANDS]


def test_an_unknown_name_is_no_command() -> None:
    context = click.Context(group)
    assert group.get_command(context, "nothing") is None
    assert group.list_commands(context) == list(COMMANDS)


def test_help_lines_of_all_groups_begin_in_one_column(tmp_path: Path) -> None:
    lines = in_process("--help", folder=tmp_path).out.splitlines()
    listed = [line for line in lines if line[2:].partition(" ")[0] in COMMANDS]
    assert len(listed) == len(COMMANDS)
    starts = {len("".join(re.findall(r"^  \S+ +", line))) for line in listed}
    assert starts == {max(map(len, COMMANDS)) + 4}


def test_without_a_date_it_is_the_day_of_the_clock() -> None:
    before = datetime.now(UTC).date()
    today = read_today(click.Context(group), click.Option(["--today"]), None)
    assert before <= today <= datetime.now(UTC).date()


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
        assert app.view == TextView(80, on_terminal)
    with redirect_stdout(StringIO()):
        assert app.view == TextView(None, elsewhere)


def test_verbose_shows_each_stage_of_this_command_only(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    verbose = in_process("check", "--verbose", folder=tmp_path)
    lines = [line for line in verbose.err.splitlines() if re.search(r": [0-9.]+ s$", line)]
    assert (verbose.code, verbose.out) == (0, "")
    assert [line.partition(":")[0] for line in lines] == ["load", "check"]
    quiet = in_process("check", folder=tmp_path)
    rest = "".join(f"{line}\n" for line in verbose.err.splitlines() if line not in lines)
    assert quiet.err == rest


def test_one_process_is_the_default_and_others_are_forked() -> None:
    app = App.build(
        root=None, today=date(2026, 11, 25), quiet=False, color="auto", settings=Settings({})
    )
    assert [app.jobs, app.with_jobs(1).jobs, app.with_jobs(3).jobs] == [1, 1, 3]
