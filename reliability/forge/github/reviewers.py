"""Requests for reviews of a pull request on GitHub.

People and teams are requested separately: GitHub refuses all of them with 422 if one is not a
collaborator, and a token that cannot read the organization's members cannot name teams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reliability.errors import ForgeError
from reliability.forge.forge import NoteRefusedError
from reliability.forge.github.client import Client


def request_reviewers(client: Client, number: int, handles: Sequence[str]) -> tuple[str, ...]:
    """Request reviews; return why requests failed."""
    names = [handle.removeprefix("@") for handle in handles]
    people = [name for name in names if "/" not in name]
    teams = [name.partition("/")[2] for name in names if "/" in name]
    return (
        *_requested(client, number, "reviewers", names=people),
        *_requested(client, number, "team_reviewers", names=teams),
    )


def _requested(client: Client, number: int, field: str, names: Sequence[str]) -> Iterator[str]:
    """Request several reviewers at once, and each alone if that is refused; yield the failures."""
    if not names:
        return
    what = f"a review of #{number} by {', '.join(names)}"
    url = f"{client.repository.url}/pulls/{number}/requested_reviewers"

    try:
        client.post(what, url, {field: list(names)})
    except NoteRefusedError as error:
        if len(names) == 1:
            yield str(error)
            return
        for name in names:
            yield from _requested(client, number, field, names=[name])
    except ForgeError as error:
        yield str(error)
