"""Stored groups of one service in a ruler: what they are, and how the declared ones are written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reliability.plan.held import DriftedResource, Foreign, Intact, MarkedObject, Owner
from reliability.providers.loaded_rules import groups_of
from reliability.providers.rulers.groups import (
    Group,
    as_declared,
    canonical,
    digest_of,
    text_of_group,
)
from reliability.providers.rulers.mark import (
    GroupMark,
    HeadMark,
    NewerMark,
    is_intact,
    marked,
    read_mark,
)
from reliability.resource import Json, Resource, ResourceId

INTERRUPTED: Final = ""
"""Digest of an object that a sync did not finish writing; it equals that of no declared object."""


class StoredBody(Mapping[str, Json]):
    """Declared form of stored groups, made on first use: a plan without changes needs none."""

    def __init__(self, groups: Callable[[], Iterable[Group]]) -> None:
        """Take what parses the groups."""
        self._groups = groups
        self._body: Mapping[str, Json] | None = None

    @property
    def body(self) -> Mapping[str, Json]:
        """The rule file that was written."""
        if self._body is None:
            parts = [read_mark(group) for group in self._groups()]
            plain = [as_declared(group) for _, group in sorted(parts, key=_position)]
            self._body = {"groups": [*plain]}
        return self._body

    def __getitem__(self, key: str) -> Json:
        return self.body[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.body)

    def __len__(self) -> int:
        return len(self.body)


def read_groups(
    identity: ResourceId, groups: Iterable[Group], body: Mapping[str, Json]
) -> MarkedObject | Foreign:
    """Classify the stored groups of an object: foreign, intact, drifted, or half written.

    Half-written ones count as intact with another digest, so that the next sync finishes them.
    `body` is the declared form of the groups.
    """
    parts = [read_mark(group) for group in groups]
    marks = [mark for mark, _ in parts if isinstance(mark, GroupMark)]
    newer = next((mark for mark, _ in parts if isinstance(mark, NewerMark)), None)
    if newer is not None:
        return Foreign(identity, str(newer))
    if not marks:
        return Foreign(identity, "it has no mark")
    for mark in marks:
        # A copy under another name has valid marks, and taking it for this object would hide that
        # both run.
        if not mark.is_of(identity):
            return Foreign(identity, f"it has the mark of {mark.kind} {mark.name}, so it is a copy")

    resource = Resource(identity, body)
    heads = [mark for mark in marks if mark.head is not None]
    owner = (heads or marks)[0].owner
    texts = [text_of_group(group) for _, group in parts]
    is_untouched = all(
        isinstance(mark, GroupMark) and is_intact(group_text, mark)
        for (mark, _), group_text in zip(parts, texts, strict=True)
    )

    match [mark.head for mark in heads]:
        case [HeadMark(declared, text, writing=False)] if is_untouched and text == _text(texts):
            return Intact(resource, declared, owner)
        case [HeadMark(declared, _, writing=False)]:
            return DriftedResource(resource, declared, owner)
        case _:
            # No head, or one that says `writing`: a sync or a deletion did not come to its end.
            return Intact(resource, INTERRUPTED, owner)


@dataclass(frozen=True, slots=True)
class GroupPut:
    """A request that stores a group."""

    group: Group


@dataclass(frozen=True, slots=True)
class GroupRemoval:
    """A request that deletes a group."""

    name: str


GroupWrite = GroupPut | GroupRemoval


@dataclass(frozen=True, slots=True)
class StoredGroups:
    """Groups that an object should have in a ruler, each with its mark."""

    groups: tuple[Group, ...]
    writing: Group
    """The head as it is while the other groups are written."""

    @classmethod
    def of(cls, resource: Resource, owner: Owner | None) -> StoredGroups:
        """Return the groups of a rule file, each of which has a rule; see `storable`."""
        plain = groups_of(resource.body)
        head = HeadMark(resource.digest, _text(map(text_of_group, plain)), writing=False)

        def with_mark(position: int, group: Group, head: HeadMark | None) -> Group:
            mark = GroupMark(
                kind=resource.id.kind,
                name=resource.id.name,
                position=position,
                digest="",
                owner=owner,
                head=head,
            )
            return marked(group, mark)

        first, *others = plain
        writing = with_mark(1, first, HeadMark(head.body, head.text, writing=True))
        rest = (with_mark(position, group, None) for position, group in enumerate(others, 2))
        return cls((with_mark(1, first, head), *rest), writing)

    def writes(self, stored: Sequence[Group]) -> Sequence[GroupWrite]:
        """Return the requests that lead from the stored groups to these, in their order.

        If more than one is needed, the head says `writing` from the first to the last of them: a
        sync that is killed in between is then no change by a person.
        """
        there = {str(group["name"]): canonical(group) for group in stored}
        changed = [group for group in self.groups if there.get(group["name"]) != canonical(group)]
        wanted = {group["name"] for group in self.groups}
        removed = [GroupRemoval(name) for name in there if name not in wanted]
        if not removed and len(changed) < 2:
            return [GroupPut(group) for group in changed]

        head = self.groups[0]
        others = [GroupPut(group) for group in changed if group is not head]
        return [GroupPut(self.writing), *others, *removed, GroupPut(head)]


def _position(part: tuple[Any, Group]) -> tuple[int, str]:
    """Order groups as in the rule file; rulers print them in an order of their own."""
    mark, group = part
    last = (1_000_000, str(group.get("name")))
    return (mark.position, "") if isinstance(mark, GroupMark) else last


def _text(groups: Iterable[str]) -> str:
    """Return the digest of the canonical texts of groups, in any order."""
    digests = [hashlib.sha256(group.encode("ascii")).hexdigest() for group in groups]
    return digest_of({"groups": sorted(digests)})
