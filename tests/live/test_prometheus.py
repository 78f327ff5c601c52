"""Syncs to a real Prometheus of both generations: killed, refused, edited by hand, down."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.proxy import Proxy, run_proxy
from tests.live.repository import PROJECT, edit, make_repository, prometheus_at
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

RELOAD = "POST /-/reload"


@dataclass(frozen=True, slots=True)
class Site:
    """A Prometheus, our folder in it, and a proxy between it and us."""

    server: Prometheus
    folder: Path
    proxy: Proxy

    def start(self, threshold: str) -> subprocess.Popen[str]:
        command = ["-m", "tests.live.sync_rules", self.proxy.url, str(self.folder), threshold]
        return subprocess.Popen(
            [sys.executable, *command], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )

    def sync(self, threshold: str = "> 1") -> tuple[int, str]:
        process = self.start(threshold)
        out, _ = process.communicate(timeout=600)
        return process.returncode, out

    def kill(self, threshold: str, hooks: dict[str, Callable[[], None]]) -> None:
        """Start a sync and kill it with signal 9 when it asks for a reload."""
        process = self.start(threshold)
        hooks[RELOAD] = lambda: os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=600)
        assert process.returncode == -signal.SIGKILL

    @property
    def threshold(self) -> str:
        """The threshold that the server compares with now."""
        query: str = next(
            rule["query"]
            for group in self.server.get("rules")["groups"]
            if group["name"] == "attendance-alerts"
            for rule in group["rules"]
        )
        return query.removeprefix("attendance:errors:ratio ")

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


FILES = ["attendance.yml", "payroll.yml", "search.yml"]


@pytest.fixture
def site(generation: Generation, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "prometheus" / "reliability"
    folder.mkdir(parents=True)
    config = prometheus_config(rules=["reliability/*.yml", "theirs/*.yml"])
    with (
        run_prometheus(generation, tmp_path / "prometheus", config) as server,
        run_proxy(server.url) as proxy,
    ):
        yield Site(server, folder, proxy)


def test_a_sync_that_is_killed_before_the_reload_is_finished_by_the_next(site: Site) -> None:
    assert site.sync("> 1")[0] == 0
    site.kill("> 2", site.proxy.instead)
    assert "ratio > 2" in (site.folder / "attendance.yml").read_text()
    assert site.threshold == "> 1"
    code, out = site.sync("> 2")
    assert (code, "1 of 1 changes done\n  reloaded rules attendance" in out) == (0, True)
    assert (site.threshold, site.files()) == ("> 2", FILES)


def test_a_sync_that_is_killed_after_the_reload_needs_no_second_one(site: Site) -> None:
    assert site.sync("> 1")[0] == 0
    site.kill("> 2", site.proxy.after)
    assert site.threshold == "> 2"
    site.proxy.seen.clear()
    assert site.sync("> 2") == (0, "here: no changes; 3 owned\n")
    assert RELOAD not in site.proxy.seen
    assert site.files() == FILES


def test_a_first_sync_that_is_killed_is_finished_by_the_next(site: Site) -> None:
    site.kill("> 1", site.proxy.instead)
    assert site.sync("> 1")[0] == 0
    assert (site.threshold, site.files()) == ("> 1", FILES)


def test_a_rule_that_the_server_refuses_leaves_the_former_files_running(site: Site) -> None:
    assert site.sync("> 1")[0] == 0
    before = (site.folder / "attendance.yml").read_bytes()
    code, out = site.sync("> > 1")
    assert code == 1
    assert "failed rules attendance: refused: groups[attendance-alerts]" in out
    assert "rules[ErrorBudgetBurn].expr: 1:27: parse error: " in out
    assert out.endswith("; the previous file was restored\n")
    assert (site.folder / "attendance.yml").read_bytes() == before
    assert (site.threshold, site.files()) == ("> 1", FILES)


def test_a_broken_file_of_somebody_else_stops_the_sync_and_is_told(site: Site) -> None:
    assert site.sync("> 1")[0] == 0
    bad = site.folder.parent / "theirs" / "bad.yml"
    bad.parent.mkdir()
    bad.write_text("groups: [{name: bad, rules: [{alert: A, expr: '1 >'}]}]")
    code, out = site.sync("> 2")
    assert code == 1
    restored = "; the previous file was restored, and the reload was refused again: one or more"
    assert restored in out
    assert site.threshold == "> 1"
    bad.unlink()
    assert site.sync("> 2")[0] == 0
    assert site.threshold == "> 2"


def test_a_foreign_file_in_the_folder_stays_and_blocks_its_name_only(site: Site) -> None:
    foreign = site.folder / "payroll.yml"
    foreign.write_text("# mine\ngroups: []\n")
    code, out = site.sync()
    assert (code, "2 of 2 changes done" in out) == (1, True)
    assert f"x rules payroll: left alone: {foreign}: it has no mark" in out
    assert foreign.read_text() == "# mine\ngroups: []\n"


def test_a_server_that_went_down_is_told_and_no_file_is_touched(
    generation: Generation, tmp_path: Path
) -> None:
    folder = tmp_path / "reliability"
    folder.mkdir()
    with run_prometheus(generation, tmp_path, prometheus_config()) as server:
        url = server.url
    repository = make_repository(tmp_path / "repository", prometheus_at(url, folder))
    ended = repository.run("sync", "--yes")
    assert (ended.code, list(folder.iterdir())) == (2, [])
    assert ended.out.startswith(f"prometheus: {url} does not answer: ")


def test_the_repository_is_synced_edited_by_hand_and_mended(
    generation: Generation, tmp_path: Path
) -> None:
    folder = tmp_path / "prometheus" / "reliability"
    folder.mkdir(parents=True)
    config = prometheus_config(rules=["reliability/*.yml"])
    with run_prometheus(generation, tmp_path / "prometheus", config) as server:
        target = prometheus_at(server.url, folder)
        repository = make_repository(tmp_path / "repository", target)
        repository.keep_services("monitoring")
        first = repository.run("sync", "--yes")
        assert first.code == 0, first.out
        assert "prometheus: waiting up to " in first.err
        assert repository.run("plan", "--detailed-exitcode").code == 0
        edit(folder / "monitoring.yml", "tier: alert", "tier: log")
        drift = repository.run("drift", "--detailed-exitcode")
        assert (drift.code, "labels.tier: alert -> log" in drift.out) == (4, True)
        assert repository.run("sync", "--yes").code == 1
        repository.replace(
            "policies/targets.yaml", "- folder:", "- onDrift: overwrite\n    folder:"
        )
        mended = repository.run("sync", "--yes")
        assert (mended.code, "updated rules monitoring" in mended.out) == (0, True), mended.out
        assert repository.run("drift", "--detailed-exitcode").code == 0
        assert server.rules()["MonitoringHeartbeat"]["labels"]["tier"] == "alert"


def test_a_server_that_does_not_reload_gets_no_file(generation: Generation, tmp_path: Path) -> None:
    folder = tmp_path / "prometheus" / "reliability"
    folder.mkdir(parents=True)
    config = prometheus_config(rules=["reliability/*.yml"])
    with (
        run_prometheus(generation, tmp_path / "prometheus", config, has_lifecycle=False) as server,
        run_proxy(server.url) as proxy,
    ):
        site = Site(server, folder, proxy)
        code, out = site.sync()
        assert code == 1, out
        assert "--web.enable-lifecycle is off, so nothing was written" in out
        assert site.files() == []
