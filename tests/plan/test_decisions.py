"""Decisions of a person: the objects and targets that they name, and the ones that are unknown."""

import pytest

from reliability.errors import ReliabilityError
from reliability.model.targets import AlertmanagerTarget
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Blocked, Create, Drift, Postponed, Update
from reliability.plan.decisions import ObjectName, PlanDecisions
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Owner, Pending, Stale
from reliability.plan.options import NOTHING_DECIDED, PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.resource import Json, Resource, ResourceId
from tests.plan.resources import TARGET, resource
from tests.plan.test_active import FIRING, PAY, PAYMENT

SHOP = ResourceId("p1", "rules", "shop")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("rules/shop", ObjectName(None, "rules", "shop")),
        ("p1:rules/shop", ObjectName("p1", "rules", "shop")),
        ("p1:grafana-dashboard/a.b_c-d", ObjectName("p1", "grafana-dashboard", "a.b_c-d")),
        ("shop", None),
        ("rules/", None),
        ("/shop", None),
        (":rules/shop", None),
        ("p1:shop", None),
        ("a:b:rules/shop", None),
        ("rules/shop/x", None),
        ("rules/sh op", None),
        ("rules/shop\n", None),
        ("rules/sh:op", None),
        ("", None),
    ],
)
def test_names_of_objects(text: str, parsed: ObjectName | None) -> None:
    assert ObjectName.parse(text) == parsed
    if parsed is not None:
        assert str(parsed) == text


@pytest.mark.parametrize(
    ("text", "is_shop"),
    [
        ("rules/shop", True),
        ("p1:rules/shop", True),
        ("p2:rules/shop", False),
        ("config/shop", False),
        ("rules/cart", False),
        ("p1:rules/cart", False),
    ],
)
def test_a_name_is_of_an_object_in_one_target_or_in_any(text: str, is_shop: bool) -> None:
    name = ObjectName.parse(text)
    assert name is not None
    assert name.is_of(SHOP) is is_shop


def named(*texts: str) -> tuple[ObjectName, ...]:
    return tuple(name for text in texts if (name := ObjectName.parse(text)))


DRIFT = Drift(id=SHOP, why="changed", differences=(), held=True)
HERE = Plan(
    target="p1",
    drifted=(DRIFT,),
    present=frozenset((SHOP, ResourceId("p1", "rules", "cart"), ResourceId("p1", "a", "z"))),
)
THERE = Plan(target="p2", present=frozenset((ResourceId("p2", "rules", "shop"),)))


@pytest.mark.parametrize(
    ("decisions", "plans", "error"),
    [
        (PlanDecisions(), [HERE], None),
        (PlanDecisions(overwrite=named("rules/shop")), [HERE, THERE], None),
        (PlanDecisions(overwrite=named("p1:rules/shop")), [THERE, HERE], None),
        (PlanDecisions(only=named("rules/cart", "p2:rules/shop")), [HERE, THERE], None),
        # Without a plan no target could be read, which is reported instead.
        (PlanDecisions(only=named("x/y"), overwrite=named("x/y")), [], None),
        (
            PlanDecisions(overwrite=named("rules/cart")),
            [HERE, THERE],
            "--overwrite rules/cart: no object with that name was changed outside the repository; "
            "there are rules/shop",
        ),
        (
            PlanDecisions(overwrite=named("rules/shop", "p2:rules/shop")),
            [HERE, THERE],
            "--overwrite p2:rules/shop: no object with that name was changed outside the "
            "repository; there are rules/shop",
        ),
        (
            PlanDecisions(overwrite=named("rules/shop")),
            [THERE],
            "--overwrite rules/shop: no object with that name was changed outside the repository; "
            "there is none",
        ),
        (
            PlanDecisions(only=named("rules/shop", "rules/web")),
            [HERE, THERE],
            "--only rules/web: no object with that name; there are a/z, rules/cart, rules/shop",
        ),
        (
            PlanDecisions(only=named("p3:rules/shop")),
            [THERE],
            "--only p3:rules/shop: no object with that name; there are rules/shop",
        ),
        (
            PlanDecisions(only=named("rules/shop")),
            [Plan(target="p3")],
            "--only rules/shop: no object with that name; there is none",
        ),
    ],
)
def test_a_decision_about_nothing_is_an_error(
    decisions: PlanDecisions, plans: list[Plan], error: str | None
) -> None:
    if error is None:
        decisions.ensure_used(plans)
        return
    with pytest.raises(ReliabilityError) as raised:
        decisions.ensure_used(plans)
    assert str(raised.value) == error


def test_a_target_to_take_over_has_to_be_known() -> None:
    PlanDecisions(take_over=("p2", "p1")).ensure_targets(["p1", "p2"])
    with pytest.raises(ReliabilityError) as raised:
        PlanDecisions(take_over=("p1", "p3")).ensure_targets(["p1", "p2"])
    assert str(raised.value) == ("--take-over p3: unknown sync target p3; there are p1, p2")


ACTIVE = (FIRING,)
OWNER = Owner("us", "git.example/us")


@pytest.mark.parametrize("on_drift", ["hold", "overwrite"])
@pytest.mark.parametrize("allow", [True, False])
def test_decisions_become_the_options_of_a_target(on_drift: str, allow: bool) -> None:
    decisions = PlanDecisions(
        only=named("rules/shop", "rules/cart"),
        overwrite=named("p1:rules/shop"),
        take_over=("p1",),
        allow_active=allow,
    )
    target = AlertmanagerTarget.model_validate(
        {
            "name": "p1",
            "provider": "alertmanager",
            "url": "http://x",
            "file": "a.yml",
            "onDrift": on_drift,
        }
    )
    options = decisions.of(target, OWNER, ACTIVE)
    assert (options.owner, options.on_drift, options.takes_over) == (OWNER, on_drift, True)
    assert (options.allows_active, options.active) == (allow, ACTIVE)
    ids = (SHOP, ResourceId("p2", "rules", "shop"), ResourceId("p1", "rules", "web"))
    assert [options.overwrites(identity) for identity in ids] == [True, False, False]
    assert [options.is_about(identity) for identity in ids] == [True, True, False]
    assert [options.holds(identity) for identity in ids] == [
        False,
        on_drift == "hold",
        on_drift == "hold",
    ]
    other = target.model_copy(update={"name": "p2"})
    assert not decisions.of(other, None, ()).takes_over
    usual = PlanDecisions().of(target, OWNER, ())
    assert (usual.takes_over, usual.allows_active) == (False, False)
    assert not usual.overwrites(SHOP)
    assert usual.is_about(SHOP)


def test_without_decisions_drift_is_held_and_every_object_is_planned() -> None:
    for options in (NOTHING_DECIDED, PlanOptions()):
        assert (options.holds(SHOP), options.is_about(SHOP)) == (True, True)
        assert (options.owner, options.takes_over, options.allows_active) == (None, False, False)


def test_only_restricts_each_part_of_a_plan() -> None:
    drifted = {name: resource(name, x=1) for name in ("drift-a", "drift-b")}
    stored = {name: resource(name, x=1) for name in ("stale-a", "stale-b")}
    held = Held(
        kept=(
            *(DriftedResource(item, "0" * 64) for item in drifted.values()),
            *(Intact(item, item.digest) for item in (*stored.values(), PAY, rules_b())),
        ),
        foreign=tuple(Foreign(resource(name).id, "mine") for name in ("foreign-a", "foreign-b")),
        stale=tuple(Stale(item.id, "old") for item in stored.values()),
        pending=tuple(
            Pending(ResourceId(TARGET, "config", name), "later") for name in ("pend-a", "pend-b")
        ),
        active=(FIRING, ActiveAlert({**FIRING.labels, "slo": "b"}, "firing", FIRING.since)),
    )
    wanted = [
        *drifted.values(),
        *stored.values(),
        resource("foreign-a"),
        resource("foreign-b"),
        resource("new-a"),
        resource("new-b"),
        PAYMENT,
    ]
    names = ("drift-a", "stale-a", "foreign-a", "new-a", "pend-a", "shop")

    def is_about(identity: ResourceId) -> bool:
        return identity.name in names

    made = plan(TARGET, wanted, held, PlanOptions(is_about=is_about))
    assert [change.id.name for change in made.changes] == ["new-a", "stale-a"]
    assert [item.id.name for item in made.drifted] == ["drift-a"]
    assert [item.id.name for item in made.blocked] == ["foreign-a"]
    assert [item.id.name for item in made.postponed] == ["shop"]
    assert [item.id.name for item in made.pending] == ["pend-a"]
    # What is there, and what is owned, is not restricted: limits are shares of all.
    assert made.owned == 6
    assert {identity.name for identity in made.present} == {
        *drifted, *stored, "foreign-a", "foreign-b", "new-a", "new-b", "shop", "b"
    }  # fmt: skip
    whole = plan(TARGET, wanted, held)
    assert [type(change) for change in whole.changes[:2]] == [Create, Create]
    assert [item.id.name for item in whole.postponed] == ["shop", "b"]
    assert whole.postponed[0] == Postponed(Update(PAY, PAYMENT), (FIRING,))
    assert whole.blocked == tuple(
        Blocked(resource(name).id, "mine") for name in ("foreign-a", "foreign-b")
    )


def rules_b() -> Resource:
    """A rule file like `PAY`, of another service and SLO."""
    rule: Json = {
        "alert": "ErrorBudgetBurn",
        "expr": "x > 1",
        "labels": {"slo": "b", "tier": "alert"},
    }
    return resource("b", groups=[{"name": "b", "rules": [rule]}])
