"""Status of an SLO from recordings of a server, completed from stored history."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest

from reliability.alert_labels import AlertLabelNames
from reliability.backtest.status import Coverage, ObjectiveStatus, SloStatus, UnknownStatus
from reliability.compile.prometheus.names import ERRORS, TARGET, TOTAL
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.http.prometheus import Points
from reliability.model.environments import Environment
from reliability.model.targets import ServerTarget
from reliability.providers.completed import Recorded, completed, known_from
from reliability.providers.http import open_server
from reliability.resolve.environments.placements import Placement
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan
from tests.providers.test_recorded import CALENDAR, DAY, HOUR, MINUTE, NAMES, NOW, objective

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = [True, True, True, False, True, True]
LAST_DAY = TimeSpan(NOW - DAY, NOW)
Stored = tuple[Series, ...] | NoHistory
Metrics = list[tuple[Mapping[str, str], list[tuple[float, float]]]]


@dataclass(frozen=True)
class History:
    """A stored history that answers the same series for each span, and notes the spans."""

    answers: Callable[[TimeSpan], Stored]
    is_made_up: bool = False
    description: str = "a test"
    spans: list[TimeSpan] = field(default_factory=list)

    def series(self, _sli: SliHistory, span: TimeSpan) -> Stored:
        self.spans.append(span)
        return self.answers(span)


def stored(
    span: TimeSpan, known: TimeSpan, bad: float = 0.0, total: float = 1.0, **labels: str
) -> Series:
    """So many events in each minute of `known`, and a gap in the others of `span`."""
    minutes = np.arange(span.steps(MINUTE))
    first, last = ((at - span.start) // MINUTE for at in (known.start, known.end))
    there = (minutes >= first) & (minutes < last)
    return Series(
        start=span.start,
        step=MINUTE,
        bad=np.where(there, bad, 0.0),
        total=np.where(there, total, 0.0),
        known=there,
        source="a test",
        labels=labels,
    )


def recorded(
    span: TimeSpan, offset: float = 0.0, bad: float = 0.0, total: float = 1.0, **labels: str
) -> Metrics:
    """Samples of a server that ran the rules in a span; `bad` and `total` are per minute."""
    start, count = span.start.timestamp(), span.steps(MINUTE)
    minutes = [start + 60 * number + offset for number in range(1, count + 1)]
    names = {**NAMES, **labels}
    return [
        ({"__name__": TARGET, **NAMES}, [(at, 0.999) for at in minutes[1::2]]),
        ({"__name__": TOTAL, **names}, [(at, total / 60) for at in minutes]),
        ({"__name__": ERRORS, **names}, [(at, bad / 60) for at in minutes]),
    ]


def judged(
    of: Objective,
    past: History | None,
    metrics: Metrics,
    share: float,
    status: SloStatus | None = None,
    at: datetime = NOW,
    asked: list[Mapping[str, str]] | None = None,
) -> SloStatus:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(dict(request.url.params))
        result = [
            {"metric": metric, "values": [[at, str(value)] for at, value in values]}
            for metric, values in metrics
        ]
        data = {"resultType": "matrix", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    server = open_server(
        ServerTarget(name="server", url="http://server.example"),
        None,
        ("server.example",),
        writable=False,
        transport=httpx.MockTransport(answer),
    )
    former = status or UnknownStatus(objective=of, reason="the server records nothing of it")
    with server.client:
        return completed(server, former, at, share=share, past=past)


def test_recordings_count_where_the_rules_ran_and_history_counts_before() -> None:
    of = objective(window=CALENDAR)
    since = NOW - 10 * HOUR
    history = History(lambda span: (stored(span, span, bad=0.002, total=2.0),))
    metrics = recorded(TimeSpan(since, NOW), bad=0.001, total=4.0)
    asked: list[Mapping[str, str]] = []
    one = judged(of, history, metrics, share=10 / 57, asked=asked)

    assert isinstance(one, ObjectiveStatus)
    bad, total = 47 * 60 * 0.002 + 600 * 0.001, 47 * 60 * 2 + 600 * 4
    assert one.attainment == pytest.approx(1 - bad / total)
    assert one.remaining == pytest.approx(1 - bad / (0.001 * total * 168 / 57))
    assert one.burn == pytest.approx(0.001 / 4 / 0.001)
    assert (one.at, one.renewed) == (NOW, MONDAY + 7 * DAY)
    assert one.coverage.recorded == pytest.approx(10 / 57)
    assert one.coverage.history == pytest.approx(47 / 57)
    assert history.spans == [TimeSpan(MONDAY, NOW)]
    matchers = 'sloth_service="shop", sloth_slo="checkout-served"'
    assert asked == [
        {
            "query": f'{{__name__=~"{TARGET}|{TOTAL}|{ERRORS}", {matchers}}}[{57 * 3600}s]',
            "time": f"{NOW.timestamp():.3f}",
        }
    ]


def test_the_status_is_of_the_whole_minute_before() -> None:
    of = objective(window=CALENDAR)
    history = History(lambda span: (stored(span, span),))
    late = NOW + timedelta(seconds=59, microseconds=999)
    one = judged(of, history, [], share=0.5, at=late)
    assert isinstance(one, ObjectiveStatus)
    assert (one.at, history.spans) == (NOW, [TimeSpan(MONDAY, NOW)])


PULL = "`reliability history pull checkout`"
BACKFILL = "`reliability history backfill checkout`"


@pytest.mark.parametrize(
    ("past", "share", "reason", "remedy"),
    [
        (
            None,
            0.5,
            "50 % of the period is recorded, and 90 % is needed",
            f"run {BACKFILL}, or wait until 2026-12-07 09:00 UTC",
        ),
        (
            None,
            0.0,
            "the server records nothing of it",
            f"run {BACKFILL}, or wait until 2026-12-22 09:00 UTC",
        ),
        (
            History(lambda _: NoHistory("nobody pulled it")),
            0.12345,
            "12.35 % of the period is recorded, and 90 % is needed; nobody pulled it",
            f"run {PULL} or {BACKFILL}, or wait until 2026-12-18 16:06 UTC",
        ),
        (
            History(lambda _: (), is_made_up=True),
            0.0,
            "the server records nothing of it; the history in policies/history.yaml is synthetic "
            "and is not used here",
            f"run {BACKFILL}, or wait until 2026-12-22 09:00 UTC",
        ),
        (
            History(lambda span: (stored(span, LAST_DAY),)),
            0.0,
            "3.333 % of the period is known, and 90 % is needed",
            f"run {PULL} or {BACKFILL}, or wait until 2026-12-22 09:00 UTC",
        ),
        (
            History(lambda _: ()),
            0.0,
            "its history holds no group",
            f"run {PULL} or {BACKFILL}, or wait until 2026-12-22 09:00 UTC",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(
    past: History | None, share: float, reason: str, remedy: str
) -> None:
    one = judged(objective(), past, [], share)
    assert isinstance(one, UnknownStatus)
    assert (one.reason, one.remedy) == (reason, remedy)
    assert one.coverage is None or one.coverage.recorded == share


def test_the_commands_name_the_environment_of_the_objective() -> None:
    place = Placement(environment=Environment(name="eu"), shard=None, label_names=AlertLabelNames())
    of = replace(objective(), placement=place.terms)
    one = judged(of, History(lambda _: NoHistory("")), [], 0.0)
    assert isinstance(one, UnknownStatus)
    assert one.remedy.startswith(
        "run `reliability history pull checkout --environment eu` or "
        "`reliability history backfill checkout --environment eu`, or wait until "
    )


def test_a_known_status_of_which_nothing_is_recorded_says_so() -> None:
    of = objective()
    former = ObjectiveStatus(objective=of, at=NOW, attainment=1.0, remaining=1.0)
    one = judged(of, None, [], 0.0, status=former)
    assert isinstance(one, UnknownStatus)
    assert one.reason == "0 % of the period is recorded, and 90 % is needed"
    assert one.coverage == Coverage(0.0)


def test_a_calendar_that_is_not_written_out_has_no_status() -> None:
    of = objective(window=CALENDAR)
    one = judged(of, None, [], share=0.25, at=datetime(1990, 1, 1, tzinfo=UTC))
    assert one == UnknownStatus(
        objective=of,
        reason="no period of its calendar is written out for 1990-01-01",
        coverage=Coverage(0.25),
    )


@pytest.mark.parametrize(
    ("share", "window", "known"),
    [
        (0.0, "", NOW + 27 * DAY),
        (0.4, "", NOW + 15 * DAY),
        (0.9, "", NOW),
        # Of 57 hours, 5.7 are missing; they are 10 % of 57.
        (0.9, CALENDAR, NOW),
        (0.95, CALENDAR, MONDAY + 28.5 * HOUR),
        (0.8, CALENDAR, MONDAY + 114 * HOUR),
        (0.5, CALENDAR, MONDAY + 7 * DAY),
    ],
)
def test_the_rules_will_have_recorded_enough_by_themselves(
    share: float, window: str, known: datetime
) -> None:
    of = objective(window=window)
    period = TimeSpan(MONDAY, MONDAY + 7 * DAY) if window else TimeSpan(NOW - 30 * DAY, NOW)
    found = known_from(of, period, NOW, share=share)
    assert abs(found - known) < timedelta(seconds=1)


def recorded_in(
    of: Objective, *points: tuple[dict[str, str], list[tuple[float, float]]]
) -> Recorded:
    """What is recorded in the first six minutes of a Monday; times are seconds of it."""
    start = MONDAY.timestamp()
    made = [
        Points(
            metric={**NAMES, **metric}, values=[(start + second, value) for second, value in values]
        )
        for metric, values in points
    ]
    return Recorded.of(of, made, TimeSpan(MONDAY, MONDAY + 6 * MINUTE))


@pytest.mark.parametrize(
    ("seconds", "there"),
    [
        ((), "......"),
        # A sample of the slow group stands for its minute and the one before.
        ((120,), "##...."),
        ((240,), "..##.."),
        ((360,), "....##"),
        ((60,), "#....."),
        # The evaluation may come up to a minute late.
        ((179.999,), "##...."),
        ((180,), ".##..."),
        ((119.9999999999,), "##...."),
        ((0, 59.9, 420, -60), "......"),
        ((120, 360), "##..##"),
    ],
)
def test_minutes_before_a_recorded_target_are_there(seconds: tuple[float, ...], there: str) -> None:
    one = recorded_in(objective(), ({"__name__": TARGET}, [(second, 0.999) for second in seconds]))
    assert "".join("#" if is_there else "." for is_there in one.there) == there
    assert (one.total, one.bad) == ({}, {})


def test_rates_are_counts_of_the_minute_before_their_sample() -> None:
    of = objective(by="region")
    every = [(float(second), second / 60) for second in range(0, 480, 60)]
    one = recorded_in(
        of,
        ({"__name__": TOTAL, "region": "a"}, every),
        ({"__name__": TOTAL}, [(61.0, 5.0), (125.0, math.nan), (185.0, math.inf)]),
        ({"__name__": ERRORS, "region": "a"}, [(300.0, 0.5)]),
        # Parts of a series, as after a restart with another label.
        ({"__name__": ERRORS, "region": "a", "instance": "b"}, [(360.0, 0.25)]),
    )
    assert {group: counts.tolist() for group, counts in one.total.items()} == {
        ("a",): [60, 120, 180, 240, 300, 360],
        ("",): [300, 0, 0, 0, 0, 0],
    }
    assert {group: counts.tolist() for group, counts in one.bad.items()} == {
        ("a",): [0, 0, 0, 0, 30, 15]
    }


def test_groups_of_both_sources_are_completed_in_order() -> None:
    of = objective(by="region")
    span = TimeSpan(MONDAY, MONDAY + 6 * MINUTE)
    one = recorded_in(
        of,
        ({"__name__": TARGET}, [(360.0, 0.999)]),
        ({"__name__": TOTAL, "region": "b"}, [(float(60 * n), 1.0) for n in range(1, 7)]),
        ({"__name__": TOTAL, "region": "c"}, [(360.0, 2.0)]),
        ({"__name__": ERRORS, "region": "b"}, [(60.0, 1.0), (360.0, 1.0)]),
    )
    history = [
        stored(span, TimeSpan(MONDAY, MONDAY + 2 * MINUTE), bad=1, total=7, region="b"),
        stored(span, TimeSpan(MONDAY, MONDAY + 3 * MINUTE), bad=2, total=9, region="a"),
    ]
    made = one.completed(history)
    assert [
        (one.labels, one.total.tolist(), one.bad.tolist(), one.known.tolist()) for one in made
    ] == [
        ({"region": "a"}, [9, 9, 9, 0, 0, 0], [2, 2, 2, 0, 0, 0], KNOWN),
        ({"region": "b"}, [7, 7, 0, 0, 60, 60], [1, 1, 0, 0, 0, 60], KNOWN),
        ({"region": "c"}, [0, 0, 0, 0, 0, 120], [0] * 6, KNOWN),
    ]
    assert {(one.start, one.step, one.source) for one in made} == {
        (MONDAY, MINUTE, "recorded, and history")
    }
    # The time that the rules ran is the same for a second question.
    assert one.there.tolist() == [False] * 4 + [True] * 2
