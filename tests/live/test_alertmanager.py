"""The whole command against a real Alertmanager of both generations."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.environment import environment
from tests.live.proxy import Proxy, run_proxy
from tests.live.repository import Repository, alertmanager_at, edit, make_repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

FIRST = "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"
RELOAD = "POST /-/reload"


@dataclass(frozen=True, slots=True)
class Site:
    """A repository, the Alertmanager that it is for, and a proxy between them."""

    repository: Repository
    server: Alertmanager
    proxy: Proxy

    @property
    def file(self) -> Path:
        return self.server.config

    def runs(self, text: str) -> bool:
        """Whether the server runs a configuration that holds this."""
        return text in self.server.status()["config"]["original"]

    def leftovers(self) -> list[str]:
        return [path.name for path in self.file.parent.glob(".*")]


@contextmanager
def run_site(generation: Generation, folder: Path, **settings: object) -> Iterator[Site]:
    with (
        run_alertmanager(generation, folder / "alertmanager", FIRST) as server,
        run_proxy(server.url) as proxy,
    ):
        target = alertmanager_at(proxy.url, server.config, **settings)
        yield Site(make_repository(folder / "repository", target), server, proxy)


@pytest.fixture
def site(generation: Generation, tmp_path: Path) -> Iterator[Site]:
    with run_site(generation, tmp_path) as made:
        yield made


@pytest.fixture
def synced(site: Site) -> Site:
    """A site whose server runs what the repository says."""
    site.file.unlink()
    ended = site.repository.run("sync", "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "alertmanager: 1 of 1 changes done\n  created config alertmanager\n"
    return site


def test_a_file_of_somebody_else_is_refused_and_says_what_to_do(site: Site) -> None:
    ended = site.repository.run("sync", "--yes")
    assert ended.code == 1
    assert ended.out == (
        "alertmanager: 1 left alone; 0 owned\n"
        f"  x config alertmanager: left alone: {site.file}: it has no mark; "
        f"take it over: `reliability init --alertmanager {site.file}`\n"
    )
    assert site.file.read_text() == FIRST
    assert RELOAD not in site.proxy.seen


LIVE = """\
route:
  receiver: inbox
  routes: [{matchers: [team="legacy"], receiver: pager}]
receivers:
  - name: inbox
  - name: pager
    pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]
"""
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def taken(site: Site) -> Site:
    """A site whose live file has a secret, and was taken over into the repository."""
    site.file.write_text(LIVE)
    assert site.server.reload().status_code == 200
    secrets = str(site.file.parent / "secrets")
    ended = site.repository.run("init", "--alertmanager", str(site.file), "--secrets", secrets)
    assert ended.code == 0, ended.err
    return site


def test_a_live_file_that_the_repository_holds_stays_until_a_sync_replaces_it(taken: Site) -> None:
    for form in ("text", "json", "markdown"):
        planned = taken.repository.run("plan", "--format", form)
        assert planned.code == 0, planned.out
        assert SECRET not in planned.out + planned.err
    assert "1 to update" in taken.repository.run("plan").out
    assert taken.file.read_text() == LIVE
    ended = taken.repository.run("sync", "--yes")
    assert (ended.code, SECRET in ended.out + ended.err) == (0, False), ended.out
    assert taken.runs("receiver: pager")
    assert taken.runs("reliability/workforce")
    assert not taken.runs(SECRET)
    assert "no changes" in taken.repository.run("plan").out
    assert not any(SECRET in path.read_text() for path in taken.file.parent.glob(".alert*"))


def test_what_the_repository_does_not_hold_is_not_replaced(taken: Site) -> None:
    """Somebody adds a receiver to the live file after it was taken over."""
    added = LIVE + "  - name: later\n"
    taken.file.write_text(added)
    ended = taken.repository.run("sync", "--yes")
    assert ended.code == 1
    assert "alertmanager.base.yml does not contain receivers.2" in ended.out
    assert taken.file.read_text() == added


def test_after_a_sync_there_is_nothing_to_plan_and_no_drift(synced: Site) -> None:
    for command in ("plan", "drift"):
        ended = synced.repository.run(command, "--detailed-exitcode")
        assert ended.code == 0, ended.out
    assert synced.leftovers() == []
    assert synced.repository.run("sync", "--yes").out == "alertmanager: no changes; 1 owned\n"


def test_a_hand_edit_is_named_held_and_then_mended(synced: Site) -> None:
    edit(synced.file, "group_wait: 30s", "group_wait: 99s")
    ended = synced.repository.run("drift", "--detailed-exitcode")
    assert ended.code == 4
    assert "config alertmanager: changed outside the repository; held" in ended.out
    assert "group_wait:\n        - 30s\n        + 99s\n" in ended.out
    held = synced.repository.run("sync", "--yes")
    assert (held.code, "99s" in synced.file.read_text()) == (1, True)
    synced.repository.replace("policies/targets.yaml", "- file:", "- onDrift: overwrite\n    file:")
    assert synced.repository.run("sync", "--yes").code == 0
    assert "99s" not in synced.file.read_text()
    assert synced.repository.run("drift", "--detailed-exitcode").code == 0


def test_a_configuration_that_is_refused_leaves_the_former_one_running(synced: Site) -> None:
    before = synced.file.read_bytes()
    base = synced.repository.root / "policies/alertmanager.base.yml"
    broken = synced.file.parent / "broken.tmpl"
    broken.write_text("{{ define")
    base.write_text(f"templates: [{broken}]\n" + FIRST)
    ended = synced.repository.run("sync", "--yes")
    assert ended.code == 1
    assert "failed config alertmanager: refused: " in ended.out
    assert "; the previous file was restored" in ended.out
    assert (synced.file.read_bytes(), synced.leftovers()) == (before, [])
    base.unlink()
    assert synced.repository.run("sync", "--yes").out == "alertmanager: no changes; 1 owned\n"


def test_a_dry_run_shows_the_plan_and_writes_nothing(site: Site) -> None:
    site.file.unlink()
    ended = site.repository.run("sync", "--dry-run")
    assert (ended.code, ended.err) == (0, "dry run: nothing was written\n")
    assert "1 to create" in ended.out
    assert not site.file.exists()
    assert {request.partition(" ")[0] for request in site.proxy.seen} == {"GET"}


def test_a_server_that_is_down_is_told_and_no_file_is_touched(
    generation: Generation, tmp_path: Path
) -> None:
    with run_site(generation, tmp_path) as site:
        site.file.unlink()
    ended = site.repository.run("sync", "--yes")
    assert ended.code == 2
    assert ended.out.startswith(f"alertmanager: {site.proxy.url} does not answer: ")
    assert not site.file.exists()
    assert site.repository.run("plan", "--detailed-exitcode").code == 2


def test_a_host_that_is_not_allowed_gets_no_request(site: Site) -> None:
    site.repository.replace("policies/targets.yaml", "- 127.0.0.1", "- example.org")
    ended = site.repository.run("plan")
    assert (ended.code, site.proxy.seen) == (2, [])
    assert "host 127.0.0.1 is not allowed" in ended.out


def test_a_target_that_is_down_does_not_stop_the_others(site: Site) -> None:
    site.file.unlink()
    site.repository.replace(
        "policies/targets.yaml",
        "targets:\n",
        "targets:\n  - {name: gone, provider: prometheus, url: 'http://127.0.0.1:1', folder: .}\n",
    )
    ended = site.repository.run("sync", "--yes")
    assert ended.code == 1
    assert "gone: http://127.0.0.1:1 does not answer" in ended.out
    assert "alertmanager: 1 of 1 changes done" in ended.out


def killed_sync(site: Site, hooks: dict[str, Callable[[], None]]) -> None:
    """Run a sync that is killed with signal 9 when it asks for a reload."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reliability", "sync", "--yes"],
        cwd=site.repository.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    hooks[RELOAD] = lambda: os.kill(process.pid, signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL


def test_a_sync_that_is_killed_before_the_reload_is_finished_by_the_next(synced: Site) -> None:
    synced.repository.replace("policies/notification.yaml", "wait: 30s", "wait: 45s")
    before = synced.server.status()["config"]["original"]
    killed_sync(synced, synced.proxy.instead)
    assert "group_wait: 45s" in synced.file.read_text()
    assert not synced.runs("group_wait: 45s")
    plan = synced.repository.run("plan", "--detailed-exitcode")
    assert plan.code == 4
    assert "  > config alertmanager: the server runs another configuration" in plan.out
    again = synced.repository.run("sync", "--yes")
    assert again.code == 0, again.out
    assert synced.runs("group_wait: 45s")
    assert before != synced.server.status()["config"]["original"]
    assert synced.leftovers() == []
    assert synced.repository.run("plan", "--detailed-exitcode").code == 0


def test_a_sync_that_is_killed_after_the_reload_needs_no_second_one(synced: Site) -> None:
    synced.repository.replace("policies/notification.yaml", "wait: 30s", "wait: 45s")
    killed_sync(synced, synced.proxy.after)
    synced.proxy.seen.clear()
    again = synced.repository.run("sync", "--yes")
    assert again.out == "alertmanager: no changes; 1 owned\n"
    assert RELOAD not in synced.proxy.seen
    assert synced.leftovers() == []
