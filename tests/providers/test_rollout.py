"""A sync of several servers: routes before rules, one replica first, former routes last."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.providers.company import Company, company

OLD, BOTH, NEW = (
    ['team="payroll"', 'team="platform"', 'team="workforce"'],
    ['team="payroll"', 'team="people"', 'team="platform"', 'team="workforce"'],
    ['team="payroll"', 'team="people"', 'team="platform"'],
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def synced(here: Company) -> Company:
    ended = here.sync()
    assert ended.code == 0, ended.out + ended.err
    return here


def refusing(here: Company, name: str, word: bytes) -> None:
    """Have a server refuse every reload while its files hold a word."""
    server = here.servers[name]

    def answer(request: httpx.Request) -> httpx.Response:
        files = [*(here.repository.root / name).glob("*.yml")]
        refuses = any(word in file.read_bytes() for file in files)
        if request.method == "POST" and refuses:
            server.successful = False
            return httpx.Response(500, text="failed to reload config: not that")
        return server.handle(request)

    here.answers[name] = answer


def test_routes_are_loaded_before_rules_and_replicas_one_after_the_first(here: Company) -> None:
    ended = here.sync()
    assert (ended.code, here.reloads) == (0, ["am", "p1", "p2"])
    first = here.requests.index(("p1", "POST /-/reload"))
    second = here.requests.index(("p2", "POST /-/reload"))
    assert ("p1", "GET /api/v1/rules") in here.requests[first:second]
    assert here.plan("--detailed-exitcode").code == 0


def test_former_routes_stay_until_the_rules_are_loaded(synced: Company) -> None:
    seen: dict[str, list[str]] = {}

    def watching(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            seen["at the reload of the rules"] = synced.teams()
        return synced.first.handle(request)

    assert synced.teams() == OLD
    synced.answers["p1"] = watching
    synced.rename_team()
    ended = synced.sync()
    assert (ended.code, synced.reloads) == (0, ["am", "p1", "p2", "am"])
    assert seen == {"at the reload of the rules": BOTH}
    assert synced.teams() == NEW
    assert "am: no alert needs the former routes; they are removed" in ended.err
    assert "reliability/former/" not in synced.alertmanager.running.decode()
    assert synced.plan("--detailed-exitcode").code == 0


def test_former_routes_stay_for_an_alert_and_a_later_sync_removes_them(synced: Company) -> None:
    synced.rename_team()
    synced.alert(alertname="Slow", service="attendance", team="workforce", tier="ticket")
    ended = synced.sync()
    assert (ended.code, synced.teams()) == (0, BOTH)
    line = (
        '  . config alertmanager: the former route service=~".+", '
        'team="workforce", tier=~"alert|ticket|log": '
    )
    assert line in ended.out
    assert ": kept for the alert Slow of attendance, to reliability/workforce/ticket\n" in ended.out
    plan = synced.plan("--detailed-exitcode")
    assert (plan.code, line in plan.out) == (0, True)
    assert "am: no changes; 1 owned" in plan.out
    document = json.loads(synced.plan("--format", "json").out)
    [am] = [target for target in document["sync_targets"] if target["sync_target"] == "am"]
    assert (am["changes"], len(am["pending"])) == ([], 1)
    assert (synced.sync().code, synced.reloads, synced.teams()) == (0, [], BOTH)
    synced.alertmanager.alerts.clear()
    assert "no alert needs it; the next sync removes it" in synced.plan().out
    assert (synced.sync().code, synced.reloads, synced.teams()) == (0, ["am"], NEW)


def test_an_alert_of_a_former_route_keeps_its_receiver(synced: Company) -> None:
    synced.rename_team()
    synced.alert(alertname="Slow", service="attendance", team="workforce", tier="ticket")
    synced.sync()
    from reliability.alertmanager.routing import parse, walk

    routing = parse(synced.config())
    labels = {"service": "attendance", "team": "workforce", "tier": "ticket"}
    assert [node.receiver for node in walk(routing.root, labels)] == [
        "reliability/former/reliability/workforce/ticket"
    ]
    [(kind, slack), *_] = routing.receivers[
        "reliability/former/reliability/workforce/ticket"
    ].integrations
    assert (kind, slack["channel"]) == ("slack_configs", "#workforce-tickets")


def test_heartbeats_and_alerts_of_current_routes_keep_nothing(synced: Company) -> None:
    synced.rename_team()
    common = {"service": "attendance", "tier": "ticket"}
    synced.alert(alertname="Watchdog", kind="heartbeat", team="workforce", **common)
    synced.alert(alertname="Slow", team="payroll", **common)
    assert (synced.sync().code, synced.teams()) == (0, NEW)


def test_a_change_back_while_former_routes_are_pending_converges(synced: Company) -> None:
    root = synced.repository.root
    before = {path: path.read_text() for path in root.glob("services/*/ownership.yaml")}
    team = (root / "policies/teams/workforce.yaml").read_text()
    synced.rename_team()
    synced.alert(alertname="Slow", service="attendance", team="people", tier="ticket")
    synced.alert(alertname="Slow", service="attendance", team="workforce", tier="ticket")
    assert (synced.sync().code, synced.teams()) == (0, BOTH)
    for path, text in before.items():
        path.write_text(text)
    (root / "policies/teams/workforce.yaml").write_text(team)
    (root / "policies/teams/people.yaml").unlink()
    assert (synced.sync().code, synced.teams()) == (0, BOTH)
    synced.alertmanager.alerts.clear()
    assert (synced.sync().code, synced.teams()) == (0, OLD)


def test_refused_routes_hold_back_only_the_rules_that_need_them(synced: Company) -> None:
    refusing(synced, "am", b"people")
    synced.rename_team()
    synced.repository.replace("services/payslips/slo.yaml", "target: 0.99", "target: 0.98")
    ended = synced.sync()
    assert ended.code == 1
    assert "failed config alertmanager: refused: not that; the previous file was restored" in (
        ended.out
    )
    held = (
        "failed rules attendance: held back: am does not have the routes of its alerts yet: "
        "refused: not that"
    )
    assert held in ended.out
    assert "updated rules payslips" in ended.out
    assert "p2: 1 of 3 changes done\n  the same as p1" in ended.out
    assert synced.teams() == OLD
    synced.answers.clear()
    assert (synced.sync().code, synced.teams()) == (0, NEW)
    assert synced.plan("--detailed-exitcode").code == 0


def test_an_alertmanager_that_is_down_holds_back_what_it_would_route(here: Company) -> None:
    here.answers["am"] = lambda _: httpx.Response(404)
    ended = here.sync()
    assert (ended.code, here.reloads) == (1, [])
    assert "held back: am does not have the routes of its alerts yet: am: http" in ended.out


def test_a_prometheus_that_notifies_another_alertmanager_goes_on(here: Company) -> None:
    here.answers["am"] = lambda _: httpx.Response(404)
    here.second.notifies.clear()
    ended = here.sync()
    assert (ended.code, here.reloads) == (1, ["p2"])
    assert "p2: 5 of 5 changes done" in ended.out


def test_one_target_alone_is_synced_whatever_the_others_do(here: Company) -> None:
    here.answers["am"] = lambda _: httpx.Response(404)
    assert (here.sync("--sync-target", "p1").code, here.reloads) == (0, ["p1"])


def test_what_the_first_prometheus_refuses_is_not_written_to_the_others(synced: Company) -> None:
    refusing(synced, "p1", b"AttendanceQueueBacklogNew")
    policy = "services/attendance/alert-policy.yaml"
    synced.repository.replace(policy, "AttendanceQueueBacklog", "AttendanceQueueBacklogNew")
    synced.repository.replace("services/payslips/slo.yaml", "target: 0.99", "target: 0.98")
    ended = synced.sync()
    assert ended.code == 1
    assert "failed rules attendance: p1 refused it, so it was not written" in ended.out
    assert ended.out.count("updated rules payslips") == 2
    assert (
        b"AttendanceQueueBacklogNew"
        not in (synced.repository.root / "p2/attendance.yml").read_bytes()
    )


def test_a_first_prometheus_that_is_down_leaves_the_others_alone(here: Company) -> None:
    here.answers["p1"] = lambda _: httpx.Response(503)
    ended = here.sync()
    assert (ended.code, here.reloads) == (1, ["am", "p2"])


def test_without_waiting_the_reload_is_still_verified(here: Company) -> None:
    here.evaluates = False
    ended = here.sync("--no-wait")
    assert (ended.code, here.reloads) == (0, ["am", "p1", "p2"])
    assert "waiting" not in ended.err
    here.first.folder = here.repository.root / "elsewhere"
    here.repository.replace("services/payslips/slo.yaml", "target: 0.99", "target: 0.98")
    ended = here.sync("--no-wait")
    assert ended.code == 1
    assert "the server reloaded, but group" in ended.out
