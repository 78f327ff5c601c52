"""Conversion of a Backstage group and its users to a team."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reliability.check.wording import NOBODY
from reliability.convert.backstage.entities import Entity, reference
from reliability.convert.converter import Converted, changed, decide, sequence
from reliability.convert.documents import DECIDE_MEMBERS, team
from reliability.convert.writing import Block
from reliability.resource import Json

LOGIN: Final = "github.com/user-login"
TEAM_SLUG: Final = "github.com/team-slug"
HANDLE: Final = re.compile(r"@[A-Za-z0-9][-A-Za-z0-9_/.]*")
NO_FIELD: Final = "is not imported: a team has no such field"


def handle(user: Entity) -> str:
    """Return the handle of a user: the GitHub login, or else the name."""
    login = user.metadata.inner("annotations").values.get(LOGIN)
    return f"@{login or user.name}"


def members_of(users: Sequence[Entity]) -> dict[str, list[str]]:
    """Return the handles of each group's users, from the `memberOf` of the users."""
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
    """Yield the team for a group, and diagnostics on its unknown fields."""
    if not group.name:
        yield decide(
            group.metadata.origin, "a group without a name cannot become a team", "name the group"
        )
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
    comments = {} if members else {"members": DECIDE_MEMBERS}
    body["members"] = [*members] or [NOBODY]
    notes = group.metadata.inner("annotations")
    slug = notes.values.get(TEAM_SLUG)
    if isinstance(slug, str) and HANDLE.fullmatch(f"@{slug}"):
        notes.take(TEAM_SLUG)
        body["codeHost"] = f"@{slug}"

    if group.metadata.values.get("name") != group.name:
        message = f"the team is named {group.name}: names may only contain a-z, 0-9 and -"
        yield changed(group.metadata.at("name"), message)

    yield team(group.name, Block(body, comments), group.fields.origin)
    missing = "channels or on-call schedule" if members else "members, channels or on-call schedule"
    message = f"team {group.name} has no {missing} in the catalog"
    help_text = f"set them in policies/teams/{group.name}.yaml"
    yield decide(group.metadata.at("name"), message, help_text)
    for fields in (profile, notes, group.metadata, group.spec, group.fields):
        yield from fields.diagnostics(NO_FIELD)
