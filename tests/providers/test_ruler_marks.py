"""Marks of groups that a ruler stores: written, read back, and refused if something differs."""

from dataclasses import replace
from typing import Any

import pytest

from reliability.plan.held import Owner
from reliability.providers.rulers.groups import text_of_group
from reliability.providers.rulers.mark import (
    GroupMark,
    HeadMark,
    NewerMark,
    is_intact,
    marked,
    read_mark,
)
from reliability.resource import ResourceId

GROUP: Any = {"name": "slo", "rules": [{"record": "a", "expr": "b"}, {"record": "c", "expr": "d"}]}
PLAIN = GroupMark(kind="rules", name="shop", position=2, digest="0" * 64, owner=None)
HEAD = HeadMark(body="1" * 64, text="2" * 64, writing=False)
OWNER = Owner("0123456789abcdef", "git.example.com/acme/slos")


@pytest.mark.parametrize("head", [None, HEAD, replace(HEAD, writing=True)])
@pytest.mark.parametrize("owner", [None, OWNER, replace(OWNER, address="")])
def test_a_mark_is_read_as_it_was_written(head: HeadMark | None, owner: Owner | None) -> None:
    mark = replace(PLAIN, head=head, owner=owner)
    stored = marked(GROUP, mark)
    assert stored["rules"][1:] == GROUP["rules"][1:]
    found, group = read_mark(stored)
    assert group == GROUP
    assert isinstance(found, GroupMark)
    assert replace(found, digest=PLAIN.digest) == mark
    assert is_intact(text_of_group(group), found)


def test_the_text_of_a_mark() -> None:
    mark = replace(PLAIN, head=replace(HEAD, writing=True), owner=OWNER)
    assert str(mark) == (
        f"# reliability rules shop group=2:{'0' * 64} sha256={'1' * 64} text={'2' * 64} writing"
        " owner=0123456789abcdef repository=git.example.com/acme/slos"
    )
    assert str(replace(PLAIN, owner=replace(OWNER, address=""))).endswith(" repository=-")


@pytest.mark.parametrize(
    "other",
    [
        {"name": "other"},
        {"rules": [{"record": "a", "expr": "b"}]},
        {"rules": [{"record": "a", "expr": "e"}, {"record": "c", "expr": "d"}]},
        {"interval": "5m"},
    ],
)
def test_a_group_that_somebody_changed_is_not_intact(other: dict[str, Any]) -> None:
    found, _ = read_mark(marked(GROUP, PLAIN))
    assert isinstance(found, GroupMark)
    assert not is_intact(text_of_group({**GROUP, **other}), found)
    for changed in (replace(found, position=3), replace(found, name="cart")):
        assert not is_intact(text_of_group(GROUP), changed)


def test_a_mark_is_of_one_object() -> None:
    assert PLAIN.is_of(ResourceId("t", "rules", "shop"))
    assert not PLAIN.is_of(ResourceId("t", "rules", "cart"))
    assert not PLAIN.is_of(ResourceId("t", "slo", "shop"))


@pytest.mark.parametrize("expr", ["b", "# a comment\nb", "# reliability rules shop\nb"])
def test_groups_of_others_have_no_mark(expr: str) -> None:
    group: Any = {"name": "slo", "rules": [{"record": "a", "expr": expr}]}
    assert read_mark(group) == (None, group)
    assert read_mark({"name": "slo", "rules": []})[0] is None


def test_a_mark_of_a_newer_version_says_so() -> None:
    group: Any = {"name": "slo", "rules": [{"record": "a", "expr": "# reliability/7 x\nb"}]}
    assert read_mark(group) == (NewerMark(7), group)
    assert str(NewerMark(7)).startswith("its mark has format 7, and ")
