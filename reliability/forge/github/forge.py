"""GitHub as a forge."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from github.PullRequestReview import PullRequestReview

from reliability.forge.diff import ChangedFile, hunks_of
from reliability.forge.github.access import repository_access
from reliability.forge.github.activity import push_history
from reliability.forge.github.client import Client, GitHubAccess, open_client
from reliability.forge.github.comments import CommentBoard
from reliability.forge.github.issues import IssueBoard
from reliability.forge.github.merged import merged_pull_requests
from reliability.forge.github.reviewers import request_reviewers
from reliability.forge.github.statuses import (
    CommitStatus,
    open_pull_requests,
    pull_request_of,
    queue_heads,
    write_status,
)
from reliability.forge.github.threads import ThreadBoard
from reliability.forge.known import NONE_KNOWN
from reliability.forge.marker import Marker
from reliability.forge.pull_request import (
    PullRequest,
    PushHistory,
    RepositoryAccess,
    ReviewState,
    SubmittedReview,
)

STATES: Final[dict[str, ReviewState]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes-requested",
    "COMMENTED": "commented",
    "DISMISSED": "dismissed",
}
"""States of submitted reviews, by GitHub's names; a pending review is not submitted yet."""


@dataclass(frozen=True, slots=True)
class GitHubForge:
    """A `Forge` on GitHub."""

    client: Client

    def pull_request(self, number: int) -> PullRequest:
        """See `Forge`."""
        request = self.client.repository.get_pull(number)
        return self.client.calls.read(
            f"pull request #{number}", lambda: pull_request_of(request.complete())
        )

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        """See `Forge`; GitHub lists at most 3,000 files, large or binary ones without a patch."""
        pages = self.client.repository.get_pull(number).get_files()
        return tuple(
            self.client.every(
                f"files of #{number}",
                pages,
                lambda file: ChangedFile(file.filename, file.status, hunks_of(file.patch or "")),
            )
        )

    def reviews(self, number: int) -> tuple[SubmittedReview, ...]:
        """See `Forge`."""
        pages = self.client.repository.get_pull(number).get_reviews()
        reviews = self.client.every(f"reviews of #{number}", pages, _review)
        return tuple(filter(None, reviews))

    def pushes(self, pull: PullRequest) -> PushHistory:
        """See `Forge`; from the activity of the branch."""
        return push_history(self.client, pull)

    def merged_pull_requests(self, branch: str, commits: Sequence[str]) -> tuple[int, ...]:
        """See `Forge`."""
        return merged_pull_requests(self.client, branch, commits)

    def comments(self, number: int, kind: str) -> CommentBoard:
        """See `Forge`."""
        return CommentBoard(self.client, number, kind)

    def threads(self, number: int, commit: str, kind: str) -> ThreadBoard:
        """See `Forge`."""
        return ThreadBoard(self.client, number, commit, kind=kind)

    def issues(self, kind: str, known: Mapping[int, Marker] = NONE_KNOWN) -> IssueBoard:
        """See `Forge`."""
        return IssueBoard(self.client, kind, known)

    def request_reviewers(self, number: int, handles: Sequence[str]) -> tuple[str, ...]:
        """See `Forge`."""
        return request_reviewers(self.client, number, handles)

    def withdraw_requests(self, number: int, handles: Sequence[str]) -> tuple[str, ...]:
        """See `Forge`."""
        return request_reviewers(self.client, number, handles, verb="DELETE")

    def access(self, handles: Sequence[str]) -> RepositoryAccess:
        """See `Forge`; these are people who are not collaborators, and teams that do not exist."""
        return repository_access(self.client, handles)

    def open_pull_requests(self, head: str) -> tuple[PullRequest, ...]:
        """Return every open pull request whose head is this commit."""
        return open_pull_requests(self.client, head)

    def queue_heads(self, base_branch: str) -> dict[str, str]:
        """Return the branches of a merge queue, with their commits."""
        return queue_heads(self.client, base_branch)

    def write_status(self, commit: str, status: CommitStatus) -> None:
        """Set the status `reliability/review` of a commit."""
        write_status(self.client, commit, status)


def _review(review: PullRequestReview) -> SubmittedReview | None:
    if review.state not in STATES or review.user is None:
        return None
    state = STATES[review.state]
    return SubmittedReview(
        review.user.login, state, review.commit_id or "", submitted=review.submitted_at
    )


def open_github(access: GitHubAccess, pause: Callable[[float], None] = time.sleep) -> GitHubForge:
    """Open a repository of GitHub; no request is sent before the first call."""
    return GitHubForge(open_client(access, pause))
