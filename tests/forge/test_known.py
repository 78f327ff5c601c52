"""Issues that a text stores by number: which of them, and for which repository."""

from dataclasses import replace

import pytest

from reliability.forge.known import (
    MAX_ISSUES,
    known_issues,
    known_lines,
    linkable_issues,
    remembered_lines,
)
from reliability.forge.marker import Marker
from tests.forge.test_notes import ISSUE

TEXT = "\n".join(
    [
        "<!-- known digest 3 2026%2DW47 -->",
        "<!-- known ticket 12 shop/Slow/slo=a%20b -->",
        "<!-- known ticket 13 shop/Full -->\r",
        " <!-- known ticket 14 shop/Indented -->",
        "<!-- known ticket 15 shop/Followed --> text",
        "<!-- known ticket 1234567890 shop/Long -->",
        "<!-- known ticket acme/pay#16 pay/Slow -->",
        "<!-- known ticket acme/shop%2Dfront#17 shop/Slow -->",
        "<!-- known ticket 18 shop/Last -->",
    ]
)


@pytest.mark.parametrize(
    ("kind", "repository", "known"),
    [
        ("digest", "", {3: Marker("digest", "2026-W47")}),
        (
            "ticket",
            "",
            {
                12: Marker("ticket", "shop/Slow/slo=a b"),
                13: Marker("ticket", "shop/Full"),
                18: Marker("ticket", "shop/Last"),
            },
        ),
        ("ticket", "acme/pay", {16: Marker("ticket", "pay/Slow")}),
        ("ticket", "acme/shop-front", {17: Marker("ticket", "shop/Slow")}),
        ("ticket", "acme/other", {}),
        ("digest", "acme/pay", {}),
        ("dashboard", "", {}),
    ],
)
def test_a_text_stores_the_issues_of_each_kind_and_repository(
    kind: str, repository: str, known: dict[int, Marker]
) -> None:
    assert known_issues(TEXT, kind, repository) == known


def test_open_and_transferred_issues_are_stored_and_closed_ones_are_not() -> None:
    issues = [
        ISSUE,
        replace(ISSUE, id=2, state="closed"),
        replace(ISSUE, id=3, state="settled", marker=Marker("digest", "a -- b")),
        replace(ISSUE, id=4, state="settled", is_elsewhere=True, marker=Marker("digest", "a-- b")),
    ]
    assert list(linkable_issues(issues)) == [1, 4]
    assert list(known_lines(issues)) == [
        "<!-- known digest 1 a -->",
        "<!-- known digest 4 a%2D%2D%20b -->",
    ]
    assert known_issues("\n".join(known_lines(issues)), "digest") == linkable_issues(issues)


def test_lines_about_another_repository_name_it() -> None:
    known = {7: Marker("ticket", "pay/Slow")}
    [line] = remembered_lines(known, "acme/shop-front")
    assert line == "<!-- known ticket acme/shop%2Dfront#7 pay/Slow -->"
    assert known_issues(line, "ticket", "acme/shop-front") == known
    assert known_issues(line, "ticket") == {}


def test_a_text_stores_four_hundred_issues_at_most() -> None:
    issues = [replace(ISSUE, id=number) for number in range(1, MAX_ISSUES + 2)]
    assert list(linkable_issues(issues)) == list(range(1, 401))
