"""What is sent to rulers and tenants: split groups, secrets by name, topics, and the order."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Update
from reliability.plan.held import DriftedResource, Foreign, Intact, Owner
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.rulers.declared import storable
from reliability.providers.rulers.groups import text_of_group
from reliability.providers.rulers.mark import read_mark
from reliability.providers.rulers.notification_topics import AmazonNotifications, unaccepted
from reliability.providers.rulers.secret_references import (
    part_at,
    paths_left,
    references,
    replaced,
    with_references,
)
from reliability.providers.rulers.several import write_several
from reliability.providers.rulers.stored import (
    GroupPut,
    GroupRemoval,
    StoredBody,
    StoredGroups,
    read_groups,
)
from reliability.resource import Resource, ResourceId

OURS: Final = Owner("0123456789abcdef", "git.example.com/acme/slos")
IDENTITY: Final = ResourceId("ruler", "rules", "shop")


def group(name: str, *records: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "rules": [{"record": one, "expr": "up"} for one in records], **more}


def rules(*groups: dict[str, Any], **more: Any) -> Resource:
    return Resource(IDENTITY, {"groups": list(groups), **more})


@pytest.mark.parametrize(
    ("groups", "most", "shown"),
    [
        ([group("a", "1", "2", "3")], None, ["a 123"]),
        ([group("a", "1", "2", "3")], 0, ["a 123"]),
        ([group("a", "1", "2", "3")], 3, ["a 123"]),
        ([group("a", "1", "2", "3")], 2, ["a 12", "a part 2 3"]),
        ([group("a", "1", "2", "3")], 1, ["a 1", "a part 2 2", "a part 3 3"]),
        (
            [group("a", "1", "2"), group("a part 2", "3"), group("b", "4", "5")],
            1,
            ["a 1", "a part 3 2", "a part 2 3", "b 4", "b part 2 5"],
        ),
        ([group("a"), group("b", "1"), group("c")], None, ["b 1"]),
        ([group("a"), {"name": "b"}, {"name": "c", "rules": None}], None, None),
        ([], 1, None),
    ],
)
def test_groups_are_split_at_the_limit_and_empty_ones_are_left_out(
    groups: list[dict[str, Any]], most: int | None, shown: list[str] | None
) -> None:
    made: list[Any] = [*storable([rules(*groups, other=1)], most)]
    if shown is None:
        assert made == []
        return
    [resource] = made
    assert (resource.id, resource.body["other"]) == (IDENTITY, 1)
    assert [
        f"{one['name']} {''.join(rule['record'] for rule in one['rules'])}"
        for one in resource.body["groups"]
    ] == shown


def test_parts_of_a_group_have_its_other_keys() -> None:
    [resource] = storable([rules(group("a", "1", "2", interval="1m"))], 1)
    made: Any = resource.body["groups"]
    assert [one["interval"] for one in made] == ["1m", "1m"]


SECRETS: Final = {"/s/key": "env:KEY", "/s/url": "env:URL"}
CONFIG: Final[dict[str, Any]] = {
    "global": {"smtp_auth_password_file": "/s/other", "resolve_timeout": "5m"},
    "receivers": [
        {"name": "/s/key", "pagerduty_configs": [{"routing_key_file": "/s/key", "x": 1}]},
        {"name": "b_file", "webhook_configs": [{"url_file": "/s/url", "max_file": 3}]},
    ],
    "templates": ["env:a", "b"],
}


def test_paths_are_replaced_by_the_names_of_their_secrets() -> None:
    made = with_references(CONFIG, SECRETS)
    assert made == {
        "global": {"smtp_auth_password_file": "/s/other", "resolve_timeout": "5m"},
        "receivers": [
            {"name": "/s/key", "pagerduty_configs": [{"routing_key": "env:KEY", "x": 1}]},
            {"name": "b_file", "webhook_configs": [{"url": "env:URL", "max_file": 3}]},
        ],
        "templates": ["env:a", "b"],
    }
    assert list(paths_left(made)) == ["/s/other"]
    assert list(paths_left(CONFIG)) == ["/s/other", "/s/key", "/s/url"]
    assert list(paths_left([{"a_file": {"b_file": "c"}}, 1, "d_file"])) == ["c"]
    assert list(references(made)) == [
        (("receivers", 0, "pagerduty_configs", 0, "routing_key"), "env:KEY"),
        (("receivers", 1, "webhook_configs", 0, "url"), "env:URL"),
        (("templates", 0), "env:a"),
    ]
    assert list(references("env:A")) == [((), "env:A")]
    assert list(references(["ENV:A", "a env:A", 1, None])) == []


@pytest.mark.parametrize(
    ("at", "part", "changed"),
    [
        ((), {"a": [1, {"b": 2}]}, "new"),
        (("a",), [1, {"b": 2}], {"a": "new"}),
        (("a", 0), 1, {"a": ["new", {"b": 2}]}),
        (("a", 1), {"b": 2}, {"a": [1, "new"]}),
        (("a", 1, "b"), 2, {"a": [1, {"b": "new"}]}),
        (("a", 2), None, None),
        (("a", "0"), None, None),
        (("a", 0, 0), None, None),
        (("b",), None, None),
        ((0,), None, None),
    ],
)
def test_a_part_is_found_and_replaced_if_it_is_there(
    at: tuple[str | int, ...], part: object, changed: object
) -> None:
    value = {"a": [1, {"b": 2}]}
    assert part_at(value, at) == part
    assert replaced(value, at, "new") == (value if changed is None else changed)
    assert value == {"a": [1, {"b": 2}]}


PAGE: Final = {"routing_key_file": "/k", "description": "d", "severity": "s", "details": {"a": "b"}}


@pytest.mark.parametrize(
    ("receiver", "shown"),
    [
        ({"name": "mine", "slack_configs": [1]}, {"name": "mine", "slack_configs": [1]}),
        ({"name": "reliability/web/alert"}, {"name": "reliability/web/alert"}),
        (
            {"name": "reliability/web/log", "slack_configs": [{"send_resolved": True}]},
            {"name": "reliability/web/log"},
        ),
    ],
)
def test_receivers_of_others_stay_and_ours_without_a_topic_notify_nobody(
    receiver: dict[str, Any], shown: dict[str, Any]
) -> None:
    notifications = AmazonNotifications(region="eu-west-1", topics={"alert": "arn:a"})
    config: dict[str, Any] = {"route": {"receiver": "mine"}, "receivers": [receiver]}
    assert notifications.applied(config) == {**config, "receivers": [shown]}
    assert notifications.applied({"route": {}}) == {"route": {}, "receivers": []}


@pytest.mark.parametrize(
    ("name", "resolved", "attributes", "is_resolved"),
    [
        ("reliability/web/alert", [True, True], {"tier": "alert", "team": "web"}, True),
        ("reliability/a/b/alert", [True, False], {"tier": "alert", "team": "a/b"}, False),
        ("reliability/alert", [False, False], {"tier": "alert"}, False),
    ],
)
def test_a_topic_has_the_tier_and_the_team(
    name: str, resolved: list[bool], attributes: dict[str, str], is_resolved: bool
) -> None:
    slack, page = resolved
    receiver: Any = {
        "name": name,
        "slack_configs": [{"send_resolved": slack}],
        "webhook_configs": [{"send_resolved": page}],
    }
    notifications = AmazonNotifications(region="eu-west-1", topics={"alert": "arn:a"})
    [made] = notifications.applied({"receivers": [receiver]})["receivers"]
    [topic] = made.pop("sns_configs")
    assert made == {"name": name}
    assert topic["attributes"] == attributes
    assert (topic["topic_arn"], topic["sigv4"]) == ("arn:a", {"region": "eu-west-1"})
    assert topic["send_resolved"] is is_resolved


def test_only_pages_whose_keys_are_in_secrets_manager_stay() -> None:
    other = {**PAGE, "routing_key_file": "/other", "send_resolved": True}
    ours = {**PAGE, "send_resolved": True, "links": []}
    receiver: Any = {"name": "reliability/web/alert", "pagerduty_configs": [other, ours]}
    notifications = AmazonNotifications(
        region="eu-west-1", topics={}, secrets={"/k": "arn:aws:secretsmanager:x:key"}
    )
    [made] = notifications.applied({"receivers": [receiver]})["receivers"]
    secret = {
        "secret_arn": "arn:aws:secretsmanager:x",
        "secret_key": "key",
        "refresh_interval": "5m",
    }
    assert made == {
        "name": "reliability/web/alert",
        "pagerduty_configs": [
            {
                "routing_key": {"aws_secrets_manager": secret},
                "description": "d",
                "severity": "s",
                "details": {"a": "b"},
            }
        ],
    }


def test_what_the_service_does_not_take_is_named() -> None:
    key: dict[str, Any] = {"aws_secrets_manager": {}}
    config: dict[str, Any] = {
        "receivers": [
            {"name": "a", "sns_configs": [{}], "slack_configs": [{}], "email_configs": []},
            {"name": "b", "pagerduty_configs": [{"routing_key": key}], "configs": 1},
            {"name": "c", "pagerduty_configs": [{"routing_key": key}, {"routing_key": "k"}]},
            {"name": "d", "pagerduty_configs": [{"routing_key_file": "/k"}]},
        ]
    }
    assert list(unaccepted(config)) == [
        "slack_configs of the receiver a",
        "email_configs of the receiver a",
        "pagerduty_configs of the receiver c",
        "pagerduty_configs of the receiver d",
    ]
    assert list(unaccepted({})) == []


def service(name: str) -> Resource:
    return Resource(ResourceId("ruler", "rules", name), {})


def shown_outcomes(outcomes: Iterable[Outcome]) -> list[str]:
    return [
        f"{type(one.change).__name__} {one.change.id.name}"
        + (f": {one.why}" if isinstance(one, ChangeFailed) else "")
        for one in outcomes
    ]


@pytest.mark.parametrize(
    ("failing", "shown"),
    [
        (
            [],
            ["Create a", "Update c", "Create d", "Claim f", "Delete b", "Delete e"],
        ),
        (
            ["c", "f", "b"],
            ["Create a", "Update c: no", "Create d", "Claim f: no", "Delete b: no", "Delete e"],
        ),
        (
            ["a", "d"],
            [
                "Create a: no",
                "Update c",
                "Create d: no",
                "Claim f",
                "Delete b: not deleted: a was not created, and may have its rules",
                "Delete e: not deleted: a was not created, and may have its rules",
            ],
        ),
    ],
)
@pytest.mark.parametrize("is_evaluated", [True, False])
def test_deletes_come_last_and_not_if_a_creation_failed(
    failing: list[str], shown: list[str], is_evaluated: bool
) -> None:
    a, b, c, d, e, f = map(service, "abcdef")
    changes: list[Change] = [Create(a), Delete(b), Update(c, c), Create(d), Delete(e), Claim(f)]
    written: list[str] = []

    def write(change: Change) -> None:
        written.append(change.id.name)
        if change.id.name in failing:
            raise ProviderError("no")

    counts: list[int] = []

    def evaluated(outcomes: Iterable[Outcome], count: int) -> Iterator[Outcome]:
        counts.append(count)
        yield from outcomes

    outcomes = write_several(write, changes, evaluated if is_evaluated else None)
    assert shown_outcomes(outcomes) == shown
    assert counts == ([4] if is_evaluated else [])
    deleted = [] if failing[:1] == ["a"] else ["b", "e"]
    assert sorted(written) == sorted(["a", "c", "d", "f", *deleted])


def test_a_creation_that_fails_its_evaluation_keeps_what_would_be_deleted() -> None:
    def evaluated(outcomes: Iterable[Outcome], _count: int) -> Iterator[Outcome]:
        return (ChangeFailed(one.change, "cannot be evaluated") for one in outcomes)

    changes: list[Change] = [Delete(service("a")), Create(service("b"))]
    outcomes = write_several(lambda _: None, changes, evaluated)
    assert shown_outcomes(outcomes) == [
        "Create b: cannot be evaluated",
        "Delete a: not deleted: b was not created, and may have its rules",
    ]


def test_four_services_are_written_at_a_time() -> None:
    """A fifth would be needed to break this barrier; three would wait until it times out."""
    barrier = threading.Barrier(4, timeout=30)
    changes = [Create(service(f"s{number}")) for number in range(8)]

    def write(_: Change) -> None:
        barrier.wait()

    outcomes = list(write_several(write, changes))
    assert all(isinstance(one, ChangeApplied) for one in outcomes)


DECLARED: Final = rules(group("a", "1", interval="1m"), group("b", "2"), group("c", "3"))


def stored(resource: Resource = DECLARED, owner: Owner | None = OURS) -> list[Any]:
    return [*StoredGroups.of(resource, owner).groups]


def writes(resource: Resource, there: list[Any], owner: Owner | None = OURS) -> list[str]:
    """The requests for groups, of which the head has the state of its mark."""
    lines = []
    for write in StoredGroups.of(resource, owner).writes(there):
        match write:
            case GroupRemoval(name):
                lines.append(f"remove {name}")
            case GroupPut(put):
                is_writing = " writing" if " writing " in put["rules"][0]["expr"] else ""
                lines.append(f"put {put['name']}{is_writing}")
    return lines


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (DECLARED, []),
        (
            rules(group("a", "1"), group("b", "2"), group("c", "3")),
            ["put a"],
        ),
        (
            rules(group("a", "1", interval="1m"), group("b", "9"), group("c", "3")),
            ["put a writing", "put b", "put a"],
        ),
        (
            rules(group("a", "1", interval="1m"), group("c", "3")),
            ["put a writing", "put c", "remove b", "put a"],
        ),
        (
            rules(group("a", "1", interval="1m"), group("b", "2")),
            ["put a writing", "remove c", "put a"],
        ),
        (
            rules(group("b", "2")),
            ["put b writing", "remove a", "remove c", "put b"],
        ),
        (
            rules(group("x", "2"), group("y", "3")),
            ["put x writing", "put y", "remove a", "remove b", "remove c", "put x"],
        ),
    ],
)
def test_the_head_says_that_a_sync_writes_if_there_is_more_than_one_request(
    after: Resource, lines: list[str]
) -> None:
    assert writes(after, stored()) == lines


def test_a_first_write_begins_and_ends_with_the_head() -> None:
    assert writes(DECLARED, []) == ["put a writing", "put b", "put c", "put a"]
    assert writes(rules(group("a", "1")), []) == ["put a"]


def classified(groups: list[Any], identity: ResourceId = IDENTITY) -> str:
    held = read_groups(identity, groups, StoredBody(lambda: groups))
    match held:
        case Foreign():
            return f"foreign: {held.why}"
        case Intact():
            whole = "unfinished" if held.digest == "" else "intact"
            return f"{whole} of {held.owner}"
        case DriftedResource():
            return f"drifted of {held.owner}"
        case _:
            return "?"


def expression(groups: list[Any], at: int, expr: str) -> list[Any]:
    """The groups with another expression of one group's first rule."""
    first, *others = groups[at]["rules"]
    changed = {**groups[at], "rules": [{**first, "expr": expr}, *others]}
    return [*groups[:at], changed, *groups[at + 1 :]]


WRITING: Final = StoredGroups.of(DECLARED, OURS).writing
ONE: Final = stored(rules(group("a", "1")))
PLAIN: Final = group("mine", "1")


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        (stored(), f"intact of {OURS}"),
        (stored()[::-1], f"intact of {OURS}"),
        (stored(owner=None), "intact of None"),
        (ONE, f"intact of {OURS}"),
        ([*stored(), PLAIN], f"drifted of {OURS}"),
        (stored()[:2], f"drifted of {OURS}"),
        ([*stored(), {**stored()[1], "name": "copy"}], f"drifted of {OURS}"),
        ([{**one, "interval": "7m"} for one in stored()], f"drifted of {OURS}"),
        # The group is as written, and the mark is not.
        (
            expression(stored(), 1, stored()[1]["rules"][0]["expr"].replace("=2:", "=7:")),
            f"drifted of {OURS}",
        ),
        ([WRITING, *stored()[1:]], f"unfinished of {OURS}"),
        ([WRITING], f"unfinished of {OURS}"),
        (stored()[1:], f"unfinished of {OURS}"),
        ([*ONE, *stored()], f"unfinished of {OURS}"),
        ([PLAIN], "foreign: it has no mark"),
        ([], "foreign: it has no mark"),
        (
            expression(stored(), 1, "# reliability/2 x\nup"),
            "foreign: its mark has format 2, and 1 is the newest that is read here: a newer "
            "version of reliability wrote it; update this one",
        ),
    ],
)
def test_stored_groups_are_intact_drifted_unfinished_or_foreign(
    groups: list[Any], shown: str
) -> None:
    assert classified(groups) == shown


def test_groups_of_another_service_are_a_copy() -> None:
    other = ResourceId("ruler", "rules", "cart")
    assert classified(stored(), other) == "foreign: it has the mark of rules shop, so it is a copy"
    mine = stored(replace(DECLARED, id=other))
    assert classified([*mine, stored()[1]], other).endswith("so it is a copy")


def test_the_declared_form_has_the_order_of_the_file_and_is_parsed_once() -> None:
    calls: list[int] = []

    def parsed() -> list[Any]:
        calls.append(1)
        return [PLAIN, {"name": "another", "rules": []}, *stored()[::-1]]

    body = StoredBody(parsed)
    assert calls == []
    groups: Any = body["groups"]
    assert [one["name"] for one in groups] == ["a", "b", "c", "another", "mine"]
    assert groups[0] == group("a", "1", interval="1m")
    assert ([*body], len(body), len(calls)) == (["groups"], 1, 1)


def test_each_group_has_a_mark_with_its_position_and_the_first_the_digests() -> None:
    marks: list[Any] = [read_mark(one)[0] for one in stored()]
    assert [mark.position for mark in marks] == [1, 2, 3]
    writing: Any = read_mark(WRITING)[0]
    assert (writing.position, writing.head.writing) == (1, True)
    assert [mark.head is None for mark in marks] == [False, True, True]
    assert (marks[0].head.body, marks[0].head.writing) == (DECLARED.digest, False)
    assert {mark.owner for mark in marks} == {OURS}
    texts = [text_of_group(read_mark(one)[1]) for one in stored()]
    declared: Any = DECLARED.body
    assert [text_of_group(one) for one in declared["groups"]] == texts
