"""A group of Backstage and its users -> a team."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reliability.convert.backstage.entities import Entity, reference
from reliability.convert.converter import Converted, changed, decide, sequence
from reliability.convert.documents import NOBODY, team
from reliability.convert.writing import Block
from reliability.resource import Json

LOGIN: Final = "github.com/user-login"
TEAM_SLUG: Final = "github.com/team-slug"
HANDLE: Final = re.compile(r"@[A-Za-z0-9][-A-Za-z0-9_/.]*")
NO_WORD: Final = "is a field that a team has no word for"


def handle(user: Entity) -> str:
    """The handle of a user: the login on GitHub, or the name."""
    login = user.metadata.inner("annotations").values.get(LOGIN)
    return f"@{login or user.name}"


def members_of(users: Sequence[Entity]) -> dict[str, list[str]]:
    """The handles of the users of each group, by what the users say."""
    members: dict[str, list[str]] = {}
    for user in users:
        for text in sequence(user.spec.values.get("memberOf")):
            group = reference(text, "group")
            if group:
                members.setdefault(group[1], []).append(handle(user))
    return members


def read_group(
    group: Entity, joined: Mapping[str, list[str]], users: Mapping[str, Entity]
) -> Iterator[Converted]:
    """The team that a group is."""
    if not group.name:
        yield decide(group.metadata.origin, "a group without a name is no team", "name it")
        return
    body: dict[str, Json | Block] = {}
    profile = group.spec.inner("profile")
    if display := profile.text("displayName") or group.metadata.text("title"):
        body["displayName"] = display
    named = [reference(text, "user") for text in sequence(group.spec.take("members"))]
    handles = [
        handle(users[user[1]]) if user[1] in users else f"@{user[1]}" for user in named if user
    ]
    members = list(dict.fromkeys((*handles, *joined.get(group.name, ()))))
    comments = {} if members else {"members": "decide: who they are"}
    body["members"] = [*members] or [NOBODY]
    notes = group.metadata.inner("annotations")
    slug = notes.values.get(TEAM_SLUG)
    if isinstance(slug, str) and HANDLE.fullmatch(f"@{slug}"):
        notes.take(TEAM_SLUG)
        body["codeHost"] = f"@{slug}"
    if group.metadata.values.get("name") != group.name:
        yield changed(group.metadata.at("name"), f"the team is {group.name}: a-z, 0-9 and -")
    yield team(group.name, Block(body, comments), group.fields.origin)
    lacks = "its channels and its on-call" if members else "its members, channels and on-call"
    message = f"the catalog does not say {lacks}, which a team needs"
    yield decide(group.metadata.at("name"), message, f"complete policies/teams/{group.name}.yaml")
    for fields in (profile, notes, group.metadata, group.spec, group.fields):
        yield from fields.remarks(NO_WORD)
