"""What the table of the workbook is asked with: several objectives, and what is not known."""

from collections.abc import Sequence

import pytest

from reliability.backtest.coverage import Coverage
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.resolve.objectives import objectives
from reliability.review.slo_review.evidence import (
    NOTHING,
    ObjectiveEvidence,
    PeriodAttainment,
    TierNotifications,
)
from reliability.review.slo_review.suggestion import ReviewSuggestion, Toil, suggestion
from tests.backtest.repository import catalog, policy, slo

OBJECTIVE = next(iter(objectives(catalog(slo("checkout"), policy("checkout")))))


def found(
    reached: float | None = 0.9995,
    pages: Sequence[int] = (),
    with_impact: Sequence[int] = (),
    incidents: int = 0,
    not_replayed: str = "",
) -> ObjectiveEvidence:
    weeks = tuple(True for _ in pages)
    loud = (
        TierNotifications(
            WeeklyRate(sum(pages) / len(pages)), tuple(pages), tuple(with_impact), weeks
        )
        if pages
        else NOTHING
    )
    period = PeriodAttainment(
        failed=1, events=1000, coverage=Coverage(history=1.0), attainment=reached, spent=None
    )
    return ObjectiveEvidence(
        objective=OBJECTIVE,
        period=period,
        pages=loud,
        tickets=NOTHING,
        user_impact=(),
        incidents=incidents,
        known=(),
        not_replayed=not_replayed,
    )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ([found()], ReviewSuggestion(True, Toil(UNKNOWN_RATE, 0, 0, 2.0), 0)),
        ([found(0.999)], ReviewSuggestion(True, Toil(UNKNOWN_RATE, 0, 0, 2.0), 0)),
        ([found(0.9989)], ReviewSuggestion(False, Toil(UNKNOWN_RATE, 0, 0, 2.0), 0)),
        (
            [found(pages=(1, 3), with_impact=(0, 1), incidents=2), found(0.9, (4, 0), (2, 0), 1)],
            ReviewSuggestion(False, Toil(WeeklyRate(4.0), 8, 3, 2.0), 2),
        ),
    ],
)
def test_of_several_objectives_one_that_was_missed_decides(
    known: list[ObjectiveEvidence], said: ReviewSuggestion
) -> None:
    assert suggestion(known, 2.0) == said


@pytest.mark.parametrize(
    "known",
    [
        [],
        [found(None)],
        [found(), found(None)],
        [found(), found(not_replayed="a threshold")],
    ],
)
def test_without_all_figures_there_is_no_suggestion(known: list[ObjectiveEvidence]) -> None:
    assert suggestion(known, 2.0) is None


@pytest.mark.parametrize(
    ("toil", "is_much"),
    [
        (Toil(WeeklyRate(2.0), 8, 8, 2.0), False),
        (Toil(WeeklyRate(2.1), 8, 8, 2.0), True),
        (Toil(WeeklyRate(0.1), 2, 0, 2.0), False),
        (Toil(WeeklyRate(0.1), 3, 1, 2.0), True),
        (Toil(WeeklyRate(0.1), 4, 2, 2.0), False),
        (Toil(WeeklyRate(0.1), 5, 2, 2.0), True),
    ],
)
def test_toil_is_much_over_the_limit_or_if_most_pages_were_for_nothing(
    toil: Toil, is_much: bool
) -> None:
    assert toil.is_much == is_much


LITTLE, MUCH = Toil(WeeklyRate(0.0), 0, 0, 2.0), Toil(WeeklyRate(9.0), 9, 9, 2.0)


@pytest.mark.parametrize(
    ("met", "toil", "satisfied", "others"),
    [
        (True, LITTLE, "keep the target; relax", "tighten the SLO"),
        (True, MUCH, "reduce the sensitivity", "tighten the SLO"),
        (False, LITTLE, "loosen the SLO", "increase the sensitivity of the alerts"),
        (
            False,
            MUCH,
            "loosen the SLO",
            "offload toil, and fix the product or automate recovery",
        ),
    ],
)
def test_the_table_of_the_workbook(met: bool, toil: Toil, satisfied: str, others: str) -> None:
    row = ReviewSuggestion(met, toil, 0)
    assert row.when(content=True).startswith(satisfied)
    assert row.when(content=False).startswith(others)
