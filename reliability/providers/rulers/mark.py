"""Mark of a rule group: a PromQL comment on the first line of its first rule's expression.

A ruler keeps expressions as they were sent, comments included, but has no place for anything else:
recording rules have no annotations, and a label would change the series. Every group has a mark
with a digest of its content. The first group of a service is its head. The head's mark also has the
digest of the declared rules, that of all groups together, and whether a sync is still writing.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Final

from reliability.plan.held import Owner
from reliability.providers.mark import FORMAT, NO_ADDRESS
from reliability.providers.rulers.groups import Group, text_of_group
from reliability.resource import ResourceId

NEWER: Final = re.compile(r"# reliability/(?P<format>[1-9][0-9]{0,5}) ")
MARK: Final = re.compile(
    r"# reliability (?P<kind>[!-~]+) (?P<name>[!-~]+) group=(?P<position>[0-9]{1,6})"
    r":(?P<digest>[0-9a-f]{64})"
    r"(?P<head> sha256=(?P<body>[0-9a-f]{64}) text=(?P<text>[0-9a-f]{64})(?P<writing> writing)?)?"
    r"(?: owner=(?P<owner>[A-Za-z0-9-]{16,64}) repository=(?P<repository>[!-~]+))?"
)


@dataclass(frozen=True, slots=True)
class HeadMark:
    """What only the head's mark has: digests of the declared body, and of all stored groups."""

    body: str
    text: str
    writing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMark:
    """Mark of a group of the object `kind name`; `position` is its place in the rule file."""

    kind: str
    name: str
    position: int
    digest: str
    owner: Owner | None
    head: HeadMark | None = None

    def is_of(self, identity: ResourceId) -> bool:
        """Return whether this is the mark of an object."""
        return (self.kind, self.name) == (identity.kind, identity.name)

    def __str__(self) -> str:
        head = ""
        if self.head is not None:
            writing = " writing" if self.head.writing else ""
            head = f" sha256={self.head.body} text={self.head.text}{writing}"
        owner = ""
        if self.owner is not None:
            owner = f" owner={self.owner.id} repository={self.owner.address or NO_ADDRESS}"
        return (
            f"# reliability {self.kind} {self.name} group={self.position}:{self.digest}"
            f"{head}{owner}"
        )


@dataclass(frozen=True, slots=True)
class NewerMark:
    """Mark in a format that a newer version wrote."""

    format: int

    def __str__(self) -> str:
        return (
            f"its mark has format {self.format}, and {FORMAT} is the newest that is read here: a "
            "newer version of reliability wrote it; update this one"
        )


AnyMark = GroupMark | NewerMark


def marked(group: Group, mark: GroupMark) -> Group:
    """Return a group with a mark, whose digest covers the group and the rest of the mark."""
    signed = replace(mark, digest=_digest(text_of_group(group), mark))
    first, *others = group["rules"]
    expr = f"{signed}\n{first['expr']}"
    return {**group, "rules": [{**first, "expr": expr}, *others]}


def read_mark(group: Group) -> tuple[AnyMark | None, Group]:
    """Return the mark of a group, and the group without it."""
    first, *others = group.get("rules") or [{}]
    line, _, expr = str(first.get("expr", "")).partition("\n")
    newer = NEWER.match(line)
    if newer is not None:
        return NewerMark(int(newer["format"])), group
    match = MARK.fullmatch(line.rstrip())
    if match is None:
        return None, group
    return _mark(match), {**group, "rules": [{**first, "expr": expr}, *others]}


def is_intact(group: str, mark: GroupMark) -> bool:
    """Return whether a group's canonical text, without its mark, is as written with that mark."""
    return mark.digest == _digest(group, mark)


def _mark(match: re.Match[str]) -> GroupMark:
    owner = None
    if match["owner"]:
        address = match["repository"]
        owner = Owner(match["owner"], "" if address == NO_ADDRESS else address)
    head = None
    if match["head"]:
        head = HeadMark(match["body"], match["text"], writing=bool(match["writing"]))
    return GroupMark(
        kind=match["kind"],
        name=match["name"],
        position=int(match["position"]),
        digest=match["digest"],
        owner=owner,
        head=head,
    )


def _digest(group: str, mark: GroupMark) -> str:
    """Return the SHA-256 of the canonical JSON of `{"group": ..., "mark": ...}`.

    The text of the group is a part of it as it is, because making it takes most of the time.
    """
    signed = json.dumps(str(replace(mark, digest="")))
    return hashlib.sha256(f'{{"group":{group},"mark":{signed}}}'.encode("ascii")).hexdigest()
