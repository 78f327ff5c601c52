"""Reviews that GitHub lists, as far as they count."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reliability.forge.github.client import GitHubAccess
from reliability.forge.github.forge import open_github
from reliability.forge.pull_request import SubmittedReview
from tests.providers.served import served

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
REVIEW = {
    "id": 1,
    "user": {"login": "mori"},
    "state": "APPROVED",
    "commit_id": "c0ffee",
    "submitted_at": "2026-11-25T09:00:00Z",
}


def reviews(*listed: dict[str, Any]) -> tuple[SubmittedReview, ...]:
    """What is read of a list that GitHub answers."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/repos/acme/shop/pulls/7/reviews"
        return httpx.Response(200, json=listed)

    with served(answer) as url:
        return open_github(GitHubAccess(url=url, repository="acme/shop", token="t")).reviews(7)


@pytest.mark.parametrize(
    ("state", "read"),
    [
        ("APPROVED", "approved"),
        ("CHANGES_REQUESTED", "changes-requested"),
        ("COMMENTED", "commented"),
        ("DISMISSED", "dismissed"),
    ],
)
def test_a_submitted_review_counts_for_its_commit(state: str, read: Any) -> None:
    assert reviews({**REVIEW, "state": state}) == (SubmittedReview("mori", read, "c0ffee", AT),)


def test_a_review_without_a_commit_counts_for_none() -> None:
    assert reviews({**REVIEW, "commit_id": None}) == (SubmittedReview("mori", "approved", "", AT),)


@pytest.mark.parametrize("odd", [{"state": "PENDING"}, {"user": None}, {"state": "NEW STATE"}])
def test_a_review_that_is_pending_or_nobodys_is_left_out(odd: dict[str, Any]) -> None:
    other = {**REVIEW, "id": 2, "user": {"login": "sato"}}
    assert reviews({**REVIEW, **odd}, other) == (SubmittedReview("sato", "approved", "c0ffee", AT),)
