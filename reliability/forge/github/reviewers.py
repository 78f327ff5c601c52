"""Requests for reviews of a pull request on GitHub (https://docs.github.com/rest/pulls/review-requests).

People and teams are requested separately: GitHub refuses all of them with 422 if one is not a
collaborator, and a token that cannot read the organization's members cannot name teams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from reliability.errors import ForgeError
from reliability.forge.forge import NoteRefusedError
from reliability.forge.github.client import Client

Verb = Literal["POST", "DELETE"]


def request_reviewers(
    client: Client, number: int, handles: Sequence[str], verb: Verb = "POST"
) -> tuple[str, ...]:
    """Request reviews, or take the requests back with DELETE; return why that failed."""
    names = [handle.removeprefix("@") for handle in handles]
    people = [name for name in names if "/" not in name]
    teams = [name.partition("/")[2] for name in names if "/" in name]
    return (
        *_requested(client, number, "reviewers", people, verb=verb),
        *_requested(client, number, "team_reviewers", teams, verb=verb),
    )


def _requested(
    client: Client, number: int, field: str, names: Sequence[str], *, verb: Verb
) -> Iterator[str]:
    """Request several reviewers at once, and each alone if that is refused; yield the failures."""
    if not names:
        return
    what = f"a review of #{number} by {', '.join(names)}"
    url = f"{client.repository.url}/pulls/{number}/requested_reviewers"

    try:
        # DELETE requires `reviewers`, also for teams alone.
        required: dict[str, list[str]] = {"reviewers": []} if verb == "DELETE" else {}
        client.post(what, url, {**required, field: list(names)}, verb=verb)
    except NoteRefusedError as error:
        if len(names) == 1:
            yield str(error)
            return
        for name in names:
            yield from _requested(client, number, field, [name], verb=verb)
    except ForgeError as error:
        yield str(error)
