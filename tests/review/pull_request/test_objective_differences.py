"""Objectives before and after a change: the same, other, new, removed, renamed or moved."""

from datetime import date
from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.review.pull_request.diff import Target, objective_differences
from tests.backtest.repository import WINDOWS, slo

TODAY: Final = date(2026, 11, 24)
ONE: Final = "[{displayName: served, target: 0.999}]"
TWO: Final = "[{displayName: served, target: 0.999}, {displayName: quick, target: 0.9}]"
CHECKOUT: Final = slo("checkout")
BOTH: Final = CHECKOUT.replace(ONE, TWO)


def catalog(*slos: str) -> Catalog:
    files = [
        (PurePosixPath(f"services/shop/{number}.yaml"), text.encode())
        for number, text in enumerate(slos)
    ]
    loaded, findings = load([*files, (PurePosixPath("policies/burn.yaml"), WINDOWS.encode())])
    assert [finding.problem.message for finding in findings] == []
    return loaded


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        ([CHECKOUT], [CHECKOUT], []),
        ([CHECKOUT], [CHECKOUT.replace("spec:", "# a comment\nspec:", 1)], []),
        ([CHECKOUT], [slo("checkout", "0.99")], ["checkout-served same: 0.999 30 -> 0.99 30"]),
        (
            [CHECKOUT],
            [CHECKOUT.replace("30d", "28d")],
            ["checkout-served same: 0.999 30 -> 0.999 28"],
        ),
        ([], [CHECKOUT], ["checkout-served new: none -> 0.999 30"]),
        ([CHECKOUT], [], ["checkout-served gone: 0.999 30 -> none"]),
        ([BOTH], [CHECKOUT], ["checkout-quick gone: 0.9 30 -> none"]),
        ([CHECKOUT], [BOTH], ["checkout-quick new: none -> 0.9 30"]),
        (
            [CHECKOUT, slo("search")],
            [slo("stock"), slo("search", "0.9")],
            [
                "search-served same: 0.999 30 -> 0.9 30",
                "stock-served renamed: 0.999 30 -> 0.999 30",
            ],
        ),
    ],
)
def test_objectives_that_differ_are_sorted_by_name(
    before: list[str], after: list[str], differences: list[str]
) -> None:
    context = Context(today=TODAY, catalog=catalog(*after), base=catalog(*before))

    def target(of: Target | None) -> str:
        return "none" if of is None else f"{of.ratio} {of.period.days}"

    assert [
        f"{row.name} {row.what}: {target(row.old)} -> {target(row.new)}"
        for row in objective_differences(context)
    ] == differences


def test_without_a_base_nothing_differs() -> None:
    assert objective_differences(Context(today=TODAY, catalog=catalog(CHECKOUT))) == ()
