"""The screen of the demo, and what it shows of servers, each step on its own."""

import json
import re
import sys
from contextlib import ExitStack, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from reliability.cli.app import App
from reliability.cli.demo.live import burned, start, synced
from reliability.cli.demo.screen import Screen, StepFailedError
from reliability.onboarding.demo.live.processes import free_port
from reliability.onboarding.demo.live.programs import Programs
from reliability.onboarding.demo.live.stage import Stage, open_stage
from reliability.onboarding.shipped import copy_shipped
from reliability.settings import Settings
from tests.cli.program import Terminal, in_process

DAY: Final = date(2026, 11, 25)
PROGRAM: Final = f"""\
#!{sys.executable}
# Answers as a server that is ready, and keeps its arguments.
import http.server, pathlib, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/-/ready" else 404)
        self.end_headers()

    def log_message(self, *arguments):
        pass

pathlib.Path(sys.argv[0] + ".arguments").write_text("\\n".join(sys.argv[1:]))
address = next(each for each in sys.argv if each.startswith("--web.listen-address="))
host, _, port = address.partition("=")[2].partition(":")
http.server.HTTPServer((host, int(port)), Handler).serve_forever()
"""


def screen(root: Path, color: str = "never") -> Screen:
    settings = Settings({})
    return Screen(
        App.build(root=None, today=DAY, quiet=False, color=color, settings=settings), root
    )


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_shipped(tmp_path_factory.mktemp("demo") / "shop")


Captured = pytest.CaptureFixture[str]


def test_titles_have_numbers_and_texts_a_line_after_them(tmp_path: Path, capsys: Captured) -> None:
    shown = screen(tmp_path)
    shown.title("One")
    shown.words("  a\n  b ")
    shown.title("Two")
    shown.lines(["  c", "d"])
    assert capsys.readouterr().out == "1  One\n\na b\n\n2  Two\n\n  c\nd\n\n"


def test_titles_are_bold_and_commands_have_a_color(shipped: Path, capsys: Captured) -> None:
    steps = screen(shipped, "always")
    steps.title("One")
    steps.run("explain", "alert-for-cause")
    command = "$ reliability --today 2026-11-25 explain alert-for-cause"
    shown = capsys.readouterr().out
    assert shown.startswith(f"\x1b[1m1  One\x1b[0m\n\n\x1b[36m{command}\x1b[0m\nalert-for-cause (")
    assert "\x1b[1mWhy it matters\x1b[0m\n" in shown


@pytest.mark.parametrize(("color", "is_bold"), [("never", False), ("auto", True)])
def test_colors_of_commands_are_those_of_the_demo(
    shipped: Path, color: str, *, is_bold: bool
) -> None:
    with redirect_stdout(Terminal()) as out:
        screen(shipped, color).run("explain", "alert-for-cause")
    assert ("\x1b[1m" in out.getvalue()) is is_bold


def test_a_command_runs_in_the_folder_and_what_it_notes_is_shown(
    shipped: Path, capsys: Captured
) -> None:
    screen(shipped).run("check")
    shown = capsys.readouterr().out
    assert shown.startswith("$ reliability --today 2026-11-25 check\n5 services, ")
    assert shown.endswith(": no findings\n\n")


@pytest.mark.parametrize(
    ("command", "expected", "code"),
    [(("check",), 1, 3), (("explain", "nothing"), 0, 2), (("explain", "nothing"), 1, 2)],
)
def test_a_command_that_ends_otherwise_ends_the_demo(
    shipped: Path, capsys: Captured, command: tuple[str, ...], expected: int, code: int
) -> None:
    with pytest.raises(StepFailedError) as failure:
        screen(shipped).run(*command, ends=expected)
    assert failure.value.exit_code == code
    assert capsys.readouterr().out.endswith("\n\n")


def test_a_command_that_ends_as_expected_is_no_failure(shipped: Path, capsys: Captured) -> None:
    screen(shipped).run("explain", "nothing", ends=2)
    assert "unknown rule nothing" in capsys.readouterr().out


def test_one_resource_of_a_target_is_compiled(shipped: Path) -> None:
    resource = screen(shipped).compiled("alertmanager")
    assert (resource.id.target, "route" in resource.body) == ("alertmanager", True)


def test_a_sync_is_followed_by_a_plan_without_changes(shipped: Path, capsys: Captured) -> None:
    synced(screen(shipped))
    shown = capsys.readouterr().out
    assert re.findall(r"^\$ reliability --today 2026-11-25 (.*)$", shown, re.M) == [
        "sync --yes",
        "plan",
    ]
    assert shown.startswith("1  Sync\n\nSync writes the files, reloads both servers once, ")
    assert "no changes" in shown.partition(" plan\n")[2]


def test_a_demo_within_a_hook_of_git_is_refused(tmp_path: Path) -> None:
    ended = in_process("demo", "--folder", "new", folder=tmp_path, GIT_DIR="")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "reliability: GIT_DIR is set to another repository; run `env -u GIT_DIR ...`\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_demo_needs_a_new_or_empty_folder_and_with_servers_their_programs(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("mine")
    ended = in_process("demo", "--folder", ".", folder=tmp_path)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    ended = in_process("demo", "--live", "--servers", ".", "--folder", "new", folder=tmp_path)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


ATTACHED: Final = {"title": "Burning", "text": "a\nb\n", "pretext": "<!here>"}


@pytest.mark.parametrize(
    ("attachment", "lines"),
    [
        (ATTACHED, ["  | #team  <!here>", "  | Burning", "  | a", "  | b"]),
        ({"title": "t", "text": "\n"}, ["  | #team", "  | t"]),
    ],
)
def test_the_first_alert_in_slack_is_shown_with_its_page(
    tmp_path: Path, capsys: Captured, attachment: dict[str, Any], lines: list[str]
) -> None:
    with open_stage() as stage:
        alerts: list[dict[str, Any]] = [
            {"channel": "#other"},
            {"channel": "#team", "attachments": [attachment]},
            {"channel": "#later", "attachments": [ATTACHED]},
        ]
        for body in alerts:
            sent(stage, "slack", body)
        for key in ("first-key", "second-key"):
            sent(stage, "pager", {"routing_key": key})
        for _ in range(2):
            sent(stage, "heartbeat", {})
        burned(screen(tmp_path), stage)
        assert stage.burning
    shown = capsys.readouterr().out
    assert shown.startswith("1  Spend error budget\n\nFrom now on every third clock-in fails. ")
    [seconds] = re.findall(r"^After (\d+) seconds, in Slack:$", shown, re.M)
    assert int(seconds) < 3600
    assert [line for line in shown.splitlines() if line.startswith("  | ")] == lines
    assert shown.endswith(
        "PagerDuty pages first. Heartbeats that reached the dead man's switch so far: 2.\n\n"
    )


def sent(stage: Stage, path: str, body: dict[str, Any]) -> None:
    answer = httpx.post(f"{stage.url}/{path}", content=json.dumps(body), trust_env=False)
    assert answer.is_success


def test_both_servers_get_their_files_and_alertmanagers_first_file_is_deleted(
    tmp_path: Path,
) -> None:
    live, ports = tmp_path / "live", (free_port(), free_port())
    (live / "alertmanager").mkdir(parents=True)
    (live / "alertmanager/alertmanager.yml").write_text("route: {}\n")
    paths = [tmp_path / "bin" / name for name in ("prometheus", "alertmanager")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(PROGRAM)
        path.chmod(0o755)

    with ExitStack() as stack:
        start(stack, Programs(*paths), live, ports)
        assert [httpx.get(ready(port), trust_env=False).status_code for port in ports] == [200, 200]
        assert not (live / "alertmanager/alertmanager.yml").exists()
    for port in ports:
        with pytest.raises(httpx.TransportError):
            httpx.get(ready(port), trust_env=False)

    arguments = [Path(f"{path}.arguments").read_text().splitlines() for path in paths]
    assert arguments == [
        [
            f"--config.file={live}/prometheus/prometheus.yml",
            f"--storage.tsdb.path={live}/prometheus/data",
            f"--web.listen-address=127.0.0.1:{ports[0]}",
            "--web.enable-lifecycle",
        ],
        [
            f"--config.file={live}/alertmanager/alertmanager.yml",
            f"--storage.path={live}/alertmanager/data",
            f"--web.listen-address=127.0.0.1:{ports[1]}",
            "--cluster.listen-address=",
        ],
    ]


def ready(port: int) -> str:
    return f"http://127.0.0.1:{port}/-/ready"
