"""Whom a pull request is shown to: the approvers that are missing, as requested reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reliability.approval import Approvals
from reliability.forge.pull_request import PullRequest, SubmittedReview
from reliability.review.pull_request.verdict import ReviewVerdict

MOST: Final = 15
"""Reviewers that are requested at most. GitHub counts how much content is created too quickly, and
each request notifies somebody (https://docs.github.com/rest/pulls/review-requests)."""


def reviewers(
    verdict: ReviewVerdict,
    pull: PullRequest,
    reviews: Iterable[SubmittedReview],
    approvals: Approvals,
) -> tuple[str, ...]:
    """The handles to request: `@person` or `@organization/team`.

    Not the author, nor who is requested already, nor who has reviewed. Who approved something else
    than the head is asked again. A draft is not shown to anybody.
    """
    if pull.draft:
        return ()
    outdated = {handle.lower() for handle in approvals.outdated}
    reviewed = {f"@{review.author}".lower() for review in reviews} - outdated
    known = {f"@{pull.author}".lower(), *pull.requested, *reviewed}
    missing = dict.fromkeys(handle for role in verdict.missing for handle in role)

    return tuple(handle for handle in missing if handle.lower() not in known)[:MOST]
