"""Drafts as text: comments beside values, large files in parts, two documents as one."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.convert.converter import Draft, OriginalLocation, PlainFile
from reliability.convert.joining import JoinedDocument, join
from reliability.convert.splitting import LARGEST, files_of, split
from reliability.convert.writing import Block, block_text

ORIGIN = OriginalLocation(PlainFile(PurePosixPath("CODEOWNERS"), ""))
PATH = PurePosixPath("services/shop/alert-policy.yaml")


def drafted(kind: str = "AlertPolicy", name: str = "shop", **spec: Any) -> Draft:
    return Draft(PATH, block(kind, Block(spec), name), ORIGIN)


def block(kind: str, spec: Any, name: str = "shop") -> Block:
    return Block({"kind": kind, "metadata": {"name": name}, "spec": spec})


def signal(size: int) -> Block:
    return Block({"name": "a" * size})


def test_comments_stand_beside_a_line_and_before_several() -> None:
    body: dict[str, Any] = {"a": 1, "b": [2], "on": None}
    items = (Block({"x": 1, "w": "p\nq"}, {"x": "why"}), Block({"z": {}}))
    whole: dict[str, Any] = {
        "spec": Block(body, {"a": "one\n  line", "on": ""}),
        "signals": items,
        "empty": (),
        "plain": [1],
    }
    written = Block(whole, {"spec": "of it", "empty": "none"})
    assert (
        block_text(written)
        == """\
# of it
spec:
  a: 1  # one line
  b:
    - 2
  "on": null
signals:
  - x: 1  # why
    w: |-
      p
      q
  - z: {}
empty: []  # none
plain:
  - 1
"""
    )


def test_the_signals_of_a_large_policy_become_several_policies_in_several_files() -> None:
    size = LARGEST // 2
    draft = drafted(service="s" * 49 + "-x", objectives=[1], signals=[signal(size)] * 3)
    first, second, third = split([draft])
    assert [str(each.path.name) for each in (first, second, third)] == [
        "alert-policy.yaml",
        "alert-policy-2.yaml",
        "alert-policy-3.yaml",
    ]
    spec: Any = first.document.body["spec"]
    assert (first.document.body["metadata"], list(spec.body)) == (
        {"name": "shop"},
        ["service", "objectives", "signals"],
    )
    spec = third.document.body["spec"]
    assert (third.document.body["metadata"], list(spec.body)) == (
        {"name": "s" * 49 + "-part-3"},
        ["service", "signals"],
    )


def test_what_is_not_large_or_no_policy_stays_one() -> None:
    for draft in (
        drafted(service="shop", signals=[signal(9), signal(9)]),
        drafted(service="shop"),
        drafted("SLO", service="shop", signals=[signal(LARGEST)] * 2),
    ):
        (one,) = split([draft])
        assert block_text(one.document) == block_text(draft.document)
        assert one.path == draft.path


def test_documents_of_one_path_fill_files_up_to_the_limit() -> None:
    big = drafted("SLO", text="a" * (LARGEST // 2))
    small = drafted("SLO", text="a")
    packed = [(path.name, len(part)) for path, part in files_of([small, big, big, small])]
    assert packed == [("alert-policy.yaml", 2), ("alert-policy-2.yaml", 2)]
    huge = drafted("SLO", text="a" * LARGEST)
    assert [(path.name, len(part)) for path, part in files_of([huge, small])] == [
        ("alert-policy.yaml", 1),
        ("alert-policy-2.yaml", 1),
    ]


def test_a_file_is_at_most_as_large_as_the_limit() -> None:
    small = drafted("SLO", text="a")
    size = len(block_text(small.document))
    exact = drafted("SLO", text="a" * (LARGEST - 2 * size + 1))
    assert len(block_text(exact.document)) + size == LARGEST
    assert [len(part) for _, part in files_of([exact, small])] == [2]
    larger = drafted("SLO", text="a" * (LARGEST - 2 * size + 2))
    assert [len(part) for _, part in files_of([larger, small])] == [1, 1]


def test_lists_of_two_alert_policies_follow_each_other() -> None:
    first: dict[str, Any] = {"service": "a", "signals": (1,), "x": 1}
    second: dict[str, Any] = {"service": "a", "signals": (2,), "objectives": (3,)}
    both: dict[str, Any] = {"service": "a", "x": 1, "objectives": (3,), "signals": (1, 2)}
    one = block("AlertPolicy", Block(first, {"x": "why"}))
    other = block("AlertPolicy", Block(second))
    joined = join(one, other)
    assert joined == JoinedDocument(block("AlertPolicy", Block(both, {"x": "why"})))


def test_what_one_owner_leaves_open_the_other_fills_with_its_comment() -> None:
    one = Block(
        {
            "team": "undecided",
            "lead": "@undecided",
            "tags": {"a": 1},
            "tier": "high",
            "same": 1,
            "kept": 2,
        },
        {"team": "decide", "lead": "decide", "kept": "mine"},
    )
    other = Block(
        {
            "team": "shop",
            "lead": "@ren",
            "tags": {"a": 2, "b": 2},
            "tier": "low",
            "same": 1,
            "new": 3,
        },
        {"team": "known", "tier": "theirs"},
    )
    spec = Block(
        {
            "team": "shop",
            "lead": "@ren",
            "tags": {"a": 1, "b": 2},
            "tier": "high",
            "same": 1,
            "kept": 2,
            "new": 3,
        },
        {"team": "known", "kept": "mine"},
    )
    assert join(block("Ownership", one), block("Ownership", other)) == JoinedDocument(
        block("Ownership", spec), ("tier",)
    )
    opened = Block({"tier": "undecided", "team": "undecided"}, {"tier": "theirs"})
    assert join(block("Ownership", one), block("Ownership", opened)) == JoinedDocument(
        block("Ownership", one)
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (block("SLO", Block({})), block("SLO", Block({}))),
        (block("Team", {}), block("Team", Block({}))),
        (block("Team", Block({})), block("Team", {})),
    ],
)
def test_two_documents_of_another_kind_are_not_joined(first: Block, second: Block) -> None:
    assert join(first, second) is None
