"""How SLOs stand by what a server recorded, from answers that a test makes up."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.present import PresentState
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.compile.prometheus.names import BUDGET_REMAINING, TARGET, TOTAL, ratio_record
from reliability.compile.prometheus.period import record_of
from reliability.model.targets import ServerTarget
from reliability.providers.http import HttpServer, open_server
from reliability.providers.recorded import present_states, recorded_shares, recorded_statuses
from reliability.resolve.alerts import objective_alerts
from reliability.resolve.objectives import Objective, objectives
from reliability.scalars import duration_text
from tests.backtest.repository import catalog, policy, slo

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONG, SHORT = ratio_record(HOUR), ratio_record(5 * MINUTE)
EVERY = 30 * 720
"""Evaluations of the slow group in thirty days: one every two minutes."""

NAMES = {"sloth_service": "shop", "sloth_slo": "checkout-served"}
CALENDAR = '{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: UTC}}'
PERIOD = {"sloth_window": "30d"}
IDLE = PresentState(at=NOW, source="server", firing=())
"""A server that runs the rules, in which no ratio is recorded and no alert fires."""

Found = tuple[str, Mapping[str, str], float]


def objective(by: str = "", window: str = "") -> Objective:
    text = slo("checkout")
    if by:
        grouped = f"{{name: checkout, annotations: {{reliability/group-by: {by}}}}}"
        text = text.replace("{name: checkout}", grouped, 1)
    if window:
        text = text.replace("{duration: 30d, isRolling: true}", window)
    return next(iter(objectives(catalog(text, policy("checkout")))))


@contextmanager
def opened(asked: list[str], *found: Found, evaluations: float = EVERY) -> Iterator[HttpServer]:
    """A server that recorded these values, and its rules so many evaluations."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/status/runtimeinfo"):
            return httpx.Response(404)
        query = request.url.params["query"]
        asked.append(query)
        values: list[tuple[Mapping[str, str], float]] = [
            ({"__name__": record, **NAMES, **more}, value) for record, more, value in found
        ]
        if query.startswith("count_over_time"):
            values = [(NAMES, evaluations)]
        moment = NOW.timestamp()
        result = [{"metric": metric, "value": [moment, str(value)]} for metric, value in values]
        data = {"resultType": "vector", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    target = ServerTarget(name="server", url="http://server.example")
    transport = httpx.MockTransport(answer)
    server = open_server(target, None, ("server.example",), writable=False, transport=transport)
    with server.client:
        yield server


def status(of: Objective, *found: Found, evaluations: float = EVERY) -> SloStatus:
    with opened([], *found, evaluations=evaluations) as server:
        [one] = recorded_statuses(server, [of], NOW, None)
    return one


def period_ratio(of: Objective, value: float, **more: str) -> Found:
    return record_of(of), {**PERIOD, **more}, value


def known(of: Objective, *found: Found) -> ObjectiveStatus:
    one = status(of, *found)
    assert isinstance(one, ObjectiveStatus)
    return one


@pytest.mark.parametrize(
    ("ratios", "hour", "minutes"),
    [
        ({LONG: 0.002, SHORT: 0.5}, 2.0, 500.0),
        ({SHORT: 0.003}, None, 3.0),
        ({LONG: 0.003, SHORT: math.nan}, 3.0, None),
        ({}, None, None),
        ({LONG: 0.0}, 0.0, None),
        # No event in five minutes, and some in the hour, or none either
        ({LONG: 0.003, TOTAL: 0.0, TARGET: 0.999}, 3.0, 0.0),
        ({TOTAL: 0.0, TARGET: 0.999}, 0.0, 0.0),
        # The rules of long windows have not been evaluated yet
        ({TOTAL: 0.0}, None, None),
        ({TOTAL: 5.0, TARGET: 0.999}, None, None),
    ],
)
def test_the_burn_rates_are_those_of_an_hour_and_of_five_minutes(
    ratios: dict[str, float], hour: float | None, minutes: float | None
) -> None:
    of = objective()
    ratio_samples: list[Found] = [(record, {}, value) for record, value in ratios.items()]
    one = known(of, (BUDGET_REMAINING, {}, 0.4), period_ratio(of, 0.0006), *ratio_samples)
    assert one.present is not None
    assert (one.present.hour, one.present.minutes) == pytest.approx((hour, minutes))
    assert (one.present.at, one.present.source, one.present.firing) == (NOW, "server", ())
    assert one.burn == pytest.approx(minutes if hour is None else hour)
    assert (one.remaining, one.attainment) == (0.4, 1 - 0.0006)
    assert (one.at, one.renewed, one.coverage) == (
        NOW,
        None,
        Coverage(recorded=1.0, elapsed=30 * DAY),
    )


def test_a_ratio_over_another_window_is_not_that_of_the_period() -> None:
    of = objective()
    other = (record_of(of), {"sloth_window": "28d"}, 0.5)
    one = known(of, period_ratio(of, 0.0006), (BUDGET_REMAINING, {}, 0.4), other)
    assert one.attainment == 1 - 0.0006


def test_of_several_groups_the_one_with_the_least_budget_is_shown() -> None:
    of = objective(by="region")
    found: list[Found] = []
    for region, left, ratio, burn in (("a", 0.9, 0.0001, 0.004), ("b", 0.2, 0.0008, 0.001)):
        found += [
            (BUDGET_REMAINING, {"region": region}, left),
            period_ratio(of, ratio, region=region),
            (LONG, {"region": region}, burn),
        ]
    found.append((LONG, {"region": "of late"}, 0.5))
    one = known(of, *found)
    assert (one.remaining, one.attainment) == (0.2, 1 - 0.0008)
    assert one.burn == pytest.approx(500)


@pytest.mark.parametrize(
    ("left", "ratio"), [(math.nan, 0.0006), (0.4, math.nan), (math.nan, math.nan), (0.4, None)]
)
def test_without_a_number_nothing_happened_in_the_period(left: float, ratio: float | None) -> None:
    of = objective()
    ratios = [] if ratio is None else [period_ratio(of, ratio)]
    assert status(of, (BUDGET_REMAINING, {}, left), *ratios) == UnknownStatus(
        objective=of,
        reason="the server has no number of it: nothing happened in the period",
        coverage=Coverage(recorded=1.0, elapsed=30 * DAY),
        present=IDLE,
    )


def test_a_group_without_a_number_has_all_of_its_budget() -> None:
    of = objective(by="region")
    found: list[Found] = []
    for region, left, ratio in (("a", math.nan, math.nan), ("b", 0.2, 0.0008)):
        found += [
            (BUDGET_REMAINING, {"region": region}, left),
            period_ratio(of, ratio, region=region),
        ]
    assert (known(of, *found).remaining, known(of, *found[::-1]).remaining) == (0.2, 0.2)


def test_a_server_that_recorded_no_budget_says_what_to_do() -> None:
    of = objective()
    assert status(of, period_ratio(of, 0.0006)) == UnknownStatus(
        objective=of,
        reason=f"the server records no {BUDGET_REMAINING} of it; sync the rules, then wait for "
        "them",
        coverage=Coverage(recorded=1.0, elapsed=30 * DAY),
        present=IDLE,
    )


def test_another_target_on_the_server_is_said_even_if_little_is_recorded() -> None:
    of = objective()
    one = status(of, (BUDGET_REMAINING, {}, 0.4), (TARGET, {}, 0.99), evaluations=EVERY / 10)
    assert one == UnknownStatus(
        objective=of,
        reason="the server computes with a target of 0.99, and 0.999 is declared; sync the rules",
        coverage=Coverage(recorded=0.1, elapsed=30 * DAY),
        present=IDLE,
    )


@pytest.mark.parametrize(("share", "part"), [(0.98, None), (0.979, "29.3 of 30 days")])
def test_below_98_percent_the_figures_are_of_what_is_recorded(
    share: float, part: str | None
) -> None:
    of = objective()
    found: tuple[Found, ...] = (
        (BUDGET_REMAINING, {}, 0.4),
        period_ratio(of, 0.0006),
        (TARGET, {}, 0.999),
    )
    one = status(of, *found, evaluations=share * EVERY)
    assert isinstance(one, ObjectiveStatus)
    assert (one.attainment, one.remaining, one.coverage.part) == (1 - 0.0006, 0.4, part)


def test_a_calendar_period_is_counted_from_its_beginning_and_renewed_at_its_end() -> None:
    of, asked = objective(window=CALENDAR), list[str]()
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    seconds = int((NOW - monday).total_seconds())
    found: tuple[Found, ...] = (
        (BUDGET_REMAINING, {}, 0.4),
        (record_of(of), {"sloth_window": duration_text(of.period)}, 0.0006),
    )
    with opened(asked, *found, evaluations=seconds / 120) as server:
        [one] = recorded_statuses(server, [of], NOW, None)
    assert isinstance(one, ObjectiveStatus)
    assert one.renewed == monday + 7 * DAY
    assert asked[1] == f'count_over_time({TARGET}{{sloth_service=~"shop"}}[{seconds}s])'


@pytest.mark.parametrize(
    ("evaluations", "share"),
    [(EVERY, 1.0), (EVERY + 5, 1.0), (EVERY / 2, 0.5), (0, 0.0)],
)
def test_the_share_of_a_period_that_rules_recorded(evaluations: float, share: float) -> None:
    with opened([], evaluations=evaluations) as server:
        found = recorded_shares(server, [objective()], NOW)
    assert found == {("shop", "checkout-served"): share}


def test_an_slo_whose_calendar_is_not_written_out_has_no_share() -> None:
    asked: list[str] = []
    with opened(asked) as server:
        long_ago = datetime(1990, 1, 1, tzinfo=UTC)
        assert recorded_shares(server, [objective(window=CALENDAR)], long_ago) == {}
    assert asked == []


def test_one_query_asks_for_every_record_of_the_services() -> None:
    of, asked = objective(), list[str]()
    with opened(asked) as server:
        list(recorded_statuses(server, [of], NOW, None))
    records = "|".join(sorted({BUDGET_REMAINING, TARGET, record_of(of)}))
    assert asked[0] == f'{{__name__=~"{records}", sloth_service=~"shop"}}'


def test_alerts_that_fire_are_those_of_the_objective() -> None:
    of = objective()
    [burn, *_] = objective_alerts(of)
    labels = {"alertname": burn.name, **burn.labels, "alertstate": "firing"}
    ours = ("ALERTS", {**labels, "region": "a"}, 1.0)
    other = ("ALERTS", {**labels, "slo": "search"}, 1.0)
    missing = ("ALERTS", {**labels, "alertname": "SLINoData", "tier": "ticket"}, 1.0)
    for found, firing in (
        ((), ()),
        ((other,), ()),
        ((ours, other, missing), (burn.tier, "no data")),
    ):
        with opened([], (TARGET, {}, 0.999), *found) as server:
            assert list(present_states(server, [of], NOW).values()) == [
                PresentState(at=NOW, source="server", firing=firing)
            ]
    with opened([]) as server:
        assert present_states(server, [of], NOW) == {}


@pytest.mark.parametrize(("length", "is_named"), [(0, True), (1, False)])
def test_services_are_named_in_a_query_of_at_most_two_thousand_characters(
    length: int, is_named: bool
) -> None:
    name = "x" * (2000 - len(', sloth_service=~""') + length)
    of = objective()
    located = of.slo
    spec = located.value.spec.model_copy(update={"service": name})
    renamed = replace(
        of, slo=replace(located, value=located.value.model_copy(update={"spec": spec}))
    )
    asked: list[str] = []
    with opened(asked) as server:
        recorded_shares(server, [renamed], NOW)
    assert (f'sloth_service=~"{name}"' in asked[0]) is is_named
    assert asked[0].startswith(f"count_over_time({TARGET}{{")


MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "seconds", "evaluations"),
    [(0, 600, 5), (0.5, 600, 5), (119, 600, 5), (600, 600, 5), (719, 719, 5), (720, 720, 6)],
)
def test_the_share_of_a_period_that_has_just_begun(
    after: float, seconds: int, evaluations: int
) -> None:
    """The evaluations before it count too, as there may be none in it yet."""
    asked: list[str] = []
    of = objective(window=CALENDAR)
    for counted in (evaluations, evaluations - 1):
        with opened(asked, evaluations=counted) as server:
            shares = recorded_shares(server, [of], MONDAY + timedelta(seconds=after))
        assert shares == {("shop", "checkout-served"): counted / evaluations}
        assert asked.pop() == f'count_over_time({TARGET}{{sloth_service=~"shop"}}[{seconds}s])'


@pytest.mark.parametrize(
    ("after", "found", "expected"),
    [
        # The values of the period before are still those that the server returns.
        (119, 0.4, (None, 1.0)),
        (120, 0.4, (1 - 0.0006, 0.4)),
        (120, None, (None, 1.0)),
    ],
)
def test_the_budget_of_a_period_that_has_just_begun(
    after: int, found: float | None, expected: tuple[float | None, float]
) -> None:
    of = objective(window=CALENDAR)
    ratio = (record_of(of), {"sloth_window": duration_text(of.period)}, 0.0006)
    values = [] if found is None else [(BUDGET_REMAINING, {}, found), ratio]
    with opened([], *values, evaluations=5) as server:
        [one] = recorded_statuses(server, [of], MONDAY + timedelta(seconds=after), None)
    assert isinstance(one, ObjectiveStatus)
    assert (one.attainment, one.remaining) == expected
    assert (one.renewed, one.coverage.share) == (MONDAY + 7 * DAY, 1.0)


def test_before_the_first_period_of_a_calendar_nothing_is_known() -> None:
    of = objective(window=CALENDAR)
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    found: tuple[Found, ...] = (
        (BUDGET_REMAINING, {}, 0.4),
        (record_of(of), {"sloth_window": "1w"}, 0.0006),
    )
    with opened([], *found) as server:
        [one] = recorded_statuses(server, [of], long_ago, None)
    assert isinstance(one, UnknownStatus)
    assert one.reason == "no period of its calendar is written out for 1990-01-01"
