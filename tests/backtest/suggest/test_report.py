"""A suggestion as text, Markdown and JSON, each whole."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import Detection, EventVerdict
from reliability.backtest.suggest import report
from reliability.backtest.suggest.candidates import TargetCandidate
from reliability.backtest.suggest.choice import PagingLimits, choose
from reliability.backtest.suggest.suggestion import NotSwept, TargetSuggestion
from reliability.backtest.suggest.sweep import SpanHistory, Sweep, SweepResult
from reliability.rates import WeeklyRate
from reliability.resolve.objectives import Objective, objectives
from reliability.timespan import DAY, TimeSpan
from tests.backtest.repository import SPAN, catalog, policy, slo
from tests.golden import Golden

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 9, 20, tzinfo=UTC)
PAGED = Detection(paged=True, ticketed=False)


def tried(target: str, *, is_round: bool = True, caught: int = 1, met: int = 9) -> SweepResult:
    """A candidate whose figures have more digits than a table shows."""
    candidate = TargetCandidate(Decimal(target), is_round=is_round)
    budget = float(candidate.budget)
    return SweepResult(
        candidate=candidate,
        alert_episodes=WeeklyRate(0.00123456789 / budget),
        ticket_episodes=WeeklyRate(0.00223456789 / budget),
        caught=caught,
        spent=0.00040506077 / budget,
        worst=0.00060506078 / budget,
        met=met,
    )


STRICT = tried("0.9995", caught=2, met=5)
NEXT = tried("0.999")
ODD = tried("0.9985", is_round=False)
NOW = tried("0.9973", is_round=False)
LOOSE = tried("0.99", caught=0, met=10)


def suggestion(name: str, target: str, *, past: SpanHistory, is_made_up: bool) -> TargetSuggestion:
    """What `suggest` makes of these sweeps."""
    limits = PagingLimits(4.0, "over 28 days up to 2026-10-02")
    sweeps = tuple(
        Sweep(windows, tuple(replace(each, met=min(each.met, len(past.ratios))) for each in swept))
        for windows, swept in (
            ("google-30d", (STRICT, NEXT, ODD, NOW, LOOSE)),
            ("hasty_30d", (STRICT, LOOSE)),
        )
    )
    choice = choose(sweeps[0], past, Decimal(target), limits)
    source = "made *up*" if is_made_up else "a server"
    return TargetSuggestion(
        objective=objective(name, target),
        source=source,
        is_made_up=is_made_up,
        terms=ReplayTerms(SPAN),
        past=past,
        sweeps=sweeps,
        choice=choice,
        limits=limits,
    )


def objective(name: str, target: str, named: str = "displayName: served, ") -> Objective:
    text = slo(name, target).replace("displayName: served, ", named)
    [found] = objectives(catalog(text, policy(name)))
    return found


def found() -> list[report.Found]:
    """One to raise, one to keep, one of which too little is known, and one without history."""
    event = Event(kind="incident", service="shop", span=TimeSpan(AT, AT + DAY), name="Nobody paid")
    events = (
        EventVerdict(event=event, slo="checkout", spent=0.1, known=True, old=PAGED, new=PAGED),
    ) * 2
    past = SpanHistory(
        overall=0.0004050607,
        ratios=(0.0004,) * 10,
        coverage=Coverage(history=0.98765432101),
        events=events,
        alerts_known=SPAN.length,
    )
    half = Coverage(history=0.5, elapsed=SPAN.length)
    young = replace(past, overall=0.0005, ratios=(), coverage=half, events=(), part=half.extent)
    return [
        suggestion("checkout", "0.9973", past=past, is_made_up=False),
        suggestion("keep-me", "0.999", past=replace(past, events=()), is_made_up=True),
        suggestion("young", "0.9973", past=young, is_made_up=False),
        NotSwept(objective("search", "0.99"), "no history: nothing is *stored*"),
        NotSwept(objective("stock", "0.99", named=""), "no ##[group] history"),
    ]


def test_the_text_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "suggested.txt", report.text(found(), every=False) + "\n")


def test_the_markdown_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "suggested.md", report.markdown(found(), every=False) + "\n")


def test_the_json_is_as_agreed(golden: Golden) -> None:
    golden.check(GOLDEN / "suggested.json", report.document(found()) + "\n")


def test_candidates_that_are_not_round_are_shown_where_asked() -> None:
    first = found()[:1]
    short, long = (report.text(first, every=every).splitlines() for every in (False, True))
    assert [line for line in long if line not in short] == [
        "     99.85 %   9 of 10          27 %          40 %    0.8     1.5  1 of 2"
    ]
