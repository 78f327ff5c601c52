"""How a promise stands by its history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability.arrays import FloatArray
from reliability.backtest.standing import Standing, Unknown, standing
from reliability.history.series import MINUTE
from reliability.resolve.objectives import objectives
from reliability.timespan import TimeSpan
from tests.backtest.repository import SPAN, Held, burst, catalog, quiet, slo

NOW = SPAN.end
PERIOD = timedelta(days=30)
EVENTS = 1000 * (PERIOD // MINUTE)


def stands(bad: FloatArray, known: FloatArray | None = None, text: str = "") -> Standing | Unknown:
    [objective] = objectives(catalog(text or slo("checkout")))
    held = Held({"checkout": bad}, {} if known is None else {"checkout": known})
    return standing(objective, held, NOW)


def known(bad: FloatArray) -> Standing:
    found = stands(bad)
    assert isinstance(found, Standing)
    return found


def ago(days: float, minutes: int) -> TimeSpan:
    start = NOW - timedelta(days=days)
    return TimeSpan(start, start + minutes * MINUTE)


def test_what_is_left_is_what_the_period_has_not_spent() -> None:
    bad = quiet()
    burst(bad, ago(3, 100), 0.1)
    found = known(bad)
    failed = 100 * 1000 * 0.1
    assert found.attainment == pytest.approx(1 - failed / EVENTS)
    assert found.remaining == pytest.approx(1 - failed / (0.001 * EVENTS))
    assert (found.burn, found.exhausted) == (0.0, None)


def test_a_budget_that_burns_lasts_as_long_as_its_rate_lets_it() -> None:
    bad = quiet()
    burst(bad, TimeSpan(NOW - timedelta(hours=2), NOW), 0.002)
    found = known(bad)
    assert found.burn is not None
    assert found.burn == pytest.approx(2)
    assert found.exhausted == NOW + found.remaining * PERIOD / found.burn


def test_a_spent_budget_comes_back_when_the_failures_leave_the_period() -> None:
    bad = quiet()
    burst(bad, ago(20, 60), 0.5)
    burst(bad, ago(10, 60), 0.5)
    found = known(bad)
    assert found.remaining == pytest.approx(1 - 60_000 / 43_200)
    assert found.exhausted == NOW
    back = found.recovers(0)
    assert NOW + timedelta(days=10) < back <= NOW + timedelta(days=10, hours=1)
    gone = (back - PERIOD - ago(20, 0).start) // MINUTE
    assert 60_000 - gone * 500 < 43_200 <= 60_000 - (gone - 1) * 500


def test_a_period_of_which_too_little_is_known_is_not_known() -> None:
    part = quiet()
    part[len(part) // 2 :] = 1
    found = stands(quiet(), part)
    assert isinstance(found, Unknown)
    assert "of the period is known" in found.reason


def test_history_that_ended_days_ago_says_nothing_about_now() -> None:
    part = quiet() + 1
    part[-2 * 1440 :] = 0
    found = stands(quiet(), part)
    assert isinstance(found, Unknown)
    assert found.reason == "its history knows nothing of the day before 2026-10-02 00:00 UTC"


def test_a_gap_in_the_last_hour_leaves_the_burn_rate_unknown() -> None:
    part = quiet() + 1
    part[-10:] = 0
    found = stands(quiet(), part)
    assert isinstance(found, Standing)
    assert found.burn is None


def test_a_promise_without_history_says_why() -> None:
    [objective] = objectives(catalog(slo("checkout")))
    found = standing(objective, Held({}, {}), NOW)
    assert isinstance(found, Unknown)
    assert found.reason == "no history: nothing is stored"


def test_what_is_corrected_counts_for_nothing() -> None:
    bad = quiet()
    burst(bad, ago(3, 100), 0.1)
    span = ago(3, 100)
    correction = f"""
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: shop}}
spec:
  service: shop
  corrections:
    - start: {span.start.isoformat()}
      end: {span.end.isoformat()}
      reason: a database was moved, as told
      approver: "@product-owner"
"""
    [objective] = objectives(catalog(slo("checkout"), correction))
    found = standing(objective, Held({"checkout": bad}, {}), NOW)
    assert isinstance(found, Standing)
    assert found.remaining == 1


def test_a_calendar_period_has_its_own_beginning_and_is_renewed() -> None:
    calendar = (
        'timeWindow: [{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: UTC}}]'
    )
    text = slo("checkout").replace("timeWindow: [{duration: 30d, isRolling: true}]", calendar)
    bad = quiet()
    burst(bad, TimeSpan(NOW - timedelta(days=5), NOW - timedelta(days=5) + 60 * MINUTE), 0.5)
    burst(bad, TimeSpan(NOW - timedelta(days=2), NOW - timedelta(days=2) + 10 * MINUTE), 0.1)
    found = stands(bad, text=text)
    assert isinstance(found, Standing)
    monday = datetime(2026, 10, 5, tzinfo=UTC)
    assert (found.renewed, found.recovers(0)) == (monday, monday)
    assert monday - timedelta(days=3) == NOW
    assert found.remaining == pytest.approx(1 - 1000 / (0.001 * 1000 * 7 * 1440))


def test_groups_are_judged_by_the_worst_and_the_fastest() -> None:
    from reliability.backtest.standing import worst_of

    one = known(quiet())
    found = worst_of([replace(one, remaining=0.2, burn=0.1), replace(one, remaining=0.7, burn=3.0)])
    assert (found.remaining, found.burn) == (0.2, 3.0)
