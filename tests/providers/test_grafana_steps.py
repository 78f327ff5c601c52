"""Each step of writing a Grafana, over endpoints that are held in memory."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.providers.grafana.api import ConflictError
from reliability.providers.grafana.forms import (
    GrafanaObject,
    GrafanaWrite,
)
from reliability.providers.object_api import LostAnswerError, RefusedError
from reliability.resource import Resource
from tests.providers.grafana_memory import (
    FOLDER,
    INSIDE,
    OTHERS,
    OURS,
    Grafana,
    board,
    grafana_in_memory,
    model_of,
    theirs,
    written,
)
from tests.providers.grafana_world import grafana_folder

SHOP, CHANGED = board(), board(title="Changed")
AGAIN = "it was changed since the plan was made; plan again"
UNKNOWN = "it is not known whether it was made, and the next plan shows it: "


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with grafana_in_memory() as made:
        yield made


def lost(_write: GrafanaWrite) -> bool:
    raise LostAnswerError("the connection broke")


def conflict(_write: GrafanaWrite) -> bool:
    raise ConflictError("PUT answers 409: modified")


def refused(_write: GrafanaWrite) -> bool:
    raise RefusedError("PUT answers 400: bad")


# --- creation


def test_a_dashboard_is_written_once_and_read_back(grafana: Grafana) -> None:
    assert grafana.apply(Create(SHOP)) == ["shop: done"]
    assert (grafana.api.writes, grafana.pauses) == ([f"{SHOP.body['uid']} new"], [])


def storing(grafana: Grafana, resource: Resource, error: Callable[[GrafanaWrite], bool]) -> Any:
    """A fault that stores this resource before it raises an error."""

    def fault(write: GrafanaWrite) -> bool:
        grafana.api.put(replace(written(resource), version="77"))
        return error(write)

    return fault


@pytest.mark.parametrize("error", [lost, conflict])
def test_a_write_without_an_answer_that_was_carried_out_is_done(
    grafana: Grafana, error: Callable[[GrafanaWrite], bool]
) -> None:
    grafana.api.faults = [storing(grafana, SHOP, error)]
    assert grafana.apply(Create(SHOP)) == ["shop: done"]
    assert (len(grafana.api.writes), grafana.pauses) == (1, [])


@pytest.mark.parametrize(
    ("losses", "outcome", "writes"),
    [
        (1, "shop: done", 2),
        (2, "shop: done", 3),
        (3, f"shop: {UNKNOWN}the connection broke", 3),
    ],
)
def test_a_write_that_does_not_arrive_is_sent_three_times(
    grafana: Grafana, losses: int, outcome: str, writes: int
) -> None:
    grafana.api.faults = [lost] * losses
    assert grafana.apply(Create(SHOP)) == [outcome]
    assert (len(grafana.api.writes), grafana.pauses) == (writes, [1.0] * (writes - 1))


@pytest.mark.parametrize("error", [lost, conflict])
def test_what_somebody_created_meanwhile_is_not_overwritten(
    grafana: Grafana, error: Callable[[GrafanaWrite], bool]
) -> None:
    grafana.api.faults = [storing(grafana, CHANGED, error)]
    assert grafana.apply(Create(SHOP)) == [
        "shop: it was created since the plan was made; plan again"
    ]
    assert len(grafana.api.writes) == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [(conflict, "PUT answers 409: modified"), (refused, "PUT answers 400: bad")],
)
def test_a_refused_write_is_sent_once(
    grafana: Grafana, fault: Callable[[GrafanaWrite], bool], why: str
) -> None:
    grafana.api.faults = [fault]
    assert grafana.apply(Create(SHOP)) == [f"shop: {why}"]
    assert (len(grafana.api.writes), grafana.pauses) == (1, [])


# --- update and takeover


def test_an_update_names_the_version_that_was_read(grafana: Grafana) -> None:
    grafana.api.put(replace(written(SHOP), version="41"))
    assert grafana.apply(Update(SHOP, CHANGED)) == ["shop: done"]
    assert grafana.api.writes == [f"{SHOP.body['uid']} 41"]


@pytest.mark.parametrize(
    "there",
    [
        None,
        replace(written(board(title="By hand")), version="2"),
        replace(written(SHOP), model={"title": 5, "panels": 5}),
    ],
)
def test_an_object_that_is_not_as_planned_is_not_overwritten(
    grafana: Grafana, there: GrafanaObject | None
) -> None:
    if there is not None:
        grafana.api.put(there)
    assert grafana.apply(Update(SHOP, CHANGED)) == [f"shop: {AGAIN}"]
    assert grafana.api.writes == []


@pytest.mark.parametrize(
    ("there", "change", "writes"),
    [
        # As planned already, by an earlier try or another sync of this repository.
        (written(CHANGED), Update(SHOP, CHANGED), 0),
        # Equal, but with the mark of somebody else, or of another content.
        (written(SHOP, OTHERS), Claim(SHOP, OTHERS), 1),
        (written(SHOP, None), Claim(SHOP), 1),
        (written(SHOP, OURS, "f" * 64), Claim(SHOP), 1),
    ],
)
def test_an_object_that_is_as_planned_is_not_written_again(
    grafana: Grafana, there: GrafanaObject, change: Change, writes: int
) -> None:
    grafana.api.put(there)
    assert grafana.apply(change) == ["shop: done"]
    assert len(grafana.api.writes) == writes


def test_a_claim_writes_the_mark_of_this_repository(grafana: Grafana) -> None:
    grafana.api.put(written(SHOP, OTHERS))
    assert grafana.apply(Claim(SHOP, OTHERS)) == ["shop: done"]
    [item] = grafana.provider.read().kept
    assert (item.owner, item.id.name) == (OURS, "shop")


@pytest.mark.parametrize("error", [lost, conflict])
def test_somebody_who_writes_between_is_not_overwritten(
    grafana: Grafana, error: Callable[[GrafanaWrite], bool]
) -> None:
    grafana.api.put(written(SHOP))
    grafana.api.faults = [storing(grafana, board(title="By hand"), error)]
    assert grafana.apply(Update(SHOP, CHANGED)) == [f"shop: {AGAIN}"]
    assert len(grafana.api.writes) == 1


def test_a_lost_update_is_sent_again_and_a_conflict_without_a_change_is_refused(
    grafana: Grafana,
) -> None:
    grafana.api.put(written(SHOP))
    grafana.api.faults = [lost, conflict]
    assert grafana.apply(Update(SHOP, CHANGED)) == ["shop: PUT answers 409: modified"]
    assert grafana.pauses == [1.0]
    grafana.api.faults = [lost]
    assert grafana.apply(Update(SHOP, CHANGED)) == ["shop: done"]


# --- verification


def test_what_is_not_there_after_a_write_is_an_error(grafana: Grafana) -> None:
    grafana.api.faults = [lambda _write: False]
    assert grafana.apply(Create(SHOP)) == ["shop: Grafana accepted it, and does not have it"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"model": {**model_of(SHOP.body), "title": "Other", "tags": ["x"]}},
            "Grafana stored another value than was sent: title, tags",
        ),
        ({"annotations": {}}, "Grafana stored it without its mark"),
        (
            {"annotations": written(SHOP, OTHERS).annotations},
            "Grafana stored it without its mark",
        ),
        (
            {"annotations": written(SHOP, OURS, "f" * 64).annotations},
            "Grafana stored it without its mark",
        ),
        (
            {"model": 5},
            f"Grafana stored another value than was sent: {', '.join(SHOP.body)}",
        ),
        ({"folder": "elsewhere"}, "Grafana stored another value than was sent: folder"),
    ],
)
def test_what_is_stored_otherwise_is_an_error(
    grafana: Grafana, change: dict[str, Any], why: str
) -> None:
    def fault(_write: GrafanaWrite) -> bool:
        grafana.api.put(replace(written(SHOP), **change))
        return False

    grafana.api.faults = [fault]
    assert grafana.apply(Create(SHOP)) == [f"shop: {why}"]


# --- deletion


def test_an_object_is_deleted_as_it_was_found(grafana: Grafana) -> None:
    assert grafana.apply(Delete(SHOP)) == ["shop: done"]
    assert grafana.api.deletes == []
    grafana.api.put(written(SHOP))
    assert grafana.apply(Delete(CHANGED)) == [f"shop: {AGAIN}"]
    assert grafana.api.deletes == []
    assert grafana.apply(Delete(SHOP)) == ["shop: done"]
    assert grafana.api.objects == {}


@pytest.mark.parametrize(
    ("error", "is_gone", "outcome"),
    [
        (LostAnswerError("broken"), True, "done"),
        (LostAnswerError("broken"), False, f"{UNKNOWN}broken"),
        (ConflictError("409"), True, "done"),
        (ConflictError("409"), False, AGAIN),
        (RefusedError("no"), False, "no"),
    ],
)
def test_a_delete_without_an_answer_is_looked_up(
    grafana: Grafana, error: Exception, is_gone: bool, outcome: str
) -> None:
    def deleting(remote: GrafanaObject) -> bool:
        if is_gone:
            del grafana.api.objects[remote.uid]
        raise error

    grafana.api.put(written(SHOP))
    grafana.api.deleting = deleting
    assert grafana.apply(Delete(SHOP)) == [f"shop: {outcome}"]


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "dashboard a0"),
        (3, "dashboard a0, dashboard a1, dashboard a2"),
        (4, "dashboard a0, dashboard a1, dashboard a2 and 1 more"),
        (6, "dashboard a0, dashboard a1, dashboard a2 and 3 more"),
    ],
)
def test_a_folder_with_something_in_it_is_not_deleted(
    grafana: Grafana, count: int, named: str
) -> None:
    grafana.api.put(written(FOLDER), theirs("elsewhere", folder="other"))
    grafana.api.put(*(theirs(f"a{number}", folder=INSIDE) for number in range(count)))
    assert grafana.apply(Delete(FOLDER)) == [
        f"all: the folder is not empty: {named}; move or delete them"
    ]
    assert grafana.api.deletes == []


def test_a_folder_in_a_folder_is_something_too(grafana: Grafana) -> None:
    inner = GrafanaObject(kind="folder", uid="f", folder=INSIDE, title="F", version="1")
    grafana.api.put(written(FOLDER), inner)
    assert grafana.apply(Delete(FOLDER)) == [
        "all: the folder is not empty: folder f; move or delete them"
    ]
    del grafana.api.objects["f"]
    assert grafana.apply(Delete(FOLDER)) == ["all: done"]


# --- order


def test_folders_come_first_and_go_last(grafana: Grafana) -> None:
    first, second = grafana_folder("b", owner=OURS.id), grafana_folder("c", "C", owner=OURS.id)
    old, gone = board("old"), board("gone")
    grafana.api.put(written(second), written(old), written(gone), written(SHOP))
    outcomes = grafana.apply(
        Delete(second),
        Update(SHOP, CHANGED),
        Delete(old),
        Create(board("api")),
        Delete(gone),
        Create(first),
    )
    assert outcomes == [f"{name}: done" for name in ("b", "api", "shop", "gone", "old", "c")]


def test_nothing_is_deleted_after_a_creation_that_failed(grafana: Grafana) -> None:
    old, gone = board("old"), board("gone")
    grafana.api.put(written(old), written(gone))
    grafana.api.faults = [refused]
    not_deleted = "not deleted: new was not created, and may have its former name"
    assert grafana.apply(Delete(old), Create(board("new")), Delete(gone)) == [
        "new: PUT answers 400: bad",
        f"gone: {not_deleted}",
        f"old: {not_deleted}",
    ]
    # A failed update says nothing about a deletion.
    grafana.api.put(written(SHOP))
    grafana.api.faults = [refused]
    assert grafana.apply(Delete(old), Update(SHOP, CHANGED)) == [
        "shop: PUT answers 400: bad",
        "old: done",
    ]


def test_grafana_has_nothing_to_reload(grafana: Grafana) -> None:
    assert grafana.apply(Reload(SHOP.id, "old")) == ["shop: Grafana has nothing to reload"]
