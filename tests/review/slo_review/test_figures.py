"""The tables of a review issue: attainment, notifications by week, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from reliability.backtest.coverage import Coverage
from reliability.rates import WeeklyRate
from reliability.render.words import words_in
from reliability.resolve.objectives import Objective
from reliability.review.slo_review.evidence import (
    NOTHING,
    NoEvidence,
    ObjectiveEvidence,
    PeriodAttainment,
    ReviewEvidence,
    TierNotifications,
)
from reliability.review.slo_review.figures import headline, measured
from reliability.timespan import DAY
from tests.review.slo_review.test_suggestion import OBJECTIVE, found

ENGLISH = words_in("en")


@dataclass(frozen=True)
class Origin:
    until: date = date(2026, 11, 23)
    span: timedelta = timedelta(weeks=4)
    source: str = "http://prometheus"
    is_made_up: bool = False


def lines(*evidence: ReviewEvidence, origin: Origin | None = None) -> list[str]:
    return [line for line in measured(evidence, origin or Origin(), ENGLISH) if line]


def rows(*evidence: ReviewEvidence) -> list[str]:
    """The lines of the tables that hold figures."""
    return [line for line in lines(*evidence) if line.startswith("|") and "---" not in line]


def notified(
    weekly: Sequence[int], known: Sequence[bool], impact: Sequence[int] = ()
) -> TierNotifications:
    of_known = [count for count, is_known in zip(weekly, known, strict=True) if is_known]
    rate = sum(of_known) / len(of_known) if of_known else 0.0
    return TierNotifications(
        WeeklyRate(rate), tuple(weekly), tuple(impact) or tuple(0 for _ in weekly), tuple(known)
    )


def period(
    attainment: float | None, spent: float | None, coverage: float = 1.0
) -> PeriodAttainment:
    return PeriodAttainment(
        failed=1234,
        events=5_678_901,
        coverage=Coverage(history=coverage, elapsed=30 * DAY),
        attainment=attainment,
        spent=spent,
    )


def evidence(
    *,
    pages: TierNotifications = NOTHING,
    tickets: TierNotifications = NOTHING,
    of: PeriodAttainment | None = None,
    objective: Objective = OBJECTIVE,
    why: str = "",
) -> ObjectiveEvidence:
    reached = of or period(0.9995, 0.5)
    return replace(
        found(not_replayed=why), pages=pages, tickets=tickets, period=reached, objective=objective
    )


SECOND = notified((1, 0, 2), (True, True, True), (1, 0, 1))


def test_one_objective_needs_no_name_in_the_table_of_its_alerts() -> None:
    assert rows(evidence(pages=SECOND))[2:] == [
        "| alerts | count | per week | with user impact | by week |",
        "| pages | 3 | 1.0 | 2 (67 %) | 1 0 2 |",
        "| tickets | not known | not known | not known |  |",
    ]


def test_several_objectives_are_told_apart() -> None:
    other = evidence(pages=notified((0, 0), (True, True)), tickets=SECOND)
    assert [row.split(" | ")[0] for row in rows(evidence(pages=SECOND), other)[4:]] == [
        f"| {tier} `{OBJECTIVE.name}`" for tier in ("pages", "tickets", "pages", "tickets")
    ]


@pytest.mark.parametrize(
    ("notifications", "row"),
    [
        (notified((0, 0), (True, True)), "| 0 | 0.0 | - | 0 0 |"),
        (notified((3, 1), (True, True), (0, 1)), "| 4 | 2.0 | 1 (25 %) | 3 1 |"),
        (notified((3, 1), (True, False)), "| 4 | 3.0 | 0 (0 %) | 3 1+ |"),
        (notified((3, 0), (True, False)), "| 3 | 3.0 | 0 (0 %) | 3 - |"),
        (notified((0, 0), (False, False)), "| not known | not known | not known | - - |"),
        (notified((2, 0), (False, False)), "| 2 | not known | 0 (0 %) | 2+ - |"),
    ],
)
def test_a_week_without_data_is_not_a_week_without_notifications(
    notifications: TierNotifications, row: str
) -> None:
    shown = rows(evidence(pages=notifications))[3]
    assert shown == f"| pages {row}"


@pytest.mark.parametrize(
    ("known", "is_explained"), [((True, True), False), ((True, False), True), ((), False)]
)
def test_signs_for_unknown_weeks_are_explained_if_they_are_used(
    known: tuple[bool, ...], is_explained: bool
) -> None:
    shown = lines(evidence(pages=notified((1,) * len(known), known)))
    assert any(line.startswith("<sub>`-`: less than 90 %") for line in shown) is is_explained


@pytest.mark.parametrize(
    ("of", "cells"),
    [
        (period(0.9995, 0.5), "99.95 % | 1,234 of 5,678,901 | 50 % | 100 % |"),
        (period(0.99, 10), "**99.00 %** | 1,234 of 5,678,901 | 1000 % | 100 % |"),
        (period(None, None, 0.5), "not known | 1,234 of 5,678,901 | not known | 50 % |"),
        (period(0.9995, None), "not known | 1,234 of 5,678,901 | not known | 100 % |"),
    ],
)
def test_attainment_stands_out_if_the_slo_was_missed(of: PeriodAttainment, cells: str) -> None:
    target = f"`{OBJECTIVE.name}` | 99.9 % over 30 days"
    assert rows(evidence(of=of))[1] == f"| {target} | {cells}"


def test_what_could_not_be_replayed_or_has_no_history_says_why() -> None:
    shown = lines(evidence(why="it has no alerts"), NoEvidence(OBJECTIVE, "no series"))
    assert shown[-2:] == [
        f"The alerts of `{OBJECTIVE.name}` could not be replayed: it has no alerts.",
        f"No history for `{OBJECTIVE.name}`: no series.",
    ]
    assert not any("pages" in line for line in shown)


@pytest.mark.parametrize("is_made_up", [False, True])
def test_synthetic_figures_are_called_so(is_made_up: bool) -> None:
    origin = Origin(source="a seed", is_made_up=is_made_up)
    first = lines(evidence(), origin=origin)[0]
    assert (first == "**These figures are synthetic**: a seed.") is is_made_up
    assert lines(NoEvidence(OBJECTIVE, "x"), origin=origin)[0].startswith("No history")


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ([], "This SLO is due for review and has no measurements"),
        ([evidence(of=period(None, None))], "This SLO is due for review and has no measurements"),
        (
            [evidence(pages=SECOND)],
            "Met: attainment 99.95 %, 50 % of the error budget spent, 3 pages",
        ),
        (
            [evidence(pages=notified((1,), (True,))), evidence(of=period(0.99, 10))],
            "Missed: attainment 99.00 %, 1000 % of the error budget spent, pages not known",
        ),
        (
            [evidence(pages=notified((1,), (True,)))],
            "Met: attainment 99.95 %, 50 % of the error budget spent, 1 page",
        ),
        (
            [evidence(pages=SECOND, why="it has no alerts")],
            "Met: attainment 99.95 %, 50 % of the error budget spent, pages not known",
        ),
    ],
)
def test_the_headline_is_of_the_objective_that_spent_most(
    known: list[ReviewEvidence], text: str
) -> None:
    assert headline(known, ENGLISH) == text
