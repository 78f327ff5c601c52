"""Commit statuses of GitHub, pull requests by their head commit, and merge queues.

A status belongs to a commit and a context. The newest one counts, whichever event or run wrote it
(https://docs.github.com/rest/commits/statuses). A check run belongs to a check suite instead, and
each event that starts a workflow creates another suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from github.GitRef import GitRef
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as GitHubPull

from reliability.errors import ForgeError
from reliability.forge.forge import UnknownOutcomeError
from reliability.forge.github.client import Client
from reliability.forge.pull_request import PullRequest

State = Literal["pending", "success", "failure", "error"]
CONTEXT: Final = "reliability/review"
LONGEST_DESCRIPTION: Final = 140
"""Characters; GitHub refuses a longer description with 422."""
ATTEMPTS: Final = 3
QUEUE: Final = "gh-readonly-queue"
QUEUE_BRANCH: Final = re.compile(
    rf"{QUEUE}/(?P<base>.+)/pr-(?P<number>\d{{1,9}})-(?P<parent>[0-9a-f]{{40,64}})"
)


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """Status of a commit, with a link to the full report."""

    state: State
    description: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A branch of a merge queue: one pull request, merged on top of the commit `parent`."""

    base_branch: str
    number: int
    parent: str


def queue_entry(branch: str) -> QueueEntry | None:
    """Parse the name of a merge queue's branch; return None for any other branch.

    GitHub only documents the beginning of the name ("Managing a merge queue"). The rest was derived
    from 251 branches (https://github.com/dcoapp/app/issues/316), so it proves nothing: the
    content decides which approvals count. A name with two pull requests is not accepted.
    """
    match = QUEUE_BRANCH.fullmatch(branch)
    if match is None or re.search(r"/pr-\d+-", match["base"]):
        return None
    return QueueEntry(match["base"], int(match["number"]), match["parent"])


def write_status(client: Client, commit: str, status: CommitStatus) -> None:
    """Set the status of a commit; repeat it if the response was lost, because the newest counts.

    Raises:
        ForgeError: it was not written.
    """
    fields = {
        "state": status.state,
        "description": _cut(status.description),
        "context": CONTEXT,
        **({"target_url": status.url} if status.url else {}),
    }
    for attempt in range(ATTEMPTS):
        try:
            client.post(
                f"the status of {commit[:12]}",
                f"{client.repository.url}/statuses/{commit}",
                fields,
            )
            return
        except UnknownOutcomeError:
            if attempt + 1 == ATTEMPTS:
                raise
            client.calls.pause(float(attempt + 1))


def open_pull_requests(client: Client, head: str) -> tuple[PullRequest, ...]:
    """Return every open pull request with this head commit, from this repository or from a fork.

    All open pull requests are listed: `workflow_run.pull_requests` is empty for a fork
    (https://github.com/actions/runner/issues/3444), and so is the response of
    `GET /repos/{owner}/{repo}/commits/{sha}/pulls` for a commit that only the fork has
    (https://github.com/learningequality/kolibri/pull/14719).
    """
    pages = client.repository.get_pulls(state="open", sort="created", direction="asc")
    requests = client.every(
        "open pull requests",
        pages,
        lambda pull: pull_request_of(pull) if pull.head.sha == head else None,
    )
    return tuple(filter(None, requests))


def queue_heads(client: Client, base_branch: str) -> dict[str, str]:
    """Return the branches of a merge queue, with their commits."""
    repository = client.repository
    # PyGithub's own method escapes the slashes, which GitHub does not document.
    url = f"{repository.url}/git/matching-refs/heads/{QUEUE}/{quote(base_branch)}/"
    pages = PaginatedList(GitRef, repository.requester, url, None)
    return dict(
        client.every(
            f"the merge queue of {base_branch}",
            pages,
            lambda branch: (branch.ref.removeprefix("refs/heads/"), branch.object.sha),
        )
    )


def pull_request_of(pull: GitHubPull) -> PullRequest:
    """Convert a pull request of PyGithub; if its head repository was deleted, that was a fork.

    Raises:
        ForgeError: the response does not contain its commits.
    """
    head = pull.head.raw_data.get("repo") or {}
    if not pull.head.sha or not pull.base.sha:
        raise ForgeError(f"pull request #{pull.number}: github's answer names no commit")

    repository = pull.html_url.rpartition("/pull/")[0]
    return PullRequest(
        number=pull.number,
        title=pull.title,
        author=pull.user.login,
        head=pull.head.sha,
        base=pull.base.sha,
        base_branch=pull.base.ref,
        draft=bool(pull.draft),
        from_fork=head.get("full_name") != pull.base.repo.full_name,
        is_open=pull.state == "open",
        url=pull.html_url,
        requested=frozenset(_requested(pull)),
        # https://docs.github.com/repositories/working-with-files/using-files/getting-permanent-links-to-files
        files=f"{repository}/blob/{pull.head.sha}" if repository else "",
        head_repository=head.get("full_name") or "",
        head_branch=pull.head.ref,
    )


def _requested(pull: GitHubPull) -> Iterator[str]:
    """Yield handles in lower case; a team's organization is that of the repository."""
    for person in pull.requested_reviewers:
        yield f"@{person.login}".lower()
    owner = pull.base.repo.owner.login
    for team in pull.requested_teams:
        yield f"@{owner}/{team.slug}".lower()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DESCRIPTION else f"{line[: LONGEST_DESCRIPTION - 1]}…"
