"""Review issues of many SLOs in both languages, in golden files.

`pytest tests/review/slo_review/test_issue.py --update-golden` rewrites them.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Final, get_args

import pytest

from reliability.check.context import Context
from reliability.forge.marker import Marker
from reliability.model.ownership import Level
from reliability.rates import WeeklyRate
from reliability.render.words import Language, words_in
from reliability.resolve.objectives import Objective, objectives
from reliability.review.slo_review.due import SloReviewDue, slo_reviews
from reliability.review.slo_review.evidence import NoEvidence, ReviewEvidence
from reliability.review.slo_review.issue import (
    FigureOrigin,
    SloReviewIssueWriter,
    SloReviewReport,
    together,
)
from reliability.review.slo_review.next_step import STEPS, NextStep, State
from reliability.review.slo_review.suggestion import ReviewSuggestion, Toil
from tests.backtest.repository import catalog, slo
from tests.forge.test_notes import ISSUE
from tests.golden import Golden
from tests.review.issues.test_revisit import shop
from tests.review.slo_review.test_figures import evidence, notified, period
from tests.review.slo_review.test_suggestion import OBJECTIVE

GOLDEN: Final = Path(__file__).parent / "golden"
TODAY: Final = date(2026, 11, 25)
UNTIL: Final = date(2026, 11, 23)
DAY: Final = timedelta(days=1)
DATA: Final[tuple[dict[str, str], ...]] = (
    {},
    {"day": "2026-10-01"},
    {"day": "2026-08-01", "status": "established", "rationale": "users *notice* | it"},
    {"journey": "Pay @all", "agreed_by": "@mori, @sato", "review_every": "2w"},
    {"day": "2026-11-24", "provisional_since": "2026-08-25"},
    {"day": "2026-11-24", "provisional_since": "2026-08-26", "review_every": "1d"},
)
SUGGESTIONS: Final = (
    None,
    *(
        ReviewSuggestion(met, Toil(WeeklyRate(rate), pages, impact, limit=2.0), incidents)
        for met, (rate, pages, impact), incidents in product(
            (True, False),
            ((0.0, 0, 0), (0.25, 1, 1), (2.0, 8, 4), (2.1, 8, 8), (1.0, 4, 1)),
            (0, 2),
        )
    ),
)
NAMELESS: Final = next(
    iter(objectives(catalog(slo("search").replace("displayName: served, ", ""))))
)
"""An objective that is named by its SLO alone."""

STATES: Final[tuple[State, ...]] = get_args(State)
LEVELS: Final[tuple[Level | None, ...]] = (None, *get_args(Level))


def due(**data: str) -> SloReviewDue:
    """An SLO with this review data."""
    return next(iter(slo_reviews(Context(today=TODAY, catalog=shop(**{"day": "", **data})))))


def measured(random: Random, objective: Objective) -> ReviewEvidence:
    """Figures of one objective."""
    if random.random() < 0.25:
        return NoEvidence(objective, "nothing is stored | yet")
    weeks = random.choice((1, 4))

    def weekly() -> tuple[int, ...]:
        return tuple(random.choice((0, 0, 1, 12)) for _ in range(weeks))

    known = tuple(random.random() < 0.8 for _ in range(weeks))
    pages = weekly()
    return evidence(
        objective=objective,
        pages=notified(pages, known, tuple(count // 2 for count in pages)),
        tickets=notified(weekly(), known),
        of=random.choice((period(0.9995, 0.5), period(0.98, 20.0), period(None, None, 0.42))),
        why=random.choice(("", "", "", "coarse")),
    )


def report(seed: int) -> SloReviewReport:
    """The report of a seed; of neighboring seeds, all parts differ."""
    random = Random(seed)
    names = ((OBJECTIVE,), (OBJECTIVE, NAMELESS), ())[seed % 3 if seed % 4 else 0]
    one = SloReviewReport(
        slo=due(**DATA[seed % len(DATA)]),
        objectives=tuple(measured(random, objective) for objective in names),
        suggestion=SUGGESTIONS[seed * 7 % len(SUGGESTIONS)],
        step=None
        if seed % 5 == 4
        else NextStep(LEVELS[seed % 8], STATES[seed % 3], [*STEPS][seed % 4]),
        owners=("mori", "sato")[: seed % 3],
        max_provisional=91 * DAY,
    )
    if seed % 6 != 5:
        return one

    places = [replace(OBJECTIVE.placement, name=name) for name in ("eu", "us")]
    return together(
        [
            replace(one, objectives=(measured(random, replace(OBJECTIVE, placement=place)),))
            for place in places
        ]
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_review_issue_has_figures_a_suggestion_and_questions(
    language: Language, golden: Golden
) -> None:
    kinds = ("prometheus", "store", "", "synthetic")
    texts = []
    for seed in range(16 if language == "en" else 6):
        origin = FigureOrigin(
            until=UNTIL,
            span=(28, 91)[seed % 2] * DAY,
            source="http://prometheus",
            is_made_up=seed % 4 == 3,
            kind=kinds[seed % 4],
        )
        one = report(seed)
        draft = SloReviewIssueWriter(words_in(language), origin, TODAY, {}).issue(one)
        texts.append(
            f"# {draft.title} ({draft.marker.key}; {', '.join(draft.assignees)})\n\n{draft.text}"
        )
        assert draft.labels == ("slo-review",)
    golden.check(GOLDEN / f"reviews.{language}.md", "\n\n".join([*texts, draft.on_reopening, ""]))


@pytest.mark.parametrize(
    ("data", "since", "word"),
    [
        ({"day": "2026-11-20"}, "2026-10-01", "Reviewed on 2026-11-20; the next review is due on"),
        ({"day": "2026-10-01"}, "2026-10-01", "The review is now due on 2026-10-31."),
        ({"day": "2026-10-01"}, "never", "Reviewed on 2026-10-01; the next review is due on"),
        ({}, "2026-10-01", "The date of the last review was removed; a new review issue follows."),
        ({}, "never", "The review is now due on ."),
    ],
)
def test_a_review_issue_is_closed_with_the_next_date(
    data: dict[str, str], since: str, word: str
) -> None:
    slo = due(**data)
    origin = FigureOrigin(until=UNTIL, span=28 * DAY, source="", is_made_up=False, kind="")
    known = {(slo.service, slo.name): slo}
    writer = SloReviewIssueWriter(words_in("en"), origin, TODAY, known)
    issue = replace(ISSUE, marker=Marker("revisit", f"shop/checkout/{since}"))
    assert writer.word(issue).startswith(word)
    gone = replace(issue, marker=Marker("revisit", f"shop/search/{since}"))
    assert writer.word(gone) == "This SLO is no longer declared."


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("prometheus", "Run `reliability history pull` to get measurements."),
        ("store", "Run `reliability history import` to get measurements."),
        ("synthetic", "Declare a history source in `policies/history.yaml` to get measurements."),
        ("", "Declare a history source in `policies/history.yaml` to get measurements."),
    ],
)
def test_without_measurements_an_issue_says_how_to_get_them(kind: str, way: str) -> None:
    origin = FigureOrigin(until=UNTIL, span=28 * DAY, source="", is_made_up=False, kind=kind)
    one = replace(report(1), objectives=(NoEvidence(OBJECTIVE, "nothing"),), suggestion=None)
    draft = SloReviewIssueWriter(words_in("en"), origin, TODAY, {}).issue(one)
    assert f"\n\n{way}\n" in draft.text
    assert "No suggestion without measurements." in draft.text
