"""Status of an SLO from recordings of a server, completed from stored history."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest

from reliability.alert_labels import AlertLabelNames
from reliability.backtest.coverage import Coverage
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.compile.prometheus.names import ERRORS, TARGET, TOTAL
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.http.prometheus import Points
from reliability.model.environments import Environment
from reliability.model.targets import ServerTarget
from reliability.providers.completed import Recorded, completed
from reliability.providers.http import open_server
from reliability.resolve.environments.placements import Placement
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan
from tests.providers.test_recorded import CALENDAR, DAY, HOUR, MINUTE, NAMES, NOW, objective

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = [True, True, True, False, True, True]
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
    held: TimeSpan | None = None,
    keeps: str = "400d",
) -> SloStatus:
    """Answer the metrics, and samples of the SLI at the times of `held`."""
    since = min((at for _, points in metrics for at, _ in points), default=None)

    def vector(*values: float) -> httpx.Response:
        samples = [{"metric": {}, "value": [0, str(value)]} for value in values]
        return httpx.Response(
            200, json={"status": "success", "data": {"resultType": "vector", "result": samples}}
        )

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/status/runtimeinfo"):
            about = {"storageRetention": keeps}
            return httpx.Response(200, json={"status": "success", "data": about})
        query, time = (request.url.params[name] for name in ("query", "time"))
        if query.startswith("min("):
            return vector(*([] if since is None else [since]))
        if "__name__" not in query:
            moment = datetime.fromtimestamp(float(time), UTC)
            return vector(*([1.0] if held and held.start <= moment < held.end else []))
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


PULL, BACKFILL = "`reliability history pull`", "`reliability history backfill`"
ALWAYS = TimeSpan(NOW - 90 * DAY, NOW + DAY)


@pytest.mark.parametrize(
    ("past", "reason", "remedy"),
    [
        (None, "", f"run {BACKFILL}"),
        (History(lambda _: NoHistory("nobody pulled it")), "", f"run {PULL} or {BACKFILL}"),
        (
            History(lambda _: (), is_made_up=True),
            "; the history in policies/history.yaml is synthetic and is not used here",
            f"run {BACKFILL}",
        ),
        (History(lambda _: ()), "its history holds no group", f"run {PULL} or {BACKFILL}"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do_if_the_server_has_it(
    past: History | None, reason: str, remedy: str
) -> None:
    said = f"the server records nothing of it{reason}" if reason[:1] in ("", ";") else reason
    for held, advice in ((ALWAYS, remedy), (None, "")):
        one = judged(objective(), past, [], 0.0, held=held)
        assert isinstance(one, UnknownStatus)
        assert (one.reason, one.remedy) == (said, advice)


LAST_WEEKS = TimeSpan(NOW - 14 * DAY, NOW)


@pytest.mark.parametrize(
    ("kept", "since", "held", "remedy"),
    [
        # All that the server holds is recorded, or stored, or both: only time helps.
        (None, 14, LAST_WEEKS, ""),
        (14, 14, LAST_WEEKS, ""),
        (14, 2, LAST_WEEKS, ""),
        # It holds more than is recorded; more than is stored, too; and more between the two.
        (None, 2, LAST_WEEKS, f"run {PULL} or {BACKFILL}"),
        (5, 2, LAST_WEEKS, f"run {PULL} or {BACKFILL}"),
        (-5, 2, TimeSpan(NOW - 6 * DAY, NOW), f"run {PULL} or {BACKFILL}"),
    ],
)
def test_the_advice_ends_when_it_was_followed(
    kept: int | None, since: int, held: TimeSpan, remedy: str
) -> None:
    """The store has the last so many days, or the days up to so many ago; or nothing."""
    of = objective()

    def stored_days(span: TimeSpan) -> Stored:
        if kept is None:
            return NoHistory("no data")
        until = NOW if kept > 0 else NOW + kept * DAY
        return (stored(span, TimeSpan(NOW - (kept if kept > 0 else 14) * DAY, until)),)

    status = ObjectiveStatus(
        objective=of,
        at=NOW,
        attainment=0.9,
        remaining=0.5,
        coverage=Coverage(since / 30, elapsed=30 * DAY),
    )
    metrics = recorded(TimeSpan(NOW - since * DAY, NOW))
    one = judged(of, History(stored_days), metrics, since / 30, status=status, held=held)
    assert isinstance(one, ObjectiveStatus)
    assert (one.coverage.part is not None, one.remedy) == (True, remedy)


@pytest.mark.parametrize(
    ("since", "keeps", "held", "remedies"),
    [
        # A gap in what is recorded is not filled by a backfill from before the period.
        (30 * DAY, "400d", ALWAYS, []),
        (30 * DAY, "15d or 10GiB", ALWAYS, ["extend the server's retention of 15d"]),
        (2 * DAY, "29d", ALWAYS, [f"run {BACKFILL}", "extend the server's retention of 29d"]),
        (2 * DAY, "30d", None, []),
        (2 * DAY, "10GiB", None, []),
    ],
)
def test_a_retention_shorter_than_the_period_is_said(
    since: timedelta, keeps: str, held: TimeSpan | None, remedies: list[str]
) -> None:
    of, metrics = objective(), recorded(TimeSpan(NOW - since, NOW))
    coverage = Coverage(0.06, elapsed=30 * DAY)
    status = ObjectiveStatus(objective=of, at=NOW, attainment=0.9, remaining=0.5, coverage=coverage)
    one = judged(of, None, metrics, 0.06, status=status, held=held, keeps=keeps)
    assert isinstance(one, ObjectiveStatus)
    short = remedies and remedies[-1].startswith("extend")
    assert one.remedy == ", or ".join([*remedies, "shorten the SLO period"] if short else remedies)
    assert (one.known_from() is None) == bool(short)


def test_the_commands_name_the_environment_of_the_objective() -> None:
    place = Placement(environment=Environment(name="eu"), shard=None, label_names=AlertLabelNames())
    of = replace(objective(), placement=place.terms)
    one = judged(of, History(lambda _: NoHistory("")), [], 0.0, held=ALWAYS)
    assert isinstance(one, UnknownStatus)
    assert one.remedy == (
        "run `reliability history pull --environment eu` or "
        "`reliability history backfill --environment eu`"
    )


def test_a_known_status_of_which_nothing_is_recorded_says_so() -> None:
    of = objective()
    former = ObjectiveStatus(objective=of, at=NOW, attainment=1.0, remaining=1.0)
    one = judged(of, None, [], 0.0, status=replace(former, coverage=Coverage(0.0)))
    assert isinstance(one, UnknownStatus)
    assert one.reason == "nothing of the period is recorded"
    assert one.coverage == Coverage(0.0)


def test_a_calendar_that_is_not_written_out_has_no_status() -> None:
    of = objective(window=CALENDAR)
    one = judged(of, None, [], share=0.25, at=datetime(1990, 1, 1, tzinfo=UTC))
    assert one == UnknownStatus(
        objective=of,
        reason="no period of its calendar is written out for 1990-01-01",
        coverage=Coverage(0.25),
    )


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
