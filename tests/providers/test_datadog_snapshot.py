"""Objects of a Datadog site: which are ours, which are copies, and what refers to what."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import pytest

from reliability.plan.held import DriftedResource, Foreign, Intact, Owner, Unreadable
from reliability.providers.datadog.forms import (
    CORRECTIONS,
    MONITORS,
    SLOS,
    DatadogObject,
    body_of,
    object_of,
)
from reliability.providers.datadog.marks import (
    DatadogMark,
    key_of,
    mark_tags,
    read_tags,
    without_mark,
)
from reliability.providers.datadog.snapshot import Snapshot
from reliability.providers.description_mark import with_mark
from reliability.resource import Resource, ResourceId
from tests.providers.worlds import TARGET

OURS: Final = Owner("0123456789abcdef", "git.example.com/acme/slos")
THEIRS: Final = Owner("fedcba9876543210", "git.example.com/acme/other")
DIGEST: Final = "0123456789abcdef" * 4


def reference(identity: str) -> str:
    """The `<kind> <name>` of an id: `b` and `b2` are both the SLO `shop/b`."""
    return f"metric-slo shop/{identity[0]}"


def marked(remote: DatadogObject, owner: Owner | None, is_changed: bool) -> DatadogObject:
    """The object with the mark of its body, or of another one."""
    body = body_of(remote, reference)
    digest = Resource(ResourceId(TARGET, remote.kind, remote.name), body).digest
    return replace(remote, mark=DatadogMark(DIGEST if is_changed else digest, owner))


def slo(
    identity: str,
    name: str = "shop/a",
    *,
    owner: Owner | None = OURS,
    at: int = 1,
    changed: bool = False,
    has_mark: bool = True,
    **raw: Any,
) -> DatadogObject:
    whole = {
        "name": name,
        "tags": [],
        "thresholds": [],
        "type": "metric",
        "query": {"numerator": "a", "denominator": "b"},
        "created_at": at,
    }
    remote = DatadogObject(kind="metric-slo", name=name, id=identity, raw=whole, mark=None)
    remote = marked(remote, owner, changed) if has_mark else remote
    return replace(remote, raw={**whole, **raw})


def burn_monitor(identity: str, slo_id: str, *, changed: bool = False) -> DatadogObject:
    raw = {"name": "m", "tags": [], "query": f'burn_rate("{slo_id}")'}
    remote = DatadogObject(kind="burn-monitor", name="shop/m", id=identity, raw=raw, mark=None)
    return marked(remote, OURS, changed)


def lines(*objects: DatadogObject, reader: Owner | None = OURS) -> list[str]:
    """What a site holds, a line for each object."""
    held = Snapshot(target=TARGET, objects=objects, reader=reader).held()
    shown = []
    for item in held.kept:
        match item:
            case Intact():
                shown.append(f"intact {item.id.kind} {item.id.name} of {item.owner}")
            case DriftedResource():
                shown.append(f"drifted {item.id.kind} {item.id.name} of {item.owner}")
            case Unreadable():
                shown.append(f"unreadable {item.id.kind} {item.id.name}: {item.why}")
    shown += [f"foreign {item.id.name}: {item.why}" for item in held.foreign]
    assert all(isinstance(item, Foreign) for item in held.foreign)
    return [*shown, *(f"stale {item.id.kind} {item.id.name}: {item.why}" for item in held.stale)]


MINE: Final = f"intact metric-slo shop/a of {OURS}"


@pytest.mark.parametrize(
    ("objects", "shown"),
    [
        ([], []),
        ([slo("a")], [MINE]),
        ([slo("a", owner=None)], ["intact metric-slo shop/a of None"]),
        ([slo("a", owner=THEIRS)], [f"intact metric-slo shop/a of {THEIRS}"]),
        ([slo("a", changed=True)], [f"drifted metric-slo shop/a of {OURS}"]),
        (
            [slo("a", has_mark=False)],
            ["foreign shop/a: /api/v1/slo/a has its key, and no mark"],
        ),
        (
            [slo("a", query={})],
            [
                "unreadable metric-slo shop/a: changed outside the repository, and no longer "
                "readable"
            ],
        ),
        ([slo("b"), slo("a", at=2)], [f"intact metric-slo shop/a#a of {OURS}", MINE]),
        ([slo("b"), slo("c")], [f"intact metric-slo shop/a#c of {OURS}", MINE]),
        (
            [slo("a", changed=True), slo("b", at=2)],
            ["foreign shop/a#a: /api/v1/slo/a is a copy that was changed", MINE],
        ),
        (
            [slo("a", changed=True), slo("b", at=2, owner=THEIRS)],
            [
                f"drifted metric-slo shop/a of {OURS}",
                f"intact metric-slo shop/a#b of {THEIRS}",
            ],
        ),
        (
            [slo("a", has_mark=False), slo("b", at=2, owner=THEIRS)],
            [
                "foreign shop/a#a: /api/v1/slo/a has its key, and no mark",
                f"intact metric-slo shop/a of {THEIRS}",
            ],
        ),
        (
            [slo("a", has_mark=False), slo("b", at=2, changed=True)],
            [
                f"drifted metric-slo shop/a of {OURS}",
                "foreign shop/a#a: /api/v1/slo/a has its key, and no mark",
            ],
        ),
        (
            [slo("a"), slo("b", at=2, query={})],
            ["foreign shop/a#b: /api/v1/slo/b is a copy that was changed", MINE],
        ),
        ([slo("a"), slo("b", "shop/b")], [f"intact metric-slo shop/b of {OURS}", MINE]),
        (
            [slo("b", "shop/b"), slo("b2", "shop/b", at=2), burn_monitor("7", "b")],
            [
                f"intact burn-monitor shop/m of {OURS}",
                f"intact metric-slo shop/b of {OURS}",
                f"intact metric-slo shop/b#b2 of {OURS}",
            ],
        ),
        (
            [slo("b", "shop/b"), slo("b2", "shop/b", at=2), burn_monitor("7", "b2")],
            [
                f"intact burn-monitor shop/m of {OURS}",
                f"intact metric-slo shop/b of {OURS}",
                f"intact metric-slo shop/b#b2 of {OURS}",
                "stale burn-monitor shop/m: it refers to a copy that is deleted",
            ],
        ),
        (
            [slo("b", "shop/b"), slo("b2", "shop/b", at=2), burn_monitor("7", "b2", changed=True)],
            [
                f"drifted burn-monitor shop/m of {OURS}",
                f"intact metric-slo shop/b of {OURS}",
                f"intact metric-slo shop/b#b2 of {OURS}",
            ],
        ),
        # The SLO is not ours, so its name is not known.
        (
            [burn_monitor("7", "x")],
            [f"drifted burn-monitor shop/m of {OURS}"],
        ),
    ],
)
def test_a_site_holds_the_same_in_any_order(objects: list[DatadogObject], shown: list[str]) -> None:
    for some in itertools.permutations(objects):
        assert sorted(lines(*some)) == sorted(shown)


def test_objects_without_an_owner_are_those_of_a_reader_without_one() -> None:
    objects = slo("a", owner=OURS), slo("b", at=2, owner=None)
    assert lines(*objects, reader=None) == [
        "intact metric-slo shop/a of None",
        f"intact metric-slo shop/a#a of {OURS}",
    ]


def test_names_and_ids_of_objects_are_known_and_those_of_written_ones() -> None:
    old, copy = slo("a"), slo("b", at=2)
    snapshot = Snapshot(target=TARGET, objects=(old, copy), reader=OURS)
    names = [snapshot.reference_of(identity) for identity in ("a", "b", "c")]
    assert names == ["metric-slo shop/a", "metric-slo shop/a", "unknown c"]
    assert [snapshot.name_of(identity) for identity in ("a", "c")] == ["metric-slo shop/a", "c"]
    assert (snapshot.id_of("metric-slo shop/a"), snapshot.id_of("metric-slo shop/a#b")) == (
        "a",
        "b",
    )
    assert (snapshot.id_of("metric-slo shop/c"), snapshot.id_of("metric-slo")) == (None, None)

    snapshot.note(slo("new"))
    snapshot.note(slo("other", "shop/c"))
    assert snapshot.id_of("metric-slo shop/a") == "new"
    assert snapshot.find("metric-slo shop/c") == slo("other", "shop/c")
    assert snapshot.name_of("other") == "metric-slo shop/c"
    # Others that are read still refer to the object that was there.
    assert snapshot.reference_of("other") == "unknown other"


TAGS: Final = ["managed-by:reliability", "reliability-key:shop/a", "team:x"]


@pytest.mark.parametrize(
    ("path", "raw", "found"),
    [
        (SLOS, {"type": "metric"}, "metric-slo"),
        (SLOS, {"type": "time_slice"}, "time-slice-slo"),
        (SLOS, {"type": "monitor"}, None),
        (SLOS, {}, None),
        (MONITORS, {"type": "slo alert"}, "burn-monitor"),
        (MONITORS, {"type": "query alert"}, "no-data-monitor"),
        (MONITORS, {"type": "metric alert"}, "no-data-monitor"),
        (MONITORS, {"type": "composite"}, "composite-monitor"),
        (MONITORS, {"type": "metric"}, None),
        (MONITORS, {"type": "slo alert", "tags": None}, None),
        (MONITORS, {"type": "slo alert", "tags": ["managed-by:reliability"]}, None),
    ],
)
def test_an_object_is_ours_if_it_has_our_key_and_a_type_that_is_written(
    path: str, raw: dict[str, Any], found: str | None
) -> None:
    whole = {"id": 7, "tags": TAGS, **raw}
    remote = object_of(path, whole, OURS)
    if found is None:
        assert remote is None
    else:
        assert remote == DatadogObject(kind=found, name="shop/a", id="7", raw=whole, mark=None)
        assert remote.path == f"{path}/7"


@pytest.mark.parametrize("attributes", [None, {}, {"description": None}, {"description": "Mine"}])
def test_a_correction_without_our_mark_is_not_ours(attributes: dict[str, Any] | None) -> None:
    assert object_of(CORRECTIONS, {"id": "c", "attributes": attributes}, OURS) is None


def test_a_correction_has_its_mark_in_its_description() -> None:
    text = with_mark("Night", "shop/a/1-2", DIGEST, THEIRS)
    raw = {"id": "c", "attributes": {"description": text, "slo_id": "s"}}
    remote = object_of(CORRECTIONS, raw, OURS)
    assert remote is not None
    assert (remote.kind, remote.name, remote.id) == ("correction", "shop/a/1-2", "c")
    assert remote.mark == DatadogMark(DIGEST, THEIRS)
    assert (remote.path, remote.references) == ("/api/v1/slo/correction/c", ["s"])


LONG: Final = Owner("ABCDEF0123456789", "git.example.com/Acme/Söme~slos")


@pytest.mark.parametrize(
    ("owner", "tags"),
    [
        (None, []),
        (
            OURS,
            [
                "reliability-owner:0123456789abcdef",
                "reliability-repository:git.example.com/acme/slos",
            ],
        ),
        (
            Owner("0123456789abcdef", ""),
            ["reliability-owner:0123456789abcdef", "reliability-repository:-"],
        ),
        (
            LONG,
            [
                "reliability-owner:abcdef0123456789",
                "reliability-repository:git.example.com/acme/s_me_slos",
            ],
        ),
    ],
)
def test_a_mark_is_read_from_tags_as_it_was_written(owner: Owner | None, tags: list[str]) -> None:
    made = mark_tags(DIGEST, owner)
    assert made == [f"reliability-digest:{DIGEST}", *tags]
    for reader in (owner, None, THEIRS):
        mark = read_tags([*reversed(made), "team:x"], reader)
        assert mark is not None
        assert mark.digest == DIGEST
        if owner is None:
            assert mark.owner is None
        elif reader == owner:
            assert mark.owner == owner
        else:
            assert mark.owner is not None
            assert mark.owner.id == owner.id.lower()


@pytest.mark.parametrize(
    ("identity", "address", "read"),
    [
        ("abcdef0123456789", "git.example.com/acme/s_me_slos", LONG),
        ("ABCDEF0123456789", "git.example.com/Acme/Söme~slos", LONG),
        ("abcdef0123456789", "git.example.com/other", Owner(LONG.id, "git.example.com/other")),
        ("abcdef0123456789", "-", Owner(LONG.id, "")),
        ("abcdef0123456789", None, Owner(LONG.id, "")),
        ("0123", "git.example.com/acme/s_me_slos", Owner("0123", "git.example.com/acme/s_me_slos")),
        ("0123", "-", Owner("0123", "")),
        (None, "git.example.com/other", None),
    ],
)
def test_an_owner_is_recognized_by_its_reader(
    identity: str | None, address: str | None, read: Owner | None
) -> None:
    tags = [f"reliability-digest:{DIGEST}"]
    tags += [] if identity is None else [f"reliability-owner:{identity}"]
    tags += [] if address is None else [f"reliability-repository:{address}"]
    mark = read_tags(tags, LONG)
    assert mark == DatadogMark(DIGEST, read)


@pytest.mark.parametrize(
    "tags",
    [
        [],
        ["reliability-digest:"],
        [f"reliability-digest:{DIGEST[:-1]}"],
        [f"reliability-digest:{DIGEST}0"],
        [f"reliability-digest:{DIGEST.upper()}"],
        [f"x-reliability-digest:{DIGEST}", "reliability-owner:0123456789abcdef"],
    ],
)
def test_tags_without_a_whole_digest_have_no_mark(tags: Iterable[str]) -> None:
    assert read_tags(tags, OURS) is None


def test_a_key_is_the_first_of_its_tags_and_marks_are_left_out() -> None:
    tags = ["team:x", "reliability-key:shop/b", "reliability-key:shop/a", *mark_tags(DIGEST, OURS)]
    assert key_of(tags) == "shop/b"
    assert key_of(["team:x", "my-reliability-key:a"]) is None
    assert without_mark(tags) == ["reliability-key:shop/a", "reliability-key:shop/b", "team:x"]
