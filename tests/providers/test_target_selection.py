"""Targets that a command is about, plans of each kind of target, and results of all of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from reliability.errors import ReliabilityError
from reliability.finding import Problem
from reliability.location import Location, SourceSpan
from reliability.model.environments import Environment
from reliability.model.targets import ChangeLimits, SyncTargetsSpec, Target
from reliability.plan.change import Blocked, Drift, Reload
from reliability.plan.decisions import PlanDecisions
from reliability.plan.held import Held, Intact, Owner, Stale
from reliability.plan.options import NOTHING_DECIDED
from reliability.plan.plan import Plan
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.sync import ReadyTarget
from reliability.providers.access import ProviderAccess
from reliability.providers.environment_order import EnvironmentOrder
from reliability.providers.targets import (
    SyncSelection,
    TargetReader,
    apply_plans,
    only_drift,
    plan_target,
    read_targets,
    select,
    shown,
)
from reliability.resource import Json, Resource, ResourceId
from tests.backtest.repository import slo
from tests.check.repository import loaded
from tests.providers.fleet import Fleet, config, lines, routes
from tests.providers.worlds import rules

TARGET: TypeAdapter[Any] = TypeAdapter(Target)
FILES = {"provider": "files"}
OWNER = Owner("0123456789abcdef", "git.example/us")


def declared(**targets: dict[str, Any]) -> dict[str, str]:
    """Documents with these targets by name, and the environments test, live and shared."""
    spec = {"targets": [{"name": name, **FILES, **more} for name, more in targets.items()]}
    environments = {
        "environments": [
            {"name": "test", "targets": ["a"]},
            {"name": "live", "targets": ["b", "c"], "after": "test"},
        ]
    }
    return {
        "policies/targets.yaml": document("SyncTargets", "targets", spec),
        "policies/environments.yaml": document("Environments", "environments", environments),
    }


def document(kind: str, name: str, spec: dict[str, Any]) -> str:
    return yaml.safe_dump(
        {"apiVersion": "reliability/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    )


FOUR = declared(c={"folder": "c"}, a={"folder": "a"}, b={"folder": "b"}, d={"folder": "d"})


def names(selection: SyncSelection) -> list[str]:
    return [target.name for target in selection.targets]


@pytest.mark.parametrize(
    ("chosen", "environments", "expected"),
    [
        ((), (), ["c", "a", "b", "d"]),
        (("d", "a"), (), ["a", "d"]),
        ((), ("live",), ["c", "b"]),
        (("d",), ("test",), ["a", "d"]),
        (("b",), ("live", "test"), ["c", "a", "b"]),
    ],
)
def test_targets_are_selected_by_name_or_environment(
    chosen: tuple[str, ...], environments: tuple[str, ...], expected: list[str]
) -> None:
    catalog, _ = loaded(FOUR)
    selection = select(catalog, chosen, [rules("x")], (), environments)
    assert names(selection) == expected
    assert selection.compiled == (rules("x"),)
    assert selection.configuration is None
    assert [target.name for target in selection.spec.targets] == ["c", "a", "b", "d"]
    earlier = {"a"} if {"b", "c"} & set(expected) and "a" not in expected else set()
    assert set(names(selection.earlier)) == earlier
    with_config = select(catalog, chosen, [rules("x"), config(routes())], (), environments)
    assert with_config.configuration == config(routes())


def test_names_that_are_unknown_or_used_twice_are_errors() -> None:
    catalog, _ = loaded(FOUR)
    with pytest.raises(ReliabilityError) as raised:
        select(catalog, ["a", "x"], [], ())
    assert str(raised.value) == "unknown sync target x; there are c, a, b, d"
    with pytest.raises(ReliabilityError, match="tests"):
        select(catalog, [], [], (), ["tests"])
    twice = yaml.safe_load(FOUR["policies/targets.yaml"])
    twice["spec"]["targets"].append({"name": "a", **FILES, "folder": "e"})
    catalog, _ = loaded({"policies/targets.yaml": yaml.safe_dump(twice)})
    with pytest.raises(ReliabilityError) as raised:
        select(catalog, [], [], ())
    assert str(raised.value) == "policies/targets.yaml: two sync targets are named a"


def test_a_repository_without_targets_has_a_folder() -> None:
    catalog, _ = loaded({"services/shop/slo.yaml": slo("checkout")})
    assert names(select(catalog, [], [], ())) == ["files"]
    assert names(select(catalog, ["files"], [], ())) == ["files"]


def test_what_cannot_be_read_selects_nothing() -> None:
    catalog, _ = loaded(FOUR)
    at = Location(PurePosixPath("services/a.yaml"), SourceSpan(1, 1, 1, 2))
    problem = Problem(at=at, message="unknown key")
    selection = select(catalog, ["nobody"], [rules("x")], [problem])
    assert (selection.targets, selection.compiled, selection.unreadable) == ((), (), (problem,))


# --- plans


def target(name: str, **fields: Any) -> Any:
    return TARGET.validate_python({"name": name, **fields})


AM = {"provider": "alertmanager", "url": "http://127.0.0.1:9", "file": "am.yml"}
MIMIR = {"provider": "mimir-alertmanager", "url": "http://m.example"}
AMAZON = {
    "provider": "amazon-alertmanager",
    "workspace": "ws-12345678-1234-1234-1234-123456789abc",
    "region": "eu-west-1",
    "topics": {},
}


def held_of(name: str, body: dict[str, Json], owner: Owner | None = None) -> Held:
    stored = Resource(ResourceId(name, "config", "alertmanager"), body)
    return Held(kept=(Intact(stored, stored.digest, owner),))


def test_external_routes_are_planned_as_those_of_their_owner() -> None:
    external = target("am", **AM, routes="external")
    made = plan_target(
        external, held_of("am", routes(), OWNER), [config(routes())], NOTHING_DECIDED
    )
    assert made == Plan(target="am", routes_owner=str(OWNER))


def test_a_secret_in_plain_text_is_blocked_in_each_configuration() -> None:
    body = routes()
    body["global"] = {"smtp_auth_password": "correct horse"}
    made = plan_target(target("am", **AM), Held(), [config(body)], NOTHING_DECIDED)
    assert made.changes == ()
    assert [item.why.partition(";")[0] for item in made.blocked] == [
        "smtp_auth_password is in plain text at global.smtp_auth_password"
    ]
    assert not made.is_experimental


def test_a_path_of_a_secret_is_blocked_for_mimir() -> None:
    body = routes()
    body["global"] = {"slack_api_url_file": "/run/slack", "smtp_auth_password_file": "/run/b"}
    made = plan_target(target("m", **MIMIR), Held(), [config(body)], NOTHING_DECIDED)
    assert (made.changes, made.is_experimental) == ((), True)
    [blocked] = made.blocked
    assert blocked == Blocked(
        ResourceId("m", "config", "alertmanager"),
        "Mimir reads no secret from a file; write to the target: secrets: {/run/slack: env:NAME}",
    )
    secrets = {"/run/slack": "env:A", "/run/b": "env:B"}
    named = target("m", **MIMIR, secrets=secrets)
    made = plan_target(named, Held(), [config(body)], NOTHING_DECIDED)
    assert (len(made.changes), made.blocked) == (1, ())
    # What is not written is not blocked.
    stored = held_of("m", {**body, "x": 1})
    gone = plan_target(target("m", **MIMIR), stored, [], NOTHING_DECIDED)
    assert (len(gone.changes), gone.blocked) == (1, ())


def test_receivers_that_amazon_does_not_have_are_blocked() -> None:
    made = plan_target(target("amz", **AMAZON), Held(), [config(routes())], NOTHING_DECIDED)
    assert made.changes == ()
    [blocked] = made.blocked
    assert blocked.why.startswith(
        "Amazon Managed Prometheus notifies SNS topics, and PagerDuty with a key in AWS Secrets "
        "Manager; remove "
    )
    assert blocked.why.endswith(" from policies/alertmanager.base.yml")


# --- results


SHOP, CART = rules("shop"), rules("cart")
CONFIG = config(routes("shop"))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with ExitStack() as closing:
        yield Fleet(tmp_path, closing)


def selection_of(
    read: list[ReadyTarget | Unreached], *, order: EnvironmentOrder | None = None, **more: Any
) -> SyncSelection:
    targets = tuple(
        item.target
        if isinstance(item, ReadyTarget)
        else target(item.name, **{**AM, "url": f"http://{item.name}.example:9090"})
        for item in read
    )
    selection = SyncSelection(
        spec=SyncTargetsSpec(targets=targets),
        targets=targets,
        compiled=(CONFIG,),
        unreadable=(),
        **more,
    )
    return replace(selection, order=order) if order else selection


def texts(reports: list[Report]) -> list[str]:
    """What became of each target, in their order."""
    return [
        f"{report.plan.target}: {lines(report)}" if isinstance(report, Synced) else report.why
        for report in reports
        if not isinstance(report, Planned)
    ]


def test_each_target_has_a_report_in_the_order_of_the_targets(fleet: Fleet) -> None:
    fleet.open("p1")
    fleet.prometheus["p1"].notifies = [fleet.url("am")]
    down = Unreached("am", "am: down")
    read: list[ReadyTarget | Unreached] = [
        fleet.ready("p1", [SHOP]), down, fleet.ready("files", [SHOP])
    ]  # fmt: skip
    reports = apply_plans(selection_of(read), read, {}, fleet.said.append, waits=True)
    held = "held back: am does not have the routes of its alerts yet: am: down"
    assert texts(reports) == [
        f"p1: ['Create shop: {held}']",
        "am: down",
        "files: ['Create shop: done']",
    ]
    # An Alertmanager that this server does not notify holds nothing back.
    fleet.prometheus["p1"].notifies = []
    read = [fleet.ready("p1", [SHOP]), down, fleet.ready("files", [SHOP, CART])]
    reports = apply_plans(selection_of(read), read, {}, fleet.said.append, waits=True)
    assert texts(reports) == [
        "p1: ['Create shop: done']", "am: down", "files: ['Create cart: done']"
    ]  # fmt: skip


def test_a_plan_over_its_limits_is_not_written_and_closes_its_gate(fleet: Fleet) -> None:
    fleet.open("p1")
    fleet.prometheus["p1"].notifies = [fleet.url("am")]
    fleet.roll_out([fleet.ready("am", [CONFIG])], wanted=CONFIG)
    unsafe = fleet.ready("am", [])
    read: list[ReadyTarget | Unreached] = [unsafe, fleet.ready("p1", [SHOP, CART])]
    reports = apply_plans(selection_of(read), read, {}, fleet.said.append, waits=True)
    why = (
        "am: all objects of this repository would be deleted (1 object); read the plan, then "
        f"pass --allow am:{unsafe.plan.short_digest}"
    )
    # The server has the routes of these alerts already.
    assert texts(reports) == [why, "p1: ['Create cart: done', 'Create shop: done']"]
    allowed = {"am": unsafe.plan.digest[:8]}
    reports = apply_plans(selection_of(read[:1]), read[:1], allowed, print, waits=True)
    assert texts(reports) == [
        "am: ['Delete alertmanager: an Alertmanager does not run without a configuration']"
    ]


def test_what_is_not_written_holds_back_later_environments(fleet: Fleet) -> None:
    order = EnvironmentOrder.of(
        Environment.model_validate(item)
        for item in (
            {"name": "test", "targets": ["p1", "am"]},
            {"name": "live", "targets": ["p2"], "after": "test"},
        )
    )
    read: list[ReadyTarget | Unreached] = [Unreached("am", "am: down"), fleet.ready("p2", [SHOP])]
    reports = apply_plans(selection_of(read, order=order), read, {}, fleet.said.append, waits=True)
    assert texts(reports) == [
        "am: down",
        "p2: ['Create shop: held back: am of the environment test comes first: am: down']",
    ]


def test_a_report_of_one_target(fleet: Fleet) -> None:
    ready = fleet.ready("files", [SHOP])
    assert shown(ready, None) == Planned(ready.plan)
    assert isinstance(shown(ready, "abcdef"), Unsafe)
    down = Unreached("am", "down")
    assert (shown(down, "abcdef"), only_drift(down)) == (down, down)
    drift = Drift(id=SHOP.id, why="changed", differences=(), held=True)
    both = replace(
        ready, plan=replace(ready.plan, drifted=(drift,), blocked=(Blocked(SHOP.id, "mine"),))
    )
    assert only_drift(both) == Planned(
        Plan(target="files", drifted=(drift,), owned=0, present=ready.plan.present)
    )


def access(root: Path, closing: ExitStack, **more: Any) -> ProviderAccess:
    return ProviderAccess(
        root=root,
        allowed_hosts=("127.0.0.1",),
        secret=lambda reference: reference,
        tell=lambda _: None,
        writable=False,
        closing=closing,
        **more,
    )


def test_targets_that_cannot_be_read_are_named_at_the_beginning(tmp_path: Path) -> None:
    am = target("am", **AM)
    elsewhere = target("other", **{**AM, "url": "http://other.example"})
    outside = target("files", provider="files", folder="link")
    (tmp_path / "link").symlink_to("/")
    targets = (outside, elsewhere, am)
    selection = SyncSelection(
        spec=SyncTargetsSpec(targets=targets), targets=targets, compiled=(), unreadable=()
    )
    with ExitStack() as closing:
        opened = access(tmp_path, closing, owner=OWNER)
        files, other, local = read_targets(selection, PlanDecisions(), opened)
        without = access(tmp_path, closing)
        unowned = TargetReader(
            selection=selection, decisions=PlanDecisions(), access=without
        ).read()
    assert isinstance(files, Unreached)
    assert files.why == "files: link leads out of the repository"
    assert isinstance(other, Unreached)
    assert other.why == (
        "other: host other.example is not allowed; "
        "add it to spec.allowedHosts in policies/targets.yaml"
    )
    assert isinstance(local, Unreached)
    assert local.why.startswith("am: http://127.0.0.1:9 does not answer")
    # Files of the repository need no owner.
    assert isinstance(unowned[0], Unreached)
    assert unowned[0].why == files.why
    for item in unowned[1:]:
        assert isinstance(item, Unreached)
        assert item.why.startswith(
            f"{item.name}: policies/targets.yaml names no owner, and what is written to a server "
            'says whose it is; add below spec, with an id of your own: owner: {id: "'
        )
        assert len(item.why.rpartition('"')[0].rpartition('"')[2]) == 16


def test_an_unknown_decision_is_an_error_before_or_after_reading(tmp_path: Path) -> None:
    files = target("files", provider="files", folder="out")
    selection = SyncSelection(
        spec=SyncTargetsSpec(targets=(files,)), targets=(files,), compiled=(), unreadable=()
    )
    with ExitStack() as closing:
        opened = access(tmp_path, closing)
        [ready] = read_targets(selection, PlanDecisions(take_over=("files",)), opened)
        assert isinstance(ready, ReadyTarget)
        with pytest.raises(ReliabilityError, match="unknown sync target x; there are files"):
            read_targets(selection, PlanDecisions(take_over=("x",)), opened)


def test_stale_rules_are_reloaded_and_limits_have_defaults() -> None:
    prometheus = target("p", provider="prometheus", url="http://p.example", folder="/r")
    stored = replace(SHOP, id=replace(SHOP.id, target="p"))
    held = Held(kept=(Intact(stored, stored.digest),), stale=(Stale(stored.id, "not loaded"),))
    compiled = replace(SHOP, id=replace(SHOP.id, target="prometheus"))
    made = plan_target(prometheus, held, [compiled], NOTHING_DECIDED)
    assert made.changes == (Reload(stored.id, "not loaded"),)
    assert prometheus.limits == ChangeLimits()
