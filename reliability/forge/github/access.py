"""People and teams that do not have access to a repository of GitHub any more.

For a person, `GET /repos/{owner}/{repo}/collaborators/{username}` returns 204 or 404
(https://docs.github.com/rest/collaborators/collaborators). It needs the permission `metadata`,
which every token has, and also "push access" or the organization's `members`, depending on the
token; without them it returns 403. For a team, `GET /orgs/{org}/teams/{team_slug}`
(https://docs.github.com/rest/teams/teams) needs `members: read` of the organization. No workflow
can give that to GITHUB_TOKEN.

GitHub also returns 404 for what it hides from a token. So a 404 counts only if the token can see
another person, or the teams of the organization.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from reliability.errors import ForgeError
from reliability.forge.github.calls import GoneError
from reliability.forge.github.client import Client
from reliability.forge.pull_request import RepositoryAccess

MAX_HANDLES: Final = 60
"""Maximum number of handles, one request each; GITHUB_TOKEN has 1,000 requests per hour."""
HIDDEN: Final = "github answers 404 to each, as it also does to a token that may not ask"


def repository_access(client: Client, handles: Sequence[str]) -> RepositoryAccess:
    """Return which handles have no access; those that cannot be looked up are unknown."""
    names = [handle.removeprefix("@") for handle in handles[:MAX_HANDLES]]
    answers = [_people(client, [name for name in names if "/" not in name])]
    teams: dict[str, list[str]] = {}

    for name in names:
        if "/" in name:
            organization, _, team = name.partition("/")
            teams.setdefault(organization.lower(), []).append(team)

    answers += [_teams(client, organization, slugs) for organization, slugs in teams.items()]
    left = [f"only {MAX_HANDLES} handles are asked for"] if len(handles) > MAX_HANDLES else []
    return RepositoryAccess(
        frozenset().union(*(answer.without for answer in answers)),
        (*(why for answer in answers for why in answer.unknown), *left),
    )


def _people(client: Client, names: Sequence[str]) -> RepositoryAccess:
    allowed: dict[str, bool] = {}
    try:
        for name in names:
            url = f"{client.repository.url}/collaborators/{quote(name, safe='')}"
            allowed[name] = _is_there(client, f"the access of @{name}", url)
    except ForgeError as error:
        return RepositoryAccess(unknown=(str(error),))
    if allowed and not any(allowed.values()):
        return RepositoryAccess(unknown=(f"{_listed(names)}: {HIDDEN}",))
    return RepositoryAccess(frozenset(f"@{name}" for name in names if not allowed[name]))


def _teams(client: Client, organization: str, slugs: Sequence[str]) -> RepositoryAccess:
    """Return the teams that do not exist any more; the organization may be another one."""
    at = f"/orgs/{quote(organization, safe='')}/teams"
    what = f"the teams of {organization}"
    try:
        if not client.get(what, f"{at}?per_page=1"):
            raise ForgeError(f"{what}: github shows none to this token")
        gone = [
            slug
            for slug in slugs
            if not _is_there(client, f"@{organization}/{slug}", f"{at}/{quote(slug, safe='')}")
        ]
    except ForgeError as error:
        return RepositoryAccess(unknown=(str(error),))

    return RepositoryAccess(frozenset(f"@{organization}/{slug}" for slug in gone))


def _is_there(client: Client, what: str, url: str) -> bool:
    try:
        client.get(what, url)
    except GoneError:
        return False
    return True


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"@{name}" for name in names)
