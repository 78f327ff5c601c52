"""What drifted and why, which alerts a change ends, and when a target is in the desired state."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reliability.errors import ProviderError
from reliability.plan.alerts import ActiveAlert, alerts_in, ended_by
from reliability.plan.change import Blocked, Create, Delete, Drift, Postponed
from reliability.plan.drift import drifts
from reliability.plan.fields import ABSENT, FieldDifference
from reliability.plan.former_routes import canonical, has_former_routes, with_former_routes
from reliability.plan.held import DriftedResource, Held, Intact, Owner, Unreadable
from reliability.plan.options import PlanOptions
from reliability.plan.owner import Claimed, OthersObject, OwnObject, ownership
from reliability.plan.plan import Plan, plan
from reliability.plan.report import (
    Planned,
    Report,
    Synced,
    Unreached,
    Unsafe,
    drift_exit_code,
    exit_code,
    is_read,
    is_settled,
    settled,
    target_of,
)
from reliability.plan.sync import ChangeApplied, ChangeFailed, unexpected
from tests.plan.resources import TARGET, resource

OLD, NEW, OTHER = (resource("search", x=number) for number in (1, 2, 3))
NONE: tuple[FieldDifference, ...] = ()


def one(before: int, after: int) -> tuple[FieldDifference, ...]:
    return (FieldDifference("x", before, after),)


@pytest.mark.parametrize(
    ("stored", "wanted", "by", "why", "differences", "is_outdated"),
    [
        (OTHER, OLD, "", "changed outside the repository", one(1, 3), False),
        (
            OTHER,
            OLD,
            "ann, 10:00",
            "changed outside the repository; last change: ann, 10:00",
            one(1, 3),
            False,
        ),
        (
            OLD,
            OLD,
            "",
            "only comments or layout were changed outside the repository",
            NONE,
            False,
        ),
        (
            OTHER,
            NEW,
            "",
            "changed outside the repository, and the declaration has changed since",
            one(3, 2),
            True,
        ),
        (
            OTHER,
            None,
            "ann",
            "changed outside the repository, and no longer declared; last change: ann",
            (FieldDifference("x", 3, ABSENT),),
            True,
        ),
    ],
)
@pytest.mark.parametrize("holds", [True, False])
def test_a_drifted_object(
    stored: Any,
    wanted: Any,
    by: str,
    why: str,
    differences: tuple[FieldDifference, ...],
    is_outdated: bool,
    holds: bool,
) -> None:
    item = DriftedResource(stored, OLD.digest, by=by)
    options = PlanOptions(on_drift="hold" if holds else "overwrite")
    declared = {wanted.id: wanted} if wanted else {}
    [drift] = drifts(declared, [Intact(resource("fine"), ""), item], options)
    assert drift == Drift(
        id=OLD.id, why=why, differences=differences, held=holds, is_outdated=is_outdated
    )


def test_an_unreadable_object_has_its_own_reason() -> None:
    for options, held in ((PlanOptions(), True), (PlanOptions(on_drift="overwrite"), False)):
        [drift] = drifts({OLD.id: OLD}, [Unreadable(OLD.id, "2:1: a tab")], options)
        assert drift == Drift(id=OLD.id, why="2:1: a tab", differences=(), held=held)


@pytest.mark.parametrize(
    ("body", "alerts"),
    [
        ({}, []),
        ({"groups": None}, []),
        ({"groups": "text"}, []),
        ({"groups": [None, {"rules": None}, {"rules": "x"}, {"rules": [None, 5]}]}, []),
        ({"groups": [{"rules": [{"record": "r"}, {"alert": 5}, {"alert": None}]}]}, []),
        ({"spec": "x", "groups": [{"rules": [{"alert": "A"}]}]}, [{"alertname": "A"}]),
        ({"spec": {}, "groups": [{"rules": [{"alert": "A"}]}]}, []),
        (
            {
                "spec": {
                    "groups": [
                        {
                            "labels": {"a": 1, "b": "g"},
                            "rules": [
                                {"alert": "A", "labels": {"b": "r", "alertname": "other"}},
                                {"alert": "B", "labels": {}},
                            ],
                        }
                    ]
                }
            },
            [{"a": "1", "b": "r", "alertname": "A"}, {"a": "1", "b": "g", "alertname": "B"}],
        ),
    ],
)
def test_the_alerts_of_a_body(body: dict[str, Any], alerts: list[dict[str, str]]) -> None:
    assert alerts_in(body) == [frozenset(labels.items()) for labels in alerts]


SINCE = datetime(2026, 11, 26, 14, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ({"alertname": "Burn"}, "Burn has been firing since 2026-11-26 14:29 UTC"),
        ({"pod": "p"}, " has been firing since 2026-11-26 14:29 UTC"),
        (
            {"tier": "alert", "objective": "o", "slo": "s", "service": "x", "alertname": "Burn"},
            'Burn{service="x", slo="s", objective="o", tier="alert"} has been firing since '
            "2026-11-26 14:29 UTC",
        ),
        (
            {"reliability_tier": "a", "tier": "b", "alertname": "Burn"},
            'Burn{tier="b", reliability_tier="a"} has been firing since 2026-11-26 14:29 UTC',
        ),
    ],
)
def test_an_active_alert_is_named_by_its_labels(labels: dict[str, str], text: str) -> None:
    assert str(ActiveAlert(labels, "firing", SINCE)) == text


def rules(*alerts: dict[str, str]) -> dict[str, Any]:
    of_group = [
        {"alert": labels["alertname"], "labels": {**labels, "alertname": "x"}} for labels in alerts
    ]
    return {"groups": [{"name": "g", "rules": of_group}]}


BURN = {"alertname": "Burn", "slo": "a"}


@pytest.mark.parametrize(
    ("before", "remaining", "active", "is_ended"),
    [
        ([BURN], [], BURN, True),
        ([BURN], [], {**BURN, "pod": "p"}, True),
        ([BURN], [BURN], {**BURN, "pod": "p"}, False),
        ([BURN], [{**BURN, "team": "t"}], BURN, True),
        ([BURN], [], {"alertname": "Burn"}, False),
        ([BURN], [], {"alertname": "Burn", "slo": "b"}, False),
        ([BURN], [], {**BURN, "alertname": "Slow"}, False),
        ([{**BURN, "pod": "{{ $labels.pod }}"}], [], {**BURN, "pod": "p"}, True),
        ([{**BURN, "pod": "{{ $labels.pod }}"}], [], BURN, True),
        # Two rules may produce it: it stays if one of them does.
        ([BURN, {"alertname": "Burn"}], [BURN], BURN, False),
        ([BURN, {"alertname": "Burn"}], [{"alertname": "Burn"}], BURN, False),
        ([], [], BURN, False),
    ],
)
def test_an_alert_ends_with_the_last_rule_that_produces_it(
    before: list[dict[str, str]],
    remaining: list[dict[str, str]],
    active: dict[str, str],
    is_ended: bool,
) -> None:
    alert = ActiveAlert(active, "firing", SINCE)
    staying = frozenset(alerts_in(rules(*remaining)))
    assert ended_by(rules(*before), staying, [alert]) == ((alert,) if is_ended else ())


US, MOVED, BARE = Owner("us", "a/b"), Owner("us", "c/d"), Owner("us")
THEM = Owner("them", "x/y")
SAME_ID = "this repository has the same id at another address"
NO_OWNER = "no mark names its owner, and its content differs from what this repository declares"


def elsewhere(why: str, owner: Owner | None = None) -> OthersObject:
    """An object that may be this repository's own."""
    return OthersObject(owner, why, is_moved=True)


@pytest.mark.parametrize(
    ("marked", "owner", "wanted", "takes_over", "expected"),
    [
        (None, None, OLD, False, OwnObject()),
        (THEM, None, OLD, True, OthersObject(THEM, "owned by x/y (id them)")),
        (THEM, US, OLD, False, OthersObject(THEM, "owned by x/y (id them)")),
        (THEM, US, OLD, True, Claimed(THEM)),
        (THEM, US, None, True, OthersObject(THEM, "owned by x/y (id them)")),
        (US, US, None, False, OwnObject()),
        (BARE, BARE, None, False, OwnObject()),
        (BARE, US, None, False, Claimed(BARE)),
        (MOVED, US, None, True, Claimed(MOVED)),
        (MOVED, US, OLD, False, elsewhere(f"owned by c/d (id us); {SAME_ID}: a/b", MOVED)),
        (
            MOVED,
            BARE,
            OLD,
            False,
            elsewhere(f"owned by c/d (id us); {SAME_ID}: a folder without a Git remote", MOVED),
        ),
        (None, US, OLD, False, Claimed(None)),
        (None, US, NEW, True, Claimed(None)),
        (
            None,
            US,
            NEW,
            False,
            elsewhere(NO_OWNER),
        ),
        (
            None,
            US,
            None,
            True,
            elsewhere(NO_OWNER),
        ),
    ],
)
def test_who_owns_an_object(
    marked: Owner | None, owner: Owner | None, wanted: Any, takes_over: bool, expected: object
) -> None:
    kept = Intact(OLD, OLD.digest, marked)
    assert ownership(kept, wanted, owner, takes_over=takes_over) == expected


def test_owners_of_other_objects_are_counted_and_sorted() -> None:
    items = [resource(f"o{number}") for number in range(4)]
    owners = (THEM, Owner("a", "a/a"), THEM, None)
    held = Held(
        kept=tuple(Intact(item, "0" * 64, owner) for item, owner in zip(items, owners, strict=True))
    )
    made = plan(TARGET, [], held, PlanOptions(owner=US))
    assert made.others == (("a/a (id a)", 1), ("an unknown owner", 1), ("x/y (id them)", 2))
    assert (made.owned, made.changes) == (0, ())
    assert made.present == {item.id for item in items}


EMPTY = Plan(target="p1")
CHANGES = replace(EMPTY, changes=(Create(NEW),))
HELD = replace(EMPTY, drifted=(Drift(id=OLD.id, why="w", differences=(), held=True),))
OVERWRITTEN = replace(EMPTY, drifted=(Drift(id=OLD.id, why="w", differences=(), held=False),))
BLOCKED = replace(EMPTY, blocked=(Blocked(OLD.id, "mine"),))
POSTPONED = replace(EMPTY, postponed=(Postponed(Delete(OLD), ()),))
MISSING = replace(EMPTY, missing=("/x",))
DONE, FAILED = (ChangeApplied(Create(NEW)),), (ChangeFailed(Create(NEW), "busy"),)


@pytest.mark.parametrize(
    ("report", "is_done", "code", "detailed", "of_drift"),
    [
        (Planned(EMPTY), True, 0, 0, 0),
        (Planned(CHANGES), False, 0, 4, 4),
        (Planned(HELD), False, 1, 1, 4),
        (Planned(OVERWRITTEN), False, 0, 4, 4),
        (Planned(BLOCKED), False, 1, 1, 4),
        (Planned(POSTPONED), False, 1, 1, 4),
        (Planned(MISSING), True, 0, 0, 0),
        (Unsafe(CHANGES, "too much"), False, 1, 1, 4),
        (Synced(CHANGES, DONE), True, 0, 0, 0),
        (Synced(CHANGES, FAILED), False, 1, 1, 4),
        (Synced(CHANGES, (*DONE, *FAILED)), False, 1, 1, 4),
        (Synced(HELD, ()), False, 1, 1, 4),
        (Synced(OVERWRITTEN, DONE), True, 0, 0, 0),
        (Synced(BLOCKED, ()), False, 1, 1, 4),
        (Synced(POSTPONED, ()), False, 1, 1, 4),
        (Synced(MISSING, ()), True, 1, 1, 0),
        (Unreached("p1", "down"), False, 2, 2, 2),
    ],
)
def test_when_a_target_is_in_the_desired_state(
    report: Report, is_done: bool, code: int, detailed: int, of_drift: int
) -> None:
    assert (is_settled(report), settled([report]), settled([Planned(EMPTY), report])) == (
        is_done, is_done, is_done
    )  # fmt: skip
    assert (exit_code([report]), exit_code([report], detailed=True)) == (code, detailed)
    assert drift_exit_code([report], detailed=True) == of_drift
    assert drift_exit_code([report], detailed=False) == (2 if of_drift == 2 else 0)
    assert (target_of(report), is_read(report)) == ("p1", code != 2)
    # Beside a target that was read, one that was not is incomplete.
    beside = [report, Planned(EMPTY)]
    assert exit_code(beside) == (1 if code else 0)
    assert drift_exit_code(beside, detailed=True) == (1 if of_drift == 2 else of_drift)


def test_without_a_report_everything_is_as_desired() -> None:
    assert (settled([]), exit_code([]), exit_code([], detailed=True)) == (True, 0, 0)
    assert drift_exit_code([], detailed=True) == 0


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyError("a"), "unexpected KeyError: 'a'"),
        (ValueError("one\n  two"), "unexpected ValueError: one two"),
        (ProviderError("x" * 299), f"unexpected ProviderError: {'x' * 299}"),
        (ValueError("x" * 301), f"unexpected ValueError: {'x' * 300}"),
    ],
)
def test_an_unexpected_error_is_one_line(error: Exception, text: str) -> None:
    assert unexpected(error) == f"{text}; this is a bug in reliability, please report it"


def test_routes_are_equal_whatever_the_order_of_their_keys() -> None:
    route = {"matchers": ['team="a"'], "receiver": "x", "group_wait": "1s"}
    turned = dict(reversed(list(route.items())))
    receivers = [{"name": "x"}]
    before = {"route": {"receiver": "x", "routes": [route]}, "receivers": receivers}
    after = {"route": {"receiver": "x", "routes": [turned]}, "receivers": receivers}
    assert canonical(route) == canonical(turned)
    assert not has_former_routes(with_former_routes(before, after))
    inhibition = {"equal": ["a"], "source_matchers": ["b"]}
    moved = {
        **after,
        "route": {"receiver": "x", "routes": [{**turned, "group_wait": "2s"}]},
        "inhibit_rules": [dict(reversed(list(inhibition.items())))],
    }
    both = with_former_routes({**before, "inhibit_rules": [inhibition]}, moved)
    assert both["inhibit_rules"] == [inhibition]
