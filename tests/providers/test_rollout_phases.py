"""Phases of a rollout with fakes of each kind of target: what is written, held back, and why."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from reliability.model.environments import Environment
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Blocked, Claim, Create, Delete, Drift, Postponed, Reload, Update
from reliability.plan.plan import Plan
from reliability.providers.environment_order import EnvironmentOrder
from reliability.providers.rollout import RolloutGate
from reliability.resource import Json, Resource, ResourceId
from tests.providers.fleet import Fleet, config, refusing, routes
from tests.providers.worlds import rules

SHOP, CART = rules("shop"), rules("cart")
OLD, NEW = config(routes("shop")), config(routes("shop", "cart"))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with ExitStack() as closing:
        yield Fleet(tmp_path, closing)


def records(name: str) -> Resource:
    """A rule file without alerts."""
    groups: list[Json] = [{"name": name, "rules": [{"record": "a:b", "expr": "x"}]}]
    return Resource(rules(name).id, {"groups": groups})


# --- gates


def gate(running: Any, wanted: Any) -> RolloutGate:
    return RolloutGate.of("am", "http://user@am.example:9093/prefix", "down", (running, wanted))


@pytest.mark.parametrize(
    ("running", "wanted", "holds"),
    [
        (OLD.body, OLD.body, (False, False)),
        (OLD.body, NEW.body, (False, True)),
        (NEW.body, OLD.body, (False, True)),
        # Another tree that notifies the same receivers holds nothing.
        (OLD.body, {**OLD.body, "templates": ["x"]}, (False, False)),
        (routes(), {**routes(), "route": {"receiver": "desk"}}, (False, False)),
        # Routes that are not known may lack any alert.
        (None, NEW.body, (True, True)),
        (OLD.body, None, (True, True)),
        (None, None, (True, True)),
        ({"route": 5}, NEW.body, (True, True)),
        (OLD.body, {"receivers": []}, (True, True)),
    ],
)
def test_a_gate_holds_alerts_that_would_get_other_receivers(
    running: Any, wanted: Any, holds: tuple[bool, bool]
) -> None:
    made = gate(running, wanted)
    assert (made.target, made.address, made.why) == ("am", "user@am.example:9093", "down")
    assert (made.holds(Create(SHOP)), made.holds(Create(CART))) == holds
    assert (made.holds(Update(CART, SHOP)), made.holds(Update(SHOP, CART))) == holds
    assert (made.holds(Claim(SHOP)), made.holds(Claim(CART))) == holds
    for harmless in (Delete(CART), Reload(CART.id, "old"), Create(records("cart"))):
        assert not made.holds(harmless)


HELD = "held back: am does not have the routes of its alerts yet: "


def notifies(fleet: Fleet, name: str, *alertmanagers: str) -> None:
    fleet.open(name)
    fleet.prometheus[name].notifies = [fleet.url(other) for other in alertmanagers]


@pytest.mark.parametrize(
    ("notified", "is_held"),
    [
        (("am",), True),
        (("am", "am2"), True),
        (("am2",), False),
        ((), False),
        # A server that is not a target may pass the alerts on.
        (("elsewhere",), True),
        (("am2", "elsewhere"), True),
    ],
)
def test_only_gates_of_the_alertmanagers_that_are_notified_count(
    fleet: Fleet, notified: tuple[str, ...], is_held: bool
) -> None:
    notifies(fleet, "p1", *notified)
    am2 = fleet.ready("am2", [OLD])
    closed = replace(gate(OLD.body, NEW.body), address="am.example:9090")
    done = fleet.roll_out([am2, fleet.ready("p1", [SHOP, CART])], wanted=NEW, gates=[closed])
    assert done["p1"] == [
        *([f"Create cart: {HELD}down"] if is_held else ["Create cart: done"]),
        "Create shop: done",
    ]


def test_without_a_list_of_alertmanagers_every_gate_counts(fleet: Fleet) -> None:
    notifies(fleet, "p1")
    ready = fleet.ready("p1", [SHOP, CART])
    handle = fleet.prometheus["p1"].handle

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/alertmanagers":
            return httpx.Response(404)
        return handle(request)

    fleet.answers["p1"] = answer
    done = fleet.roll_out([ready], gates=[gate(OLD.body, NEW.body)])
    assert done["p1"] == [f"Create cart: {HELD}down", "Create shop: done"]


def test_alertmanagers_are_asked_for_only_if_there_are_gates_and_changes(fleet: Fleet) -> None:
    path = "p1 GET /api/v1/alertmanagers"
    notifies(fleet, "p1", "am")
    fleet.roll_out([fleet.ready("p1", [SHOP])])
    assert path not in fleet.requests
    fleet.roll_out([fleet.ready("p1", [SHOP])], gates=[gate(None, None)])
    assert path not in fleet.requests
    fleet.roll_out([fleet.ready("p1", [SHOP, CART])], gates=[gate(None, None)])
    assert fleet.requests.count(path) == 1


def test_deletions_after_what_is_held_are_held_as_well(fleet: Fleet) -> None:
    notifies(fleet, "p1", "am")
    fleet.roll_out([fleet.ready("p1", [records("gone"), records("old"), SHOP])])
    closed = replace(gate(OLD.body, NEW.body), address="am.example:9090")
    wanted = [rules("shop", "> 2"), CART]
    done = fleet.roll_out([fleet.ready("p1", wanted)], gates=[closed])
    assert done["p1"] == [
        f"Create cart: {HELD}down",
        f"Delete gone: {HELD}down",
        f"Delete old: {HELD}down",
        "Update shop: done",
    ]
    done = fleet.roll_out([fleet.ready("p1", [SHOP])], gates=[closed])
    assert done["p1"] == ["Update shop: done", "Delete gone: done", "Delete old: done"]


# --- Alertmanager


def test_folders_and_routes_come_before_rules_whatever_their_order(fleet: Fleet) -> None:
    names = ("p1", "ruler", "am", "tenant", "p2", "files")
    done = fleet.roll_out([fleet.ready(name, [NEW, SHOP]) for name in names], wanted=NEW)
    assert done == {
        "am": ["Create alertmanager: done"],
        "tenant": ["Create alertmanager: done"],
        "files": ["Create shop: done"],
        "p1": ["Create shop: done"],
        "p2": ["Create shop: done"],
        "ruler": ["Create shop: done"],
    }
    assert fleet.writes[0] == "am"
    assert fleet.writes.index("p1") < fleet.writes.index("p2") < fleet.writes.index("ruler")


def test_a_refused_configuration_closes_the_gate_of_its_alertmanager(fleet: Fleet) -> None:
    for name in ("p1", "p2", "p3"):
        notifies(fleet, name, "am" if name != "p3" else "am2")
    names = ("am", "am2", "p1", "p2", "p3", "ruler")
    fleet.roll_out([fleet.ready(name, [OLD, SHOP]) for name in names], wanted=OLD)
    wanted: Any = routes("shop", "cart")
    bad: dict[str, Any] = {**NEW.body, "route": {**wanted["route"], "receiver": "nobody"}}
    broken, fine = replace(NEW, body=bad), NEW
    ready = [fleet.ready("am", [broken]), fleet.ready("am2", [fine])]
    ready += [fleet.ready(name, [SHOP, CART]) for name in ("p1", "p2", "p3", "ruler")]
    done = fleet.roll_out(ready, wanted=broken)
    why = 'refused: undefined receiver "nobody" used in route; the previous file was restored'
    assert done["am"] == [f"Update alertmanager: {why}"]
    assert done["am2"] == ["Update alertmanager: done"]
    assert done["p1"] == done["p2"] == [f"Create cart: {HELD}{why}"]
    assert done["ruler"] == [f"Create cart: {HELD}{why}"]
    assert done["p3"] == ["Create cart: done"]


def test_a_tenant_without_its_routes_holds_rules_of_every_server(fleet: Fleet) -> None:
    notifies(fleet, "p1", "am")
    fleet.roll_out([fleet.ready(name, [OLD, SHOP]) for name in ("am", "tenant")], wanted=OLD)
    fleet.tenants["tenant"].refuses = True
    names = ("tenant", "ruler", "p1")
    done = fleet.roll_out([fleet.ready(name, [NEW, CART]) for name in names], wanted=NEW)
    assert done["tenant"] == ["Update alertmanager: refused: 400: too large"]
    held = HELD.replace("am", "tenant", 1) + "refused: 400: too large"
    assert all(line.endswith(held) for line in done["ruler"] + done["p1"])
    # The alerts of the other service have the receivers that they had.
    done = fleet.roll_out([fleet.ready(name, [NEW, SHOP]) for name in names], wanted=NEW)
    assert not any("held back" in line for line in done["ruler"] + done["p1"])


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"drifted": (Drift(id=OLD.id, why="changed", differences=(), held=True),)}, "changed"),
        ({"blocked": (Blocked(OLD.id, "mine"),)}, "mine"),
        (
            {"postponed": (Postponed(Delete(OLD), ()),)},
            "it would end an active alert",
        ),
        ({"drifted": (Drift(id=OLD.id, why="changed", differences=(), held=False),)}, None),
    ],
)
def test_what_is_held_in_an_alertmanager_closes_its_gate(
    fleet: Fleet, part: dict[str, Any], why: str | None
) -> None:
    notifies(fleet, "p1", "am")
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    held = fleet.ready("am", [OLD], lambda made: replace(made, **part))
    done = fleet.roll_out([held, fleet.ready("p1", [CART])], wanted=NEW)
    assert done["p1"] == [f"Create cart: {HELD}{why}" if why else "Create cart: done"]


def alert(fleet: Fleet, **labels: str) -> None:
    fleet.alertmanagers["am"].alerts.append(
        {"labels": labels, "startsAt": "2026-11-26T00:00:00Z", "status": {"state": "active"}}
    )


MOVED = config(routes("cart", receiver="other"))


def running(fleet: Fleet) -> list[str]:
    """The receivers of the routes that the Alertmanager runs, in their order."""
    body = yaml.safe_load(fleet.alertmanagers["am"].running)
    return [route["receiver"] for route in body["route"]["routes"]]


FORMER = "reliability/former/pager"


def test_former_routes_go_once_all_rules_are_loaded(fleet: Fleet) -> None:
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    done = fleet.roll_out([fleet.ready("am", [MOVED]), fleet.ready("p1", [SHOP])], wanted=MOVED)
    assert (done["am"], running(fleet)) == (["Update alertmanager: done"], ["other"])
    assert fleet.said[-1] == "am: no alert needs the former routes; they are removed"
    assert fleet.writes == ["am", "p1", "am"]


def test_former_routes_stay_for_alerts_and_for_rules_that_are_not_loaded(fleet: Fleet) -> None:
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    alert(fleet, alertname="Slow", service="shop")
    alert(fleet, alertname="Slow", service="shop", pod="p")
    pending = 'pending am config alertmanager: the former route service="shop": '
    kept = f"{pending}kept for the alert Slow of shop and 1 more, to pager"
    done = fleet.roll_out([fleet.ready("am", [MOVED]), fleet.ready("p1", [CART])], wanted=MOVED)
    assert done["am"] == ["Update alertmanager: done", kept]
    assert running(fleet) == ["other", FORMER]
    del fleet.alertmanagers["am"].alerts[1:]
    failing, idle = fleet.ready("p1", [SHOP]), fleet.ready("am", [MOVED])
    fleet.answers["p1"] = refusing
    done = fleet.roll_out([idle, failing], wanted=MOVED)
    assert done["am"] == [
        f"{pending}kept for the alert Slow of shop, to pager; the rules of p1 come first"
    ]
    fleet.alertmanagers["am"].alerts.clear()
    done = fleet.roll_out([fleet.ready("am", [MOVED]), failing], wanted=MOVED)
    assert done["am"] == [
        f"{pending}no alert needs it; the next sync removes it; the rules of p1 come first"
    ]
    fleet.answers.clear()
    done = fleet.roll_out([fleet.ready("am", [MOVED]), fleet.ready("p1", [CART])], wanted=MOVED)
    assert (done["am"], running(fleet)) == ([], ["other"])


def test_former_routes_that_cannot_be_removed_are_named(fleet: Fleet) -> None:
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    ready = fleet.ready("am", [MOVED])
    handle, reloads = fleet.alertmanagers["am"].handle, []

    def refuse_second(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            reloads.append(1)
            if len(reloads) == 2:
                return httpx.Response(500, text="failed to reload config: not now")
        return handle(request)

    fleet.answers["am"] = refuse_second
    done = fleet.roll_out([ready], wanted=MOVED)
    why = "former routes remain: refused: not now; the previous file was restored"
    assert done["am"] == [
        "Update alertmanager: done",
        f"pending am config alertmanager: {why}",
    ]
    assert running(fleet) == ["other", FORMER]


@pytest.mark.parametrize("has_changes", [True, False])
def test_an_alertmanager_that_goes_away_keeps_its_former_routes(
    fleet: Fleet, has_changes: bool
) -> None:
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    ready = fleet.ready("am", [MOVED if has_changes else OLD])
    handle, seen = fleet.alertmanagers["am"].handle, []

    def go_away(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        if request.url.path == "/api/v2/alerts":
            return httpx.Response(404, text="gone")
        return handle(request)

    fleet.answers["am"] = go_away
    done = fleet.roll_out([ready], wanted=MOVED)
    if has_changes:
        outcome, pending = done["am"]
        assert outcome == "Update alertmanager: done"
        assert pending.startswith(
            "pending am config alertmanager: former routes may remain; "
            "the next sync removes them: am: "
        )
    else:
        assert done["am"] == []


# --- several Prometheus servers


def test_the_first_that_loads_the_rules_decides_for_the_others(fleet: Fleet) -> None:
    names = ("p1", "p2", "p3")
    wanted = [SHOP, rules("bad", expr="sum("), rules("web")]
    ready = [fleet.ready(name, wanted) for name in names]
    fleet.answers["p1"] = refusing
    done = fleet.roll_out(ready)
    assert all("503" in line for line in done["p1"])
    assert len(done["p1"]) == 3
    assert [line.partition(":")[0] for line in done["p2"]] == [
        "Create shop", "Create web", "Create bad"
    ]  # fmt: skip
    assert done["p2"][2].startswith("Create bad: refused: groups[bad-alerts].rules[")
    assert done["p3"] == [
        "Create bad: p2 refused it, so it was not written",
        "Create shop: done",
        "Create web: done",
    ]
    assert not (fleet.root / "p3/bad.yml").exists()


def test_without_a_wait_rules_are_loaded_and_read_back_only(fleet: Fleet) -> None:
    fleet.evaluates = False
    done = fleet.roll_out([fleet.ready("p1", [SHOP]), fleet.ready("p2", [SHOP])], waits=False)
    assert done == {"p1": ["Create shop: done"], "p2": ["Create shop: done"]}
    assert fleet.said == []
    late = "Create cart: it is loaded, and was not evaluated in time"
    done = fleet.roll_out([fleet.ready("p1", [SHOP, CART]), fleet.ready("p2", [SHOP, CART])])
    assert done == {"p1": [late], "p2": [late]}
    assert len(fleet.said) >= 2


# --- environments


def staged(*names: tuple[str, tuple[str, ...]]) -> EnvironmentOrder:
    """Environments with their targets, each after the one before it."""
    declared: list[Environment] = []
    for name, targets in names:
        after = {"after": declared[-1].name} if declared else {}
        declared.append(
            Environment.model_validate({"name": name, "targets": list(targets), **after})
        )
    return EnvironmentOrder.of(declared)


STAGED = staged(("test", ("files", "p1")), ("staging", ("p2", "tenant")), ("live", ("p3", "out")))


def test_environments_are_written_one_after_another(fleet: Fleet) -> None:
    names = ("p3", "out", "p2", "p1", "files")
    done = fleet.roll_out([fleet.ready(name, [SHOP]) for name in names], order=STAGED)
    assert done == {name: ["Create shop: done"] for name in names}
    assert [name for name in fleet.writes if name.startswith("p")] == ["p1", "p2", "p3"]


def test_an_environment_waits_for_the_ones_before_it(fleet: Fleet) -> None:
    names = ("p1", "p2", "p3", "out", "files", "tenant")
    ready = [fleet.ready(name, [SHOP, NEW]) for name in names]
    fleet.answers["p1"] = refusing
    done = fleet.roll_out(ready, order=STAGED, wanted=NEW)
    assert done["files"] == ["Create shop: done"]
    [failed] = done["p1"]
    why = failed.removeprefix("Create shop: ")
    held = f"held back: p1 of the environment test comes first: {why}"
    assert (done["p2"], done["tenant"]) == (
        [f"Create shop: {held}"],
        [f"Create alertmanager: {held}"],
    )
    later = f"held back: p2 of the environment staging comes first: {held}"
    assert (done["p3"], done["out"]) == ([f"Create shop: {later}"], [f"Create shop: {later}"])
    assert fleet.tenants["tenant"].text is None


@pytest.mark.parametrize(
    ("unwritten", "why"),
    [
        ({"p1": "p1: too much"}, "p1 of the environment test comes first: p1: too much"),
        ({"p2": "down"}, None),
        ({}, None),
    ],
)
def test_a_target_that_is_not_written_holds_back_later_environments(
    fleet: Fleet, unwritten: dict[str, str], why: str | None
) -> None:
    done = fleet.roll_out([fleet.ready("p2", [SHOP])], order=STAGED, unwritten=unwritten)
    assert done["p2"] == [f"Create shop: {f'held back: {why}' if why else 'done'}"]


def test_what_is_held_in_an_earlier_environment_holds_back_later_ones(fleet: Fleet) -> None:
    drift = Drift(id=ResourceId("p1", "rules", "x"), why="changed", differences=(), held=True)

    def drifted(made: Plan) -> Plan:
        return replace(made, drifted=(drift,), changes=())

    first = fleet.ready("p1", [], drifted)
    done = fleet.roll_out([first, fleet.ready("p2", [SHOP])], order=STAGED)
    assert done == {
        "p1": [],
        "p2": ["Create shop: held back: p1 of the environment test comes first: changed"],
    }


def test_a_rule_that_would_end_an_alert_holds_back_later_environments(fleet: Fleet) -> None:
    firing = ActiveAlert({"alertname": "A"}, "firing", datetime(2026, 11, 26, tzinfo=UTC))
    postponed = (Postponed(Delete(SHOP), (firing,)),)
    first = fleet.ready("p1", [], lambda made: replace(made, postponed=postponed))
    done = fleet.roll_out([first, fleet.ready("p2", [SHOP])], order=STAGED)
    assert done["p2"] == [
        "Create shop: held back: p1 of the environment test comes first: "
        "it would end an active alert"
    ]


def test_a_ruler_of_a_later_environment_is_held_back_too(fleet: Fleet) -> None:
    order = staged(("test", ("p1",)), ("live", ("ruler", "p2")))
    ready = [fleet.ready(name, [SHOP]) for name in ("ruler", "p1", "p2")]
    fleet.answers["p1"] = refusing
    done = fleet.roll_out(ready, order=order)
    [failed] = done["p1"]
    why = failed.removeprefix("Create shop: ")
    held = f"Create shop: held back: p1 of the environment test comes first: {why}"
    assert done["ruler"] == done["p2"] == [held]
    assert "ruler" not in fleet.writes
    fleet.answers.clear()
    done = fleet.roll_out([fleet.ready(name, [SHOP]) for name in ("ruler", "p1")], order=order)
    assert done == {"p1": ["Create shop: done"], "ruler": ["Create shop: done"]}


def test_without_former_routes_a_configuration_is_loaded_once(fleet: Fleet) -> None:
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    assert fleet.requests.count("am POST /-/reload") == 1
    fleet.roll_out([fleet.ready("am", [OLD])], wanted=OLD)
    assert fleet.requests.count("am POST /-/reload") == 0
    # A file that is gone by then is not written.
    ready = fleet.ready("am", [OLD])
    (fleet.root / "am/alertmanager.yml").unlink()
    assert fleet.roll_out([ready], wanted=OLD) == {"am": []}


def test_one_former_route_that_is_needed_keeps_the_others(fleet: Fleet) -> None:
    both = config(routes("shop", "web"))
    fleet.roll_out([fleet.ready("am", [both])], wanted=both)
    alert(fleet, alertname="Slow", service="web")
    done = fleet.roll_out([fleet.ready("am", [MOVED])], wanted=MOVED)
    former = "pending am config alertmanager: the former route"
    assert done["am"] == [
        "Update alertmanager: done",
        f'{former} service="shop": no alert needs it; the next sync removes it',
        f'{former} service="web": kept for the alert Slow of web, to pager',
    ]
    assert running(fleet) == ["other", FORMER, FORMER]
