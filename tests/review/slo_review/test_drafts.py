"""Who is assigned to a review: approvers, or else members of the team, and people only."""

from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.history.series import NoHistory
from reliability.history.sli import SliHistory
from reliability.load.loader import load
from reliability.review.slo_review.drafts import ReviewInputs
from reliability.review.slo_review.due import slo_reviews
from reliability.timespan import TimeSpan
from tests.backtest.repository import WINDOWS, slo

TODAY: Final = date(2026, 11, 25)
OWNERSHIP: Final = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec: {team: sales, criticality: importantMORE}
"""
TEAM: Final = """
apiVersion: reliability/v1
kind: Team
metadata: {name: sales}
spec: {displayName: Sales, members: [MEMBERS], channels: {log: {slack: '#log'}}}
"""
MEMBERS: Final = ("@ann", "@acme/sales", "@bob", "@ann")
MANY: Final = tuple(f"@p{number}" for number in range(11))


class Nothing:
    """A source without any history."""

    description = "a test"
    is_made_up = False

    def series(self, sli: SliHistory, span: TimeSpan) -> NoHistory:
        del sli, span
        return NoHistory("nothing is stored")


def owners(ownership: str | None, members: tuple[str, ...] | None) -> tuple[str, ...]:
    """The assignees of the review of an SLO; None leaves a document out."""
    files = {"services/shop/slo.yaml": slo("checkout"), "policies/burn-rates.yaml": WINDOWS}
    if ownership is not None:
        files["services/shop/ownership.yaml"] = OWNERSHIP.replace("MORE", ownership)
    if members is not None:
        listed = ", ".join(f'"{member}"' for member in members)
        files["policies/teams/sales.yaml"] = TEAM.replace("MEMBERS", listed)
    catalog, findings = load((PurePosixPath(path), text.encode()) for path, text in files.items())
    assert [finding.problem.message for finding in findings] == []
    context = Context(today=TODAY, catalog=catalog)
    inputs = ReviewInputs.of(context, Nothing(), timedelta(days=28), [])
    [due] = slo_reviews(context)
    return inputs.report(due).owners


@pytest.mark.parametrize(
    ("ownership", "members", "people"),
    [
        (None, MEMBERS, ()),
        ("", None, ()),
        ("", MEMBERS, ("ann", "bob")),
        ("", MANY[:10], tuple(f"p{number}" for number in range(10))),
        ("", MANY, tuple(f"p{number}" for number in range(10))),
        ("", ("@acme/sales",), ()),
        (', approvers: {product: "@cy", technical: "@dee"}', MEMBERS, ("cy", "dee")),
        (', approvers: {product: "@cy", technical: "@cy"}', MEMBERS, ("cy",)),
        (', approvers: {product: "@acme/cy", technical: "@dee"}', MEMBERS, ("dee",)),
        (', approvers: {product: "@acme/cy", technical: "@acme/dee"}', MEMBERS, ("ann", "bob")),
    ],
)
def test_people_who_can_be_assigned(
    ownership: str | None, members: tuple[str, ...] | None, people: tuple[str, ...]
) -> None:
    assert owners(ownership, members) == people
