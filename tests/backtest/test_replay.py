"""Parts of a replay at their limits: evaluations, windows, groups, days and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from reliability.backtest.budget import Budget, attainment
from reliability.backtest.confidence import other_phases, unseen
from reliability.backtest.episodes import episodes
from reliability.backtest.events import Event
from reliability.backtest.firing import Firing, ReplayTerms, fire, grid_of, once_pending
from reliability.backtest.kernel import Evaluation, PrefixSums, StepGrid
from reliability.backtest.outcome import AlertFirings, Detection, Deviation, EventVerdict
from reliability.backtest.quality import touches
from reliability.backtest.replay import (
    ObjectiveSide,
    budget_side,
    by_day,
    coverage,
    fired,
    group_series,
    measured,
    open_side,
    warm_up_of,
)
from reliability.backtest.verdicts import merged
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.promql.evaluate.semantics import Ranges
from reliability.resolve.objectives import objectives
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from tests.backtest.replaying import (
    DAY,
    HOUR,
    SLOW,
    START,
    burn_alert,
    holds_at,
    minutes,
    series,
)
from tests.backtest.repository import catalog, policy, slo

SECOND = timedelta(seconds=1)
[OBJECTIVE] = objectives(catalog(slo("checkout"), policy("checkout")))
[QUIET] = objectives(catalog(slo("checkout")))


def seconds(count: int | None) -> timedelta | None:
    return None if count is None else count * SECOND


@pytest.mark.parametrize(
    ("span", "every", "phase", "starts", "count"),
    [
        ((0, 60), 1, 0, 0, 60),
        ((0, 60), 2, 0, 0, 30),
        ((1, 60), 2, 0, 2, 29),
        ((1, 61), 2, 0, 2, 30),
        ((1, 60), 2, 1, 1, 30),
        ((2, 60), 2, 1, 3, 29),
        ((1, 61), 5, 0, 5, 12),
        ((1, 61), 5, 3, 3, 12),
        ((1, 61), 5, 7, 2, 12),
        ((5, 5), 5, 0, 5, 0),
        ((6, 9), 5, 0, 10, 0),
    ],
)
def test_evaluations_are_at_multiples_of_their_interval_since_1970(
    span: tuple[int, int], every: int, phase: int, starts: int, count: int
) -> None:
    of = series([0] * 70, [1] * 70)
    terms = ReplayTerms(minutes(*span), phase=phase * MINUTE)
    start, grid = grid_of(every * MINUTE, of, terms)
    assert (start - EPOCH - terms.phase) % (every * MINUTE) == timedelta(0)
    assert ((start - START) / MINUTE, grid) == (starts, StepGrid(starts, every, count))


@pytest.mark.parametrize(
    ("span", "is_held"),
    [((10, 20), True), ((9, 20), False), ((10, 21), True), ((10, 22), False), ((0, 1), False)],
)
def test_a_series_has_to_hold_the_span(span: tuple[int, int], is_held: bool) -> None:
    of = replace(series([0] * 10, [1] * 10), start=START + 10 * MINUTE)
    terms = ReplayTerms(minutes(*span))
    if is_held:
        _, grid = grid_of(MINUTE, of, terms)
        assert grid.count == span[1] - span[0]
    else:
        with pytest.raises(ValueError, match="does not hold"):
            grid_of(MINUTE, of, terms)


@pytest.mark.parametrize("ranges", Ranges)
@pytest.mark.parametrize("scrape", [None, 15, 60])
@pytest.mark.parametrize("inclusive", [False, True])
def test_windows_may_begin_before_the_series(
    ranges: Ranges, scrape: int | None, inclusive: bool
) -> None:
    """What is not known counts as no event."""
    random = np.random.default_rng(3)
    bad = random.integers(0, 4, 200).astype(float)
    of = series(bad.tolist(), [20.0] * 200)
    condition = burn_alert("0.99", minimum_failures=3).condition
    counts = PrefixSums.of(replace(of, interval=seconds(scrape)), 6 * HOUR)
    on = Evaluation(counts, StepGrid(0, 1, 201), ranges).holds(condition)
    if scrape != 15:
        assert on.tolist() == [holds_at(condition, of, steps, ranges) for steps in range(201)]
    assert 0 < on.sum() < 201


@pytest.mark.parametrize(
    ("on", "evaluations", "fires"),
    [
        ("", 2, ""),
        ("1", 1, "0"),
        ("11", 1, "01"),
        ("0111011110", 2, "0001000110"),
        ("0111011110", 3, "0000000010"),
        ("0111011110", 4, "0000000000"),
        ("1111", 9, "0000"),
    ],
)
def test_an_alert_fires_once_it_was_pending_long_enough(
    on: str, evaluations: int, fires: str
) -> None:
    true = np.array([sign == "1" for sign in on], dtype=bool)
    firing = once_pending(true, evaluations)
    assert "".join("01"[bool(value)] for value in firing) == fires
    assert "".join("01"[bool(value)] for value in true) == on


@pytest.mark.parametrize(
    ("after", "first"), [(0, 1), (59, 2), (60, 2), (61, 3), (120, 3), (121, 4)]
)
def test_for_is_rounded_up_to_evaluations(after: int, first: int) -> None:
    of = series([10] * 60, [10] * 60)
    alert = replace(burn_alert(), after=after * SECOND)
    span = TimeSpan(START + MINUTE, START + HOUR)
    firing = fire(alert, of, PrefixSums.of(of, 6 * HOUR), ReplayTerms(span, Ranges.CLOSED))
    [interval] = firing.intervals()
    assert (interval.start - START) / MINUTE == first
    assert (interval.end, firing.time) == (START + HOUR, START + HOUR - interval.start)


@pytest.mark.parametrize(
    ("every", "step", "phases"),
    [
        (60, 60, []),
        (120, 60, [60]),
        (240, 60, [60, 120, 180]),
        (180, 60, [60, 120]),
        (60, 15, [15, 30, 45]),
        (60, 30, [30]),
    ],
)
def test_other_phases_are_quarters_that_steps_can_tell(
    every: int, step: int, phases: list[int]
) -> None:
    assert other_phases(every * SECOND, step * SECOND) == tuple(late * SECOND for late in phases)


@pytest.mark.parametrize("fires", [(), (0,), (100,), (360,), (361,), (250, 500), (720,)])
def test_unseen_failures_are_the_most_of_six_hours_without_a_firing(fires: Sequence[int]) -> None:
    bad = [0.0] * 721
    for minute, count in ((0, 3), (1, 1), (99, 3), (240, 4), (300, 3), (359, 1), (360, 9)):
        bad[minute] = count
    of = series(bad, [100] * 721)
    on = np.zeros(721, dtype=bool)
    on[list(fires)] = True
    firing = Firing(alert=burn_alert(), labels={}, start=START, every=MINUTE, on=on)
    counts = PrefixSums.of(of, HOUR)

    # An evaluation knows the minutes before it.
    most = max(
        sum(bad[first : first + 360]) * (not on[first + 1 : first + 361].any())
        for first in range(361)
    )
    assert unseen(firing, counts, StepGrid(0, 1, 721)) == most
    short = replace(firing, on=on[:360])
    assert unseen(short, counts, StepGrid(0, 1, 360)) == 0.0


@dataclass(frozen=True)
class Held:
    """A source of history that has these groups."""

    groups: tuple[Series, ...]
    description: str = "a test"
    is_made_up: bool = False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        del sli, span
        return self.groups or NoHistory("nothing is stored")


SPAN = TimeSpan(START, START + 2 * DAY)
TERMS = ReplayTerms(SPAN)


def group(failing: float, known: float = 1.0, interval: int | None = None) -> Series:
    """Two days in which so many of 100 requests fail each minute, and the share that is known."""
    there = np.arange(2880) < known * 2880
    bad, total = np.where(there, failing, 0.0), np.where(there, 100.0, 0.0)
    of = series(bad.tolist(), total.tolist(), there.tolist())
    return replace(of, interval=seconds(interval))


@pytest.mark.parametrize(
    ("intervals", "why"),
    [
        ([60], None),
        ([65, 15], None),
        ([None], None),
        (
            [60, 66],
            "its samples are 66 s apart, and event mode is right up to 60 s; "
            "replay with --mode sample",
        ),
        (
            [120, None],
            "its samples are 120 s apart, and event mode is right up to 60 s; "
            "replay with --mode sample",
        ),
    ],
)
def test_the_coarsest_group_decides_whether_event_mode_replays(
    intervals: list[int | None], why: str | None
) -> None:
    source = Held(tuple(group(0, interval=interval) for interval in intervals))
    side = open_side(OBJECTIVE, source, TERMS, timedelta(0))
    assert side.missing == (NoHistory(why) if why else None)
    assert len(side.groups) == (0 if why else len(intervals))
    assert len(budget_side(OBJECTIVE, source, TERMS).groups) == len(intervals)


def test_a_source_without_the_series_has_no_side() -> None:
    for side in (
        open_side(OBJECTIVE, Held(()), TERMS, HOUR),
        budget_side(OBJECTIVE, Held(()), TERMS),
    ):
        assert (side.groups, side.missing) == ((), NoHistory("nothing is stored"))
        assert fired(side, OBJECTIVE.alerts, TERMS) == NoHistory("nothing is stored")
        assert measured(side, TERMS, TERMS) == NoHistory("nothing is stored")


def side_of(*groups: Series) -> ObjectiveSide:
    return ObjectiveSide(OBJECTIVE, group_series(OBJECTIVE, groups, TERMS, timedelta(0)), None)


@pytest.mark.parametrize(
    ("groups", "reached", "known", "events"),
    [
        ([(1.0, 1.0)], 0.99, 1.0, 288_000),
        ([(1.0, 1.0), (4.0, 0.95)], 0.96, 0.95, 561_600),
        ([(4.0, 0.95), (1.0, 1.0)], 0.96, 0.95, 561_600),
        ([(1.0, 0.9)], 0.99, 0.9, 259_200),
        ([(1.0, 0.89)], 0.99, 0.89, 256_400),
        ([(1.0, 1.0), (4.0, 0.5)], 0.96, 0.5, 432_000),
        ([(1.0, 0.0)], None, 0.0, 0),
    ],
)
def test_the_worst_group_is_measured_as_far_as_it_is_known(
    groups: list[tuple[float, float]], reached: float | None, known: float, events: float
) -> None:
    side = side_of(*(group(*one) for one in groups))
    summary = measured(side, TERMS, TERMS)
    assert not isinstance(summary, NoHistory)
    attained = summary.attainment
    assert (attained is None) == (reached is None)
    assert attained is None or round(attained, 9) == reached
    assert (round(summary.coverage, 3), summary.events) == (known, events)
    assert (summary.part is None) == (known >= 0.98)
    assert (coverage(side, TERMS), summary.days) == (summary.coverage, ())


def test_days_spend_shares_of_the_budget_of_the_worst_group() -> None:
    """One in 1,000 may fail, 30 days: a day in which 1 % fails spends a third of the budget."""
    third, thirds = round(10 / 30, 9), round(20 / 30, 9)

    def days(*groups: Series) -> list[float | None]:
        spent = by_day(side_of(*groups), TERMS)
        return [None if day is None else round(day, 9) for day in spent]

    assert days(group(1.0)) == [third, third]
    assert days(group(1.0), group(2.0)) == [thirds, thirds]
    assert days(group(2.0), group(1.0)) == [thirds, thirds]
    assert days(group(1.0, 0.5)) == [third, None]
    assert days(group(1.0, 0.75)) == [third, round(third / 2, 9)]
    assert days(group(1.0, 0.74)) == [third, None]
    assert days(group(1.0, 0.5), group(2.0)) == [thirds, thirds]
    assert days(group(2.0), group(1.0, 0.5)) == [thirds, thirds]
    with_days = measured(side_of(group(1.0)), replace(TERMS, with_confidence=True), TERMS)
    assert not isinstance(with_days, NoHistory)
    assert len(with_days.days) == 2


def test_a_budget_without_traffic_or_allowance_is_nothing() -> None:
    of = group(1.0)
    none = Budget.of(Decimal(1), 30 * DAY, of, SPAN)
    assert (none.failures, none.share(5.0), none.spent(of, SPAN)) == (0.0, 0.0, 0.0)
    empty = Budget.of(Decimal("0.99"), 30 * DAY, group(0.0, 0.0), SPAN)
    assert (empty.failures, round(empty.ratio, 9)) == (0.0, 0.01)
    half = Budget.of(Decimal("0.99"), 30 * DAY, group(0.0, 0.5), SPAN)
    assert round(half.failures, 6) == 100 * 1440 * 30 / 100
    assert attainment(group(0.0, 0.0), SPAN) is None


def test_the_longest_window_decides_how_much_is_read_before_the_span() -> None:
    assert warm_up_of([OBJECTIVE]) == 3 * DAY
    assert warm_up_of([QUIET, OBJECTIVE]) == 3 * DAY
    assert warm_up_of([QUIET]) == 6 * HOUR
    assert warm_up_of([]) == 6 * HOUR


@pytest.mark.parametrize(
    ("bad", "spent"),
    [
        # Only an hour's window is above its threshold: nine minutes of 10 % failing.
        ([(1000, 30, 10.0)], [9 * 10 / 4320]),
        # Both windows begin to fire in one minute; the longer one counts.
        ([(700, 350, 0.56), (1060, 60, 100.0)], None),
    ],
)
def test_the_budget_before_an_episode_is_that_of_the_longest_window_that_fired(
    bad: list[tuple[int, int, float]], spent: list[float] | None
) -> None:
    failing = np.zeros(2880)
    for first, length, count in bad:
        failing[first : first + length] += count
    of = series(failing.tolist(), [100.0] * 2880)
    budget = Budget.of(Decimal("0.999"), 30 * DAY, of, SPAN)
    counts = PrefixSums.of(of, 3 * DAY)
    for alert in (burn_alert(), burn_alert(pairs=SLOW)):
        firing = fire(alert, of, counts, TERMS)
        known = list(episodes(firing, of, counts, budget, TERMS))
        for episode in known:
            begins = (episode.span.start - START) // MINUTE
            windows = [
                (pair.long // MINUTE - 1, pair.short // MINUTE - 1, pair.factor(30 * DAY))
                for pair in alert.pairs
            ]
            burning = [
                long
                for long, short, factor in windows
                if all(
                    failing[max(begins - length, 0) : begins].sum()
                    > factor * 0.001 * 100 * min(length, begins)
                    for length in (long, short)
                )
            ]
            within = failing[max(begins - max(burning), 0) : begins].sum()
            assert episode.spent == pytest.approx(within / 4320)
        if spent and alert.pairs != SLOW:
            assert [episode.spent for episode in known] == pytest.approx(spent)


def verdict(
    first: int, last: int, *, slo_name: str = "a", sli: str = "x", **more: object
) -> EventVerdict:
    kind = more.get("kind", "significant event")
    event = Event(
        kind="incident" if kind == "incident" else "significant event",
        service=str(more.get("service", "shop")),
        span=minutes(first, last),
        name=str(more.get("name", "")),
        slos=frozenset({slo_name}),
        sli=sli,
    )
    old, new = (str(more.get(side, "")) for side in ("old", "new"))
    return EventVerdict(
        event=event,
        slo=slo_name,
        spent=float(str(more.get("spent", 0.1))),
        known=bool(more.get("known", True)),
        old=Detection("p" in old, "t" in old),
        new=Detection("p" in new, "t" in new),
    )


@pytest.mark.parametrize(
    ("verdicts", "events"),
    [
        ([], []),
        ([verdict(5, 9), verdict(1, 3)], ["1-3 a 0.1 m m", "5-9 a 0.1 m m"]),
        # Those that overlap are one, from the first start to the last end.
        (
            [verdict(4, 6, slo_name="b", spent=0.3, new="p"), verdict(1, 9, old="t", new="t")],
            ["1-9 ab 0.3 t p"],
        ),
        ([verdict(1, 9), verdict(2, 3), verdict(8, 12)], ["1-12 a 0.1 m m"]),
        ([verdict(1, 9), verdict(2, 3), verdict(9, 12)], ["1-9 a 0.1 m m", "9-12 a 0.1 m m"]),
        # Those of another SLI, group or service are others.
        ([verdict(1, 9), verdict(2, 3, sli="y")], ["1-9 a 0.1 m m", "2-3 a 0.1 m m"]),
        ([verdict(1, 9), verdict(2, 3, name="zone=a")], ["1-9 a 0.1 m m", "2-3 a 0.1 m m"]),
        ([verdict(1, 9), verdict(2, 3, service="pay")], ["1-9 a 0.1 m m", "2-3 a 0.1 m m"]),
        # An incident is one for all SLOs, whatever its name; others at that time are others.
        (
            [
                verdict(1, 9, kind="incident", name="one", old="p", known=False),
                verdict(1, 9, kind="incident", name="two", slo_name="b", sli="y", spent=0.2),
                verdict(1, 8, kind="incident"),
                verdict(1, 9),
            ],
            ["1-8 a 0.1 m m", "1-9 a 0.1 m m", "1-9 ab 0.2 p m"],
        ),
        (
            [verdict(1, 9, kind="incident", known=False)] * 2,
            ["1-9 a 0.1 m m unknown"],
        ),
    ],
)
def test_verdicts_of_one_event_are_merged(verdicts: list[EventVerdict], events: list[str]) -> None:
    shown = []
    for one in merged(verdicts):
        first, last = ((at - START) // MINUTE for at in (one.event.span.start, one.event.span.end))
        words = {"caught": "p", "ticket only": "t", "missed": "m"}
        sides = f"{words[one.old.word]} {words[one.new.word]}"
        slos = "".join(sorted(one.event.slos))
        unknown = "" if one.known else " unknown"
        shown.append(f"{first}-{last} {slos} {one.spent} {sides}{unknown}")
    assert shown == events


@pytest.mark.parametrize(
    ("old", "new", "is_newly_missed"),
    [("p", "p", False), ("p", "t", True), ("pt", "", True), ("t", "", False), ("", "p", False)],
)
def test_an_event_is_newly_missed_if_it_paged_before(
    old: str, new: str, is_newly_missed: bool
) -> None:
    assert verdict(1, 9, old=old, new=new).is_newly_missed is is_newly_missed


@pytest.mark.parametrize(
    ("span", "touched"),
    [((0, 10), False), ((0, 11), True), ((20, 30), True), ((21, 30), False), ((12, 13), True)],
)
def test_an_episode_that_begins_at_the_end_of_an_event_touches_it(
    span: tuple[int, int], touched: bool
) -> None:
    assert touches(minutes(*span), minutes(10, 20)) is touched


def test_deviations_and_times_add_up() -> None:
    assert Deviation(10, 2, 3, 4) + Deviation(1, 1, 2, 2) == Deviation(11, 3, 5, 6)
    assert Deviation() == Deviation(0, 0, 0, 0)
    empty = AlertFirings((), timedelta(seconds=119), 0.0)
    assert (empty.minutes, empty.per_week.value) == (1, None)
