"""Pull request of a forge: its commits, and who reviewed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReviewState = Literal["approved", "changes-requested", "commented", "dismissed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request; `head` and `base` are commits, and it is to be merged into `base_branch`.

    A pull request from a fork runs with a token that may not write. `requested` are the handles of
    requested reviewers, in lower case. `files` is the URL below which the forge shows the files of
    the head; empty if it shows none. `head_repository` is empty if it was deleted.
    """

    number: int
    title: str
    author: str
    head: str
    base: str
    base_branch: str
    draft: bool
    from_fork: bool
    is_open: bool
    url: str
    requested: frozenset[str] = frozenset()
    files: str = ""
    head_repository: str = ""
    head_branch: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedReview:
    """Review of one person at one commit."""

    author: str
    state: ReviewState
    commit: str
    submitted: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """A push that moved a branch from one commit to another; `actor` is empty if it is not known.

    `before` is all zeros if the push created the branch.
    """

    actor: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PushHistory:
    """Pushes to the branch of a pull request, from its head back.

    `unknown` says why earlier ones are missing; it is empty if there are none.
    """

    pushes: tuple[Push, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """Handles without access to a repository, and the reasons why that of others is unknown."""

    without: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


def latest_reviews(reviews: tuple[SubmittedReview, ...]) -> dict[str, SubmittedReview]:
    """Return the review of each author that counts: the last one that is more than a comment.

    A dismissed review does not count, and neither do those before it.
    """
    counts: dict[str, SubmittedReview] = {}
    for review in sorted(reviews, key=lambda submitted: submitted.submitted):
        if review.state == "dismissed":
            counts.pop(review.author, None)
        elif review.state != "commented":
            counts[review.author] = review

    return counts
