"""The reviewers to request: the people and teams whose approval is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reliability.approval import Approvals
from reliability.forge.pull_request import PullRequest, SubmittedReview
from reliability.review.pull_request.verdict import ReviewVerdict

MAX_REVIEWERS: Final = 15
"""The maximum number of requested reviewers.

Each request notifies somebody, and GitHub limits how quickly such content may be created
(https://docs.github.com/rest/pulls/review-requests).
"""


def reviewers(
    verdict: ReviewVerdict,
    pull: PullRequest,
    reviews: Iterable[SubmittedReview],
    approvals: Approvals,
) -> tuple[str, ...]:
    """Return the handles to request: `@person` or `@organization/team`.

    The author, requested reviewers and people who have reviewed are left out. People who approved
    something other than the head are requested again. A draft requests no reviewers.
    """
    if pull.draft:
        return ()
    outdated = {handle.lower() for handle in approvals.outdated}
    reviewed = {f"@{review.author}".lower() for review in reviews} - outdated
    known = {f"@{pull.author}".lower(), *pull.requested, *reviewed}
    missing = dict.fromkeys(handle for role in verdict.missing for handle in role)

    return tuple(handle for handle in missing if handle.lower() not in known)[:MAX_REVIEWERS]
