"""What a forge says of a pull request: its commits, and who reviewed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReviewState = Literal["approved", "changes-requested", "commented", "dismissed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request; `head` and `base` are commits, `base_branch` is where it is to be merged.

    A fork's pull request runs with a token that may not write. `requested` are the handles of
    requested reviewers, in small letters.
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


@dataclass(frozen=True, slots=True)
class SubmittedReview:
    """What one person said at one commit."""

    author: str
    state: ReviewState
    commit: str
    submitted: datetime


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """The handles that have no access to a repository; and why that is not known of others."""

    without: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


def latest_reviews(reviews: tuple[SubmittedReview, ...]) -> dict[str, SubmittedReview]:
    """The review of each author that counts: the last one that is more than a comment.

    A dismissed one counts for nothing, and neither do those before it.
    """
    counts: dict[str, SubmittedReview] = {}
    for review in sorted(reviews, key=lambda submitted: submitted.submitted):
        if review.state == "dismissed":
            counts.pop(review.author, None)
        elif review.state != "commented":
            counts[review.author] = review

    return counts
