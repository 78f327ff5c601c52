"""Digests of many periods in a golden file, and the data that they are made of.

`pytest tests/review/digest/test_answers.py --update-golden` rewrites it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final, get_args

import pytest

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, NoteState
from reliability.render.words import Language, words_in
from reliability.review.digest.counts import DigestCounts, earlier
from reliability.review.digest.drafts import UserImpact, issue_drafts, replayed
from reliability.review.digest.issue import Digest, DigestIssueWriter, DriftedTarget
from reliability.review.digest.period import Period, before
from reliability.review.digest.signals import DigestSignals, SilentSignal
from reliability.review.slo_review.evidence import NoEvidence, ObjectiveEvidence, ReviewEvidence
from reliability.timespan import DAY, WEEK, TimeSpan
from tests.forge.test_notes import ISSUE
from tests.golden import Golden
from tests.review.dashboard.test_issue import shown_due, waiver
from tests.review.digest.test_issue import counted, digest
from tests.review.issues.office import catalog
from tests.review.slo_review.test_figures import evidence, notified, period
from tests.review.slo_review.test_issue import NAMELESS
from tests.review.slo_review.test_suggestion import OBJECTIVE

GOLDEN: Final = Path(__file__).parent / "golden"
WEEKLY: Final = before(date(2026, 11, 25), "week")
MONTHLY: Final = before(date(2026, 11, 25), "month")
COUNTS: Final = DigestCounts(pages=4, with_impact=1, tickets=2, logs=3)


def budget(random: Random, over: Period) -> ReviewEvidence:
    """One SLO, with or without figures."""
    pick = random.choice
    objective = pick((OBJECTIVE, NAMELESS))
    if random.random() < 0.25:
        return NoEvidence(objective, pick(("nothing is stored", "new | <b>")))
    known = evidence(
        objective=replace(objective, placement=replace(objective.placement, name=pick(("", "eu")))),
        of=pick((period(0.9995, 0.5), period(0.98, 20.0), period(None, None, 0.42))),
        why=pick(("", "", "coarse")),
    )
    span = pick((over.span, TimeSpan(over.span.start, over.span.end - WEEK / 9)))
    counted = replace(known.period, events=pick((1234.0, 5.0, 0.0)))
    return replace(known, known=pick(((span,), ())), period=counted)


def made(seed: int) -> Digest:
    """The digest of a seed; of neighboring seeds, all parts differ."""
    random = Random(seed)
    over = (WEEKLY, MONTHLY)[seed % 2]
    sizes = ((0, 0), (1, 2), (11, 12), (3, 230))[seed % 4]
    tiers = [*(("alert",) * sizes[0]), *(("ticket", "log") * sizes[1])[: sizes[1]]]
    silent = [SilentSignal("shop", f"Silent{number}") for number in range((0, 1, 3)[seed % 3])]
    signals = DigestSignals(
        tuple(counted(tier, number + 1) for number, tier in enumerate(tiers)), tuple(silent)
    )
    counts = replace(COUNTS, pages=random.choice((0, 1, 4)), unknown=random.choice((0, 0, 1)))
    periods = [(f"2026-W{30 + number}", replace(COUNTS, pages=number)) for number in range(8)]
    objects = tuple(f"o{number}" for number in range(11))
    drift = (
        DriftedTarget("grafana", objects[: (10, 11, 1)[seed % 3]]),
        DriftedTarget("mimir", (), "it answered 503 | <b>"),
        DriftedTarget("files", ()),
    )
    return digest(
        period=over,
        signals=None if seed % 5 == 3 else signals,
        counts=None if seed % 7 == 3 else counts,
        earlier=tuple(periods[: (0, 2, 8)[seed % 3]]),
        budgets=tuple(budget(random, over) for _ in range((0, 2, 5, 14)[seed % 4])),
        is_made_up=seed % 3 == 1,
        drift=drift[: seed % 4],
        waivers=tuple(
            waiver(number, (over.until + offset * DAY).isoformat())
            for number, offset in enumerate((-1, 0, 1)[: seed % 4])
        ),
        due=tuple(shown_due(f"slo{number}") for number in range((0, 1, 10, 11)[seed % 4])),
        why=("", "down")[seed % 2],
        in_environments=(("eu", counts), ("us", COUNTS)) if seed % 4 == 2 else (),
    )


@pytest.mark.parametrize("language", get_args(Language))
def test_a_digest_has_all_that_fired_and_is_open(language: Language, golden: Golden) -> None:
    texts = []
    for seed in range(15 if language == "en" else 5):
        draft = DigestIssueWriter(words_in(language)).issue(made(seed))
        long = draft.text.split("\n")
        shown = [*long[:90], f"({len(long) - 90} more lines)"] if len(long) > 100 else long
        texts.append("\n".join([f"# {draft.title}", *shown]))
    golden.check(GOLDEN / f"digests.{language}.md", "\n\n".join([*texts, ""]))


@pytest.mark.parametrize(
    ("day", "week", "month"),
    [
        ("2026-11-25", ("2026-W47", "2026-11-16"), ("2026-10", "2026-10-01")),
        ("2026-11-23", ("2026-W47", "2026-11-16"), ("2026-10", "2026-10-01")),
        ("2026-11-22", ("2026-W46", "2026-11-09"), ("2026-10", "2026-10-01")),
        ("2027-01-01", ("2026-W52", "2026-12-21"), ("2026-12", "2026-12-01")),
        ("2027-01-04", ("2026-W53", "2026-12-28"), ("2026-12", "2026-12-01")),
        ("2024-03-01", ("2024-W08", "2024-02-19"), ("2024-02", "2024-02-01")),
        ("2024-02-29", ("2024-W08", "2024-02-19"), ("2024-01", "2024-01-01")),
    ],
)
def test_a_period_is_the_last_whole_one(
    day: str, week: tuple[str, str], month: tuple[str, str]
) -> None:
    today = date.fromisoformat(day)
    weekly, monthly = before(today, "week"), before(today, "month")
    assert (weekly.name, weekly.first.isoformat()) == week
    assert (monthly.name, monthly.first.isoformat()) == month
    assert weekly.until - weekly.first == WEEK
    assert weekly.until <= today
    assert (monthly.until.day, monthly.first.day) == (1, 1)
    assert weekly.span.length == WEEK


def note(number: int, key: str, text: str = "", state: NoteState = "open") -> Issue:
    return replace(ISSUE, id=number, marker=Marker("digest", key), text=text, state=state)


def test_earlier_digests_are_those_of_the_same_length_with_counts() -> None:
    lines = {number: str(replace(COUNTS, pages=number)) for number in range(20)}
    notes = [
        note(1, "2026-W47", lines[1]),
        note(2, "2026-W46", f"{lines[2]}\nmore", "closed"),
        note(3, "2026-W45", f"text\n{lines[3]}"),
        note(4, "2026-W44", lines[4].replace("4 pages", "1234567890 pages")),
        note(5, "2026-10", lines[5]),
        note(6, "2026-W46", lines[6]),
        note(7, "2026-W48", lines[7]),
        *(note(number, f"2026-W{number + 20}", f"{lines[number]} \r") for number in range(8, 18)),
    ]
    known = earlier(notes, WEEKLY)
    assert [(name, counts.pages) for name, counts in known] == [
        *((f"2026-W{number + 20}", number) for number in range(11, 18)),
        ("2026-W46", 2),
    ]
    assert earlier(notes, MONTHLY) == []
    assert earlier(notes, Period("2026-11", date(2026, 11, 1), date(2026, 12, 1))) == [
        ("2026-10", replace(COUNTS, pages=5))
    ]


@pytest.mark.parametrize(
    ("notes", "drafts"),
    [
        ([], ["2026-W47 new"]),
        (
            [note(1, "2026-W46"), note(2, "2026-10"), note(3, "2026-09", state="closed")],
            ["2026-10 stays", "2026-W47 new"],
        ),
        (
            [note(1, "2026-W46"), note(2, "2026-10"), note(3, "2026-W48", state="closed")],
            ["2026-10 stays", "2026-W47 new"],
        ),
        ([note(1, "2027-W52"), note(2, "2026-W46")], ["2027-W52 stays", "2026-W47 new"]),
        ([note(1, "2026-W48"), note(2, "2026-W47", state="closed")], ["2026-W48 stays"]),
        ([note(1, "2026-W47"), note(2, "2026-11")], ["2026-11 stays", "2026-W47 new"]),
    ],
)
def test_a_later_digest_stays_and_stops_no_other(notes: list[Issue], drafts: list[str]) -> None:
    draft = replace(DigestIssueWriter(words_in("en")).issue(digest()), title="new")
    known = issue_drafts(draft, notes, WEEKLY)
    words = {"new": "new", ISSUE.title: "stays"}
    assert [f"{one.marker.key} {words[one.title]}" for one in known] == drafts


def weekly(
    pages: tuple[int, ...], impact: tuple[int, ...], tickets: tuple[int, ...], **more: Any
) -> ObjectiveEvidence:
    every = tuple(True for _ in pages)
    until = datetime.combine(WEEKLY.until, datetime.min.time(), tzinfo=UTC)
    known = evidence(pages=notified(pages, every, impact), tickets=notified(tickets, every))
    spans = (TimeSpan(until - more.pop("weeks", len(pages)) * WEEK, until),)
    return replace(known, **{"known": spans, **more})


def test_replayed_weeks_are_the_sums_of_all_objectives() -> None:
    one = weekly((1, 2, 3), (0, 1, 2), (5, 6, 7))
    other = weekly((10, 20, 30, 40), (1, 0, 0, 3), (0, 0, 1, 0))
    skipped = weekly((9, 9, 9), (9, 9, 9), (9, 9, 9), not_replayed="coarse")
    assert replayed([one, NoEvidence(OBJECTIVE, "new"), other, skipped], WEEKLY) == [
        ("2026-W45", DigestCounts(pages=21, with_impact=0, tickets=5, logs=0)),
        ("2026-W46", DigestCounts(pages=32, with_impact=1, tickets=7, logs=0)),
        ("2026-W47", DigestCounts(pages=43, with_impact=5, tickets=7, logs=0)),
    ]
    assert replayed([one, other], MONTHLY) == []
    assert replayed([skipped], WEEKLY) == []
    assert replayed([], WEEKLY) == []


def test_a_week_is_replayed_if_any_objective_knows_it() -> None:
    one, other = (weekly((1, 2, 3), (0, 0, 0), (0, 0, 0), weeks=weeks) for weeks in (1, 2))
    assert [name for name, _ in replayed([one], WEEKLY)] == ["2026-W47"]
    assert [name for name, _ in replayed([one, other], WEEKLY)] == ["2026-W46", "2026-W47"]
    many = weekly((0,) * 12, (0,) * 12, (0,) * 12)
    assert [name for name, _ in replayed([many], WEEKLY)][::7] == ["2026-W40", "2026-W47"]


HOUR = timedelta(hours=1)
START = WEEKLY.span.start


def hours(first: float, last: float) -> TimeSpan:
    return TimeSpan(START + first * HOUR, START + last * HOUR)


@pytest.mark.parametrize(
    ("spans", "known", "why", "affected"),
    [
        ([hours(1, 2)], [hours(0, 9)], "", False),
        ([hours(4, 5)], [hours(0, 9)], "", False),
        ([hours(3.9, 5)], [hours(0, 9)], "", True),
        ([hours(1, 3)], [hours(0, 9)], "", True),
        ([hours(0, 2.9)], [hours(0, 9)], "", False),
        ([hours(4.1, 5)], [hours(0, 9)], "", False),
        ([], [hours(3.1, 9)], "", False),
        ([], [hours(3.11, 9)], "", None),
        ([], [], "", None),
        ([], [hours(0, 9)], "coarse", None),
        ([hours(3, 4)], [], "coarse", True),
    ],
)
def test_the_impact_on_users_is_known_if_the_history_is(
    spans: list[TimeSpan], known: list[TimeSpan], why: str, affected: bool | None
) -> None:
    one = replace(evidence(), user_impact=tuple(spans), known=tuple(known), not_replayed=why)
    impact = UserImpact.of([one], catalog(), WEEKLY)
    assert impact.during("shop", hours(3, 4)) is affected
    assert impact.during("pay", hours(3, 4)) is None
    both = UserImpact.of([one, NoEvidence(OBJECTIVE, "new")], catalog(), WEEKLY)
    assert both.during("shop", hours(3, 4)) is (True if affected else None)
