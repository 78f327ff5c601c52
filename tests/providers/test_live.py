"""Files of a running server: whenever a sync is cut off, the next one puts it right."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Create, Delete, Reload, Update
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers.disk import Disk, unconfirmed
from reliability.providers.http import open_server
from reliability.providers.prometheus import PrometheusProvider
from reliability.resource import Resource
from tests.providers.fake_servers import FakePrometheus
from tests.providers.worlds import BAD, TARGET, prometheus_target, replace_first_expr, rules

WANTED = (rules("attendance"), rules("payroll"), rules("search"))
CHANGED = (replace_first_expr(), rules("payroll", "> 3"), rules("web"))


class Killed(BaseException):
    """What stands for kill -9: nothing of ours catches it."""


class Cut:
    """A fake server that ends the sync at the nth request of a kind, before or after serving it."""

    def __init__(self, fake: FakePrometheus) -> None:
        self.fake = fake
        self.at: tuple[str, int, bool] | None = None
        self.error: BaseException = Killed()
        self.seen = 0

    def cut(self, request: str, number: int, *, served: bool) -> None:
        self.at, self.seen = (request, number, served), 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        if self.at is None or f"{request.method} {request.url.path}" != self.at[0]:
            return self.fake.handle(request)
        self.seen += 1
        if self.seen != self.at[1]:
            return self.fake.handle(request)
        if self.at[2]:
            self.fake.handle(request)
        self.at = None
        raise self.error


class Site:
    """A folder, a fake server that reads it, and as many syncs as one likes."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        self.folder = folder
        self.fake = FakePrometheus(folder=folder)
        self.cut = Cut(self.fake)
        self.closing = closing
        self.told: list[str] = []
        self.disk = Disk(writable=True)

    def open(self) -> PrometheusProvider:
        target = prometheus_target("http://prometheus.example:9090", self.folder)
        transport = httpx.MockTransport(self.cut.handle)
        hosts = ["prometheus.example"]
        server = open_server(target, None, hosts, writable=True, transport=transport)
        self.closing.callback(server.client.close)
        server = replace(server, pause=lambda _: self.fake.evaluate())
        return PrometheusProvider(
            target=TARGET, folder=self.folder, disk=self.disk, server=server, tell=self.told.append
        )

    def plan(self, desired: tuple[Resource, ...]) -> Plan:
        return plan(TARGET, desired, self.open().read())

    def sync(self, desired: tuple[Resource, ...]) -> list[Outcome]:
        provider = self.open()
        return list(sync(plan(TARGET, desired, provider.read()), provider))

    def runs(self, desired: tuple[Resource, ...]) -> bool:
        """Whether the server runs exactly this, and no file of ours waits for anything."""
        names = {group["file"] for group in self.fake.groups}
        files = {str(self.folder / f"{each.id.name}.yml") for each in desired}
        return (
            self.plan(desired).is_settled and names == files and not list(unconfirmed(self.folder))
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as closing:
        yield Site(tmp_path, closing)


RELOAD = "POST /-/reload"
CUTS = {
    "before-reload": (RELOAD, 1, False),
    "after-reload": (RELOAD, 1, True),
    "while-reading-back": ("GET /api/v1/rules", 4, False),
    "while-waiting": ("GET /api/v1/rules", 7, True),
}


@pytest.mark.parametrize("where", CUTS)
def test_a_killed_sync_is_finished_by_the_next(site: Site, where: str) -> None:
    site.sync(WANTED)
    request, number, served = CUTS[where]
    site.cut.cut(request, number, served=served)
    with pytest.raises(Killed):
        site.sync(CHANGED)
    outcomes = site.sync(CHANGED)
    assert all(isinstance(outcome, ChangeApplied) for outcome in outcomes)
    assert site.runs(CHANGED)


class KilledDisk(Disk):
    """A disk whose nth file is not put in place any more."""

    left = 0

    def put(self, path: Path) -> None:
        KilledDisk.left -= 1
        if KilledDisk.left < 0:
            raise Killed
        super().put(path)


@pytest.mark.parametrize("files", [0, 1, 2])
def test_a_sync_that_is_killed_between_two_files_is_finished(site: Site, files: int) -> None:
    site.sync(WANTED)
    KilledDisk.left = files
    site.disk = KilledDisk(writable=True)
    with pytest.raises(Killed):
        site.sync(CHANGED)
    site.disk = Disk(writable=True)
    assert all(isinstance(outcome, ChangeApplied) for outcome in site.sync(CHANGED))
    assert site.runs(CHANGED)


def test_files_that_are_in_place_and_not_loaded_are_a_plan_of_their_own(site: Site) -> None:
    site.sync(WANTED)
    site.cut.cut(RELOAD, 1, served=False)
    with pytest.raises(Killed):
        site.sync(CHANGED)
    changes = site.plan(CHANGED).changes
    assert [(type(each), each.id.name) for each in changes] == [
        (Reload, "attendance"),
        (Reload, "payroll"),
        (Reload, "search"),
        (Reload, "web"),
    ]
    why = {each.id.name: each.why for each in changes if isinstance(each, Reload)}
    assert why["attendance"] == (
        "the server runs it otherwise: group attendance-alerts: "
        "`expr` of ErrorBudgetBurn differs from the file"
    )
    assert why["search"] == "the server still runs the rules of a file that is gone"
    assert why["web"].startswith("the server runs it otherwise: group web-sli does not run")


def test_after_a_kill_what_is_refused_still_gets_its_former_file_back(site: Site) -> None:
    site.sync(WANTED)
    site.cut.cut(RELOAD, 1, served=False)
    desired = (WANTED[0], BAD, WANTED[2])
    with pytest.raises(Killed):
        site.sync(desired)
    [outcome] = site.sync(desired)
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why.startswith(
        "refused: groups[payroll-alerts].rules[ErrorBudgetBurn].expr: 1:1"
    )
    assert outcome.why.endswith("; the previous file was restored")
    assert site.runs(WANTED)


def test_a_server_that_goes_away_before_the_reload_finds_the_former_files(site: Site) -> None:
    site.sync(WANTED)
    site.cut.error = httpx.ConnectError("connection refused")
    site.cut.cut(RELOAD, 1, served=False)
    site.fake.clock += 1
    outcomes = site.sync(CHANGED[:2])
    assert all(isinstance(outcome, ChangeFailed) for outcome in outcomes)
    assert site.plan(WANTED).changes == ()


def test_a_lost_answer_is_waited_for_and_not_asked_for_again(site: Site) -> None:
    site.cut.error = httpx.ReadTimeout("timed out")
    site.cut.cut(RELOAD, 1, served=True)
    outcomes = site.sync(WANTED)
    assert all(isinstance(outcome, ChangeApplied) for outcome in outcomes)
    assert site.fake.requests.count(RELOAD) == 1
    assert site.runs(WANTED)


def test_one_reload_takes_all_changes(site: Site) -> None:
    site.sync(WANTED)
    site.fake.requests.clear()
    site.sync(CHANGED)
    assert site.fake.requests.count(RELOAD) == 1


def test_with_nothing_to_change_nothing_is_reloaded(site: Site) -> None:
    site.sync(WANTED)
    site.fake.requests.clear()
    assert site.sync(WANTED) == []
    assert RELOAD not in site.fake.requests


def test_only_what_is_refused_fails_among_many(site: Site) -> None:
    many = [rules(f"service{number}") for number in range(16)]
    many[11] = rules("service11", expr="sum(")
    many[4] = rules("service4", expr="1 +")
    failed = [each for each in site.sync(tuple(many)) if isinstance(each, ChangeFailed)]
    assert [each.change.id.name for each in failed] == ["service11", "service4"]
    assert site.runs(tuple(each for each in many if each not in (many[4], many[11])))


def test_where_the_server_refuses_even_the_former_files_nothing_is_tried_again(site: Site) -> None:
    site.sync(WANTED)
    (site.folder / "mine.yml").write_text("groups: [{name: x, rules: [{alert: X, expr: 'x >'}]}]")
    site.fake.requests.clear()
    outcomes = site.sync(CHANGED)
    assert len(outcomes) == 4
    for outcome in outcomes:
        assert isinstance(outcome, ChangeFailed)
        assert ", and the reload was refused again: 1:1: parse" in outcome.why
    assert site.fake.requests.count(RELOAD) == 2
    assert site.plan(WANTED).changes == ()


def test_a_rule_that_cannot_be_evaluated_gets_its_former_file_back(site: Site) -> None:
    site.sync(WANTED)

    def fail() -> None:
        for group in site.fake.groups:
            for rule in group["rules"]:
                sick = rule["health"] == "unknown"
                rule["health"] = "err" if sick else "ok"
                rule["lastError"] = "many-to-many matching" if sick else ""

    provider = site.open()
    provider.runner = replace(
        provider.runner, server=replace(provider.server, pause=lambda _: fail())
    )
    [outcome] = sync(plan(TARGET, (CHANGED[0], *WANTED[1:]), provider.read()), provider)
    assert isinstance(outcome, ChangeFailed)
    assert (
        "cannot be evaluated: many-to-many matching; the previous file was restored" in outcome.why
    )
    site.fake.evaluate()
    assert site.plan(WANTED).changes == ()


def test_an_evaluation_that_a_reload_ended_says_nothing_about_a_rule(site: Site) -> None:
    healths = {"unknown": ("err", "context canceled"), "err": ("ok", ""), "ok": ("ok", "")}

    def go_on() -> None:
        for group in site.fake.groups:
            for rule in group["rules"]:
                rule["health"], rule["lastError"] = healths[rule["health"]]

    provider = site.open()
    provider.runner = replace(
        provider.runner, server=replace(provider.server, pause=lambda _: go_on())
    )
    outcomes = list(sync(plan(TARGET, WANTED, provider.read()), provider))
    assert [type(outcome) for outcome in outcomes] == [ChangeApplied] * len(WANTED)


def test_a_rule_that_is_not_evaluated_in_time_is_told_and_stays(site: Site) -> None:
    provider = site.open()
    provider.runner = replace(
        provider.runner, server=replace(provider.server, pause=lambda _: None)
    )
    outcomes = list(sync(plan(TARGET, WANTED, provider.read()), provider))
    assert [type(each) for each in outcomes] == [ChangeFailed] * 3
    assert {each.why for each in outcomes if isinstance(each, ChangeFailed)} == {
        "it is loaded, and was not evaluated in time"
    }
    assert site.told == ["here: waiting up to 6 s for the first evaluation: 0 of 9 rules evaluated"]
    assert site.plan(WANTED).changes == ()


def test_a_folder_that_the_server_does_not_read_is_told(site: Site, tmp_path: Path) -> None:
    site.fake.folder = tmp_path / "elsewhere"
    outcomes = site.sync(WANTED[:1])
    [outcome] = outcomes
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why == (
        "the server reloaded, but group attendance-sli does not run; "
        f"add {tmp_path}/*.yml to its rule_files; the new file was removed"
    )
    assert list(tmp_path.glob("*.yml")) == []


def test_a_server_that_sees_the_folder_under_another_path_is_understood(
    site: Site, tmp_path: Path
) -> None:
    mounted = tmp_path / "mounted"
    ours = tmp_path / "ours"
    ours.mkdir()
    mounted.symlink_to(ours)
    site.folder, site.fake.folder = ours, mounted
    assert all(isinstance(outcome, ChangeApplied) for outcome in site.sync(WANTED))
    assert site.plan(WANTED).is_settled
    assert all(isinstance(outcome, ChangeApplied) for outcome in site.sync(CHANGED))


def test_a_folder_that_is_not_there_is_told_before_anything_else(site: Site) -> None:
    site.folder /= "missing"
    with pytest.raises(ProviderError, match="make the folder, and name"):
        site.plan(WANTED)


def test_a_server_without_its_reload_switched_on_gets_no_file(site: Site) -> None:
    site.fake.has_lifecycle = False
    for outcome in site.sync(WANTED):
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why == (
            "here: --web.enable-lifecycle is off, so nothing was written; "
            "start Prometheus with --web.enable-lifecycle"
        )
    assert list(site.folder.iterdir()) == []


def test_an_address_without_a_reload_gets_no_file(site: Site) -> None:
    def closed(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/-/reload":
            return httpx.Response(403, text="forbidden")
        return site.fake.handle(request)

    site.cut.handle = closed  # type: ignore[method-assign]
    for outcome in site.sync(WANTED):
        assert isinstance(outcome, ChangeFailed)
        assert outcome.why == (
            "here: /-/reload returned 403, so nothing was written; "
            "check that the URL is that of a Prometheus"
        )
    assert list(site.folder.iterdir()) == []


def test_each_kind_of_change_can_be_made_at_once(site: Site) -> None:
    site.sync(WANTED)
    outcomes = site.sync(CHANGED)
    assert [type(outcome.change) for outcome in outcomes] == [Create, Update, Update, Delete]
    assert site.runs(CHANGED)


def test_reading_a_settled_target_asks_for_its_rules_and_its_last_reload(site: Site) -> None:
    site.sync(WANTED)
    site.fake.requests.clear()
    site.fake.clock += 10
    assert site.plan(WANTED).is_settled
    assert set(site.fake.requests) == {
        "GET /api/v1/rules",
        "GET /api/v1/alerts",
        "GET /api/v1/status/runtimeinfo",
    }


def test_a_file_that_cannot_be_put_in_place_stops_no_other(site: Site) -> None:
    site.sync(WANTED)
    blocked = site.folder / ".payroll.yml.reliability-new"
    blocked.mkdir()
    outcomes = {each.change.id.name: each for each in site.sync(CHANGED)}
    failed = outcomes.pop("payroll")
    assert isinstance(failed, ChangeFailed)
    assert failed.why == f"{blocked}: is a directory"
    assert all(isinstance(outcome, ChangeApplied) for outcome in outcomes.values())
