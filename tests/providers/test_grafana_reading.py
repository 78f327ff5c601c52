"""Reading a Grafana over endpoints in memory: objects, marks, lists, and titles that are used."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from reliability.compile.boards.grafana_fields import uid_prefix
from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Update
from reliability.plan.held import DriftedResource, Foreign, Intact, Owner, Unreadable
from reliability.plan.plan import Plan
from reliability.providers.description_mark import with_mark
from reliability.providers.grafana.forms import (
    GrafanaMark,
    GrafanaObject,
    body_of,
    is_ours,
    last_change,
    mark_of,
    name_of,
)
from reliability.providers.grafana.owned import owned
from reliability.resource import ResourceId
from tests.providers.grafana_memory import (
    FOLDER,
    INSIDE,
    OTHERS,
    OURS,
    Endpoints,
    Grafana,
    board,
    grafana_in_memory,
    model_of,
    theirs,
    written,
)
from tests.providers.worlds import TARGET

SHOP = board()


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with grafana_in_memory() as made:
        yield made


def test_each_object_is_read_as_what_it_is(grafana: Grafana) -> None:
    no_model: Any = 5
    drifted = board("drifted")
    objects = (
        written(FOLDER),
        written(SHOP),
        replace(
            written(drifted), model={**model_of(drifted.body), "title": "By hand"}, changed_by="ann"
        ),
        replace(written(board("broken")), model=no_model),
        replace(written(board("unmarked")), annotations={}),
        replace(written(board("managed")), managed_by="terraform x"),
        theirs("other", folder=INSIDE),
        theirs("other2", folder="", title=None, model=None),
        theirs("other3", kind="folder", model=None),
    )
    grafana.api.put(*objects)
    # Gone between the list and the request for it.
    grafana.api.put(written(board("gone")))
    grafana.api.whole_dashboards = lambda: iter(())  # type: ignore[method-assign]
    grafana.api.hides = frozenset((f"{uid_prefix(OURS.id)}gone",))
    held = grafana.provider.read()
    kept = {item.id.name: item for item in held.kept}
    assert sorted(kept) == ["all", "broken", "drifted", "shop"]
    assert isinstance(kept["all"], Intact)
    assert isinstance(kept["shop"], Intact)
    assert (kept["shop"].digest, kept["shop"].owner) == (SHOP.digest, OURS)
    found = kept["drifted"]
    assert isinstance(found, DriftedResource)
    assert (found.by, found.written, found.owner) == ("ann", drifted.digest, OURS)
    assert kept["broken"] == Unreadable(
        ResourceId(TARGET, "dashboard", "broken"),
        "changed outside the repository, and no longer readable",
        OURS,
    )
    prefix = uid_prefix(OURS.id)
    assert sorted(held.foreign, key=lambda item: item.id) == [
        Foreign(
            ResourceId(TARGET, "dashboard", "managed"),
            f"{prefix}managed is managed by terraform x",
        ),
        Foreign(ResourceId(TARGET, "dashboard", "unmarked"), f"{prefix}unmarked has no mark"),
    ]
    assert {place: [item.uid for item in items] for place, items in others(grafana).items()} == {
        ("dashboard", INSIDE): ["other"],
        ("dashboard", ""): ["other2"],
        ("folder", ""): ["other3"],
    }
    assert all(item.model is None for items in others(grafana).values() for item in items)
    # A second read forgets what the first one found.
    grafana.api.objects.clear()
    assert (grafana.provider.read().kept, others(grafana)) == ((), {})


def others(grafana: Grafana) -> dict[tuple[str, str], list[GrafanaObject]]:
    return grafana.provider.others


@dataclass
class CountedEndpoints(Endpoints):
    """Endpoints that count lists of whole dashboards."""

    lists: int = 0

    def whole_dashboards(self) -> Iterator[GrafanaObject]:
        self.lists += 1
        return super().whole_dashboards()


@pytest.mark.parametrize(
    ("ours", "theirs_count", "lists"),
    [(0, 3, 0), (1, 7, 1), (1, 8, 0), (2, 14, 1), (2, 15, 0)],
)
def test_dashboards_are_listed_whole_if_at_least_an_eighth_is_ours(
    ours: int, theirs_count: int, lists: int
) -> None:
    api = CountedEndpoints()
    api.put(*(written(board(f"b{number}")) for number in range(ours)))
    api.put(*(theirs(f"t{number}") for number in range(theirs_count)))
    api.put(written(FOLDER), theirs("f", kind="folder", model=None))
    listed = [*api.folders(), *api.dashboards()]
    read = list(owned(api, listed, OURS))
    assert api.lists == lists
    assert [remote.uid for remote in read] == [
        INSIDE, *(f"{uid_prefix(OURS.id)}b{number}" for number in range(ours))
    ]  # fmt: skip
    assert [remote.model is not None for remote in read[1:]] == [bool(lists)] * ours


# --- titles


def change_of(title: str, folder: str = INSIDE) -> Create:
    return Create(board("new", title, folder=folder))


@pytest.mark.parametrize(
    ("there", "change", "uid"),
    [
        (theirs("x", folder=INSIDE, title="SLOs"), change_of("SLOs"), "x"),
        (theirs("x", folder=INSIDE, title="SLOS"), change_of("slos"), "x"),
        (theirs("x", folder="other", title="SLOs"), change_of("SLOs"), None),
        (theirs("x", folder=INSIDE, title="SLO"), change_of("SLOs"), None),
        (theirs("x", folder=INSIDE, title="SLOs", kind="folder"), change_of("SLOs"), None),
        (theirs("x", folder=INSIDE, title="SLOs"), Update(SHOP, board("shop", "SLOs")), "x"),
        (theirs("x", folder=INSIDE, title="SLOs"), Claim(board("shop", "SLOs")), None),
        (theirs("x", folder=INSIDE, title="SLOs"), Delete(board("shop", "SLOs")), None),
        (theirs("x", title="slos", kind="folder", model=None), Create(FOLDER), "x"),
        (theirs("x", folder=INSIDE, title="slos", kind="folder"), Create(FOLDER), None),
    ],
)
def test_a_title_that_somebody_uses_in_the_same_place_is_blocked(
    grafana: Grafana, there: GrafanaObject, change: Change, uid: str | None
) -> None:
    grafana.api.put(there)
    grafana.provider.read()
    earlier = Blocked(ResourceId(TARGET, "zzz", "last"), "mine")
    made = grafana.provider.validated(Plan(target=TARGET, changes=(change,), blocked=(earlier,)))
    assert made.endpoints == "/memory"
    if uid is None:
        assert (made.changes, made.blocked) == ((change,), (earlier,))
        return
    assert isinstance(change, Create | Update)
    title = change.after.body["title"]
    assert made.changes == ()
    assert made.blocked == (
        Blocked(
            change.id,
            f"{change.id.kind} {uid} has its title, {title!r}, and is not adopted: "
            "rename or delete it",
        ),
        earlier,
    )


def test_titles_that_a_list_leaves_out_are_asked_for_once(grafana: Grafana) -> None:
    hidden = [theirs(f"x{number}", folder=INSIDE, title=f"T{number}") for number in range(3)]
    listed = [replace(remote, title=None, model=None) for remote in hidden]
    grafana.api.put(*listed)
    grafana.provider.read()
    grafana.api.put(*hidden)
    grafana.api.hides = frozenset(("x2",))
    changes = tuple(Create(board(f"new{number}", f"t{number}")) for number in range(3))
    made = grafana.provider.validated(Plan(target=TARGET, changes=changes))
    assert [item.id.name for item in made.blocked] == ["new0", "new1"]
    assert made.changes == changes[2:]


# --- marks


@pytest.mark.parametrize(
    ("annotations", "model", "mark"),
    [
        ({}, None, None),
        ({}, {"__reliability": "a text"}, None),
        ({}, {"__reliability": {}}, None),
        ({}, {"__reliability": {"sha256": 5}}, None),
        ({}, {"__reliability": {"sha256": "d"}}, GrafanaMark("d", None)),
        (
            {},
            {"__reliability": {"sha256": "d", "owner": "o", "repository": "r"}},
            GrafanaMark("d", Owner("o", "r")),
        ),
        (
            {},
            {"__reliability": {"sha256": "d", "owner": "o"}},
            GrafanaMark("d", Owner("o", "")),
        ),
        (
            {"grafana.app/managerId": "reliability", "grafana.app/sourceChecksum": "d"},
            {"__reliability": {"sha256": "e"}},
            GrafanaMark("d", None),
        ),
        (
            {
                "grafana.app/managerId": "reliability",
                "grafana.app/sourceChecksum": "d",
                "reliability/owner": "o",
                "reliability/repository": "-",
            },
            None,
            GrafanaMark("d", Owner("o", "")),
        ),
        # Annotations of another tool, or without a digest, are not a mark.
        (
            {"grafana.app/managerId": "terraform", "grafana.app/sourceChecksum": "d"},
            {"__reliability": {"sha256": "e"}},
            GrafanaMark("e", None),
        ),
        ({"grafana.app/managerId": "reliability"}, None, None),
        ({"grafana.app/managerId": "reliability", "grafana.app/sourceChecksum": ""}, None, None),
    ],
)
def test_the_mark_of_a_dashboard(
    annotations: dict[str, str], model: dict[str, Any] | None, mark: GrafanaMark | None
) -> None:
    remote = theirs("x", model=model, annotations=annotations)
    assert mark_of(remote, OURS) == mark


def test_the_mark_of_a_folder_is_in_its_description_or_its_uid() -> None:
    digest = "a" * 64
    text = with_mark("Ours", "all", digest, OTHERS)
    folder = theirs(INSIDE, kind="folder", model=None, description=text)
    assert mark_of(folder, OURS) == GrafanaMark(digest, OTHERS)
    assert mark_of(replace(folder, description="Ours"), OURS) == GrafanaMark("", None)
    assert mark_of(replace(folder, description="Ours"), OTHERS) is None
    older = replace(folder, has_annotations=False)
    assert mark_of(older, OURS) == GrafanaMark("", OURS)
    assert mark_of(older, OTHERS) is None


@pytest.mark.parametrize("address", ["git.example/us", ""])
def test_the_mark_that_is_written_is_read_again(address: str) -> None:
    owner = Owner(OURS.id, address)
    remote = written(SHOP, owner)
    assert remote.annotations["reliability/repository"] == (address or "-")
    assert mark_of(remote, OURS) == GrafanaMark(SHOP.digest, owner)


def test_uids_and_bodies() -> None:
    assert (is_ours(INSIDE, OURS), is_ours(INSIDE, OTHERS), is_ours(INSIDE, None)) == (
        True, False, False
    )  # fmt: skip
    assert name_of(INSIDE) == "all"
    folder = theirs("f", kind="folder", model=None)
    assert body_of(folder) == {"uid": "f", "title": "f"}
    assert body_of(replace(folder, folder="p")) == {"uid": "f", "title": "f", "parent": "p"}
    assert body_of(theirs("d", folder="p")) == {"uid": "d", "folder": "p", "title": "d"}
    with pytest.raises(TypeError):
        body_of(theirs("d", model=None))


@pytest.mark.parametrize(
    ("who", "time", "text"),
    [
        ("ann", "2026-11-26T09:30:00Z", "ann, 2026-11-26 09:30 UTC"),
        ("ann", "2026-11-26T09:30:00+09:00", "ann, 2026-11-26 00:30 UTC"),
        ("", "2026-11-26T09:30:00Z", "2026-11-26 09:30 UTC"),
        ("ann", "2026-11-26T09:30:00", "ann"),
        ("ann", "", "ann"),
        ("ann", "yesterday", "ann"),
        ("", "", ""),
    ],
)
def test_who_changed_an_object_last(who: str, time: str, text: str) -> None:
    assert last_change(who, time) == text
