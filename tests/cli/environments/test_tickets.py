"""`tickets` with environments: the server of each is read, and each has tickets of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import pytest

from reliability.timespan import TimeSpan
from tests.cli.environments.declared import ENVIRONMENTS, declare, in_two_environments
from tests.cli.program import in_process
from tests.cli.tickets.fired_server import FiredServer
from tests.cli.tickets.test_tickets import HOUR, NOON, alert, span
from tests.history.server import serving
from tests.providers.served import served

BACKLOG: Final = "AttendanceQueueBacklog"
UNTIL: Final = f"{NOON + HOUR:%Y-%m-%dT%H:%MZ}"
DAYS: Final = 2
"""Queries of one server: it is asked for a day at a time."""

COMMAND: Final = ("--today", "2026-11-24", "tickets", "--until", UNTIL)


def servers_of(root: Path, production: str, staging: str) -> None:
    """Give each environment the server that has its history."""
    text = ENVIRONMENTS
    for name, url in (("production", production), ("staging", staging)):
        servers = f"      servers: [{{name: {name}, target: prometheus-{name}}}]\n"
        source = f"{{type: prometheus, url: '{url}'}}"
        text = text.replace(servers, f"{servers}      history: {{source: {source}}}\n")
    assert text.count("history:") == 2
    declare(root, text)


def fired(**more: str) -> Sequence[tuple[Mapping[str, str], TimeSpan]]:
    return ((alert("attendance", BACKLOG, **more), span(-5)),)


def test_the_server_of_each_environment_is_read(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path)
    with (
        serving(FiredServer((), fired=fired())) as production,
        serving(FiredServer((), fired=fired(environment="staging"))) as staging,
    ):
        servers_of(root, production.url, staging.url)
        ended = in_process(*COMMAND, folder=root)
    assert ended.code == 0, ended.err
    assert (len(production.asked), len(staging.asked)) == (DAYS, DAYS)
    titles = [line for line in ended.out.splitlines() if line.startswith("# ")]
    assert titles == [f"# attendance: {BACKLOG}", f"# attendance: {BACKLOG} (staging)"]


def test_a_server_of_two_environments_is_read_once(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path)
    both = (*fired(), *fired(environment="staging"))
    with serving(FiredServer((), fired=both)) as server:
        servers_of(root, server.url, server.url)
        ended = in_process(*COMMAND, folder=root)
    assert (ended.code, len(server.asked)) == (0, DAYS)


def test_a_server_that_an_option_names_is_the_only_one(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path)
    with (
        serving(FiredServer((), fired=fired())) as named,
        serving(FiredServer(())) as declared,
    ):
        servers_of(root, declared.url, declared.url)
        ended = in_process(*COMMAND, "--prometheus", named.url, folder=root)
    assert (ended.code, len(named.asked), len(declared.asked)) == (0, DAYS, 0)


@pytest.mark.parametrize("is_alertmanager", [False, True])
def test_an_alertmanager_among_the_servers_has_no_past(
    tmp_path: Path, *, is_alertmanager: bool
) -> None:
    root = in_two_environments(tmp_path)
    with (
        serving(FiredServer((), fired=fired())) as production,
        served(lambda _request: httpx.Response(200, json=[])) as url,
    ):
        servers_of(root, production.url, "http://STAGING")
        path = root / "policies/environments.yaml"
        text = path.read_text()
        other = (
            ""
            if is_alertmanager
            else f"      history: {{source: {{type: prometheus, url: '{production.url}'}}}}\n"
        )
        old = "      history: {source: {type: prometheus, url: 'http://STAGING'}}\n"
        assert old in text
        path.write_text(text.replace(old, other))
        targets = root / "policies/targets.yaml"
        head = targets.read_text().partition("  targets:")[0]
        target = f"{{name: a, provider: alertmanager, url: '{url}', file: /nowhere}}"
        targets.write_text(f"{head}  allowedHosts: [127.0.0.1]\n  targets: [{target}]\n")
        ended = in_process(*COMMAND, folder=root)
    line = "Read from Alertmanager, which knows only what is firing now: "
    assert (ended.code, line in ended.out) == (0, is_alertmanager), ended.err
