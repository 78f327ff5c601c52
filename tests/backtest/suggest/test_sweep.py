"""The sweep says of each target what a backtest of that target would say."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.backtest.firing import ReplayTerms, fire
from reliability.backtest.kernel import PrefixSums
from reliability.backtest.suggest.candidates import candidates
from reliability.backtest.suggest.levels import episode_counts, levels
from reliability.model.slo_policy import TargetBounds
from reliability.promql.evaluate.semantics import Ranges
from tests.backtest.replaying import FAST, SLOW, burn_alert, minutes, series

TARGETS = [each.target for each in candidates(TargetBounds(), Decimal("0.9973"))]
WARM_UP = 3 * 1440


def assert_as_if_one_by_one(bad: np.ndarray, total: np.ndarray, ranges: Ranges, least: int) -> None:
    past = series(bad.tolist(), total.tolist())
    counts = PrefixSums.of(past, timedelta(days=3))
    terms = ReplayTerms(minutes(WARM_UP, len(bad)), ranges)
    for pairs in (FAST, SLOW):
        alert = burn_alert(pairs=pairs, minimum_failures=least)
        _, level = levels(alert, past, counts, terms, TARGETS)
        counted = episode_counts(level, len(TARGETS))
        for number, target in enumerate(TARGETS):
            firing = fire(replace(alert, target=target), past, counts, terms)
            assert np.array_equal(level > number, firing.on), target
            assert counted[number] == len(list(firing.intervals())), target


@pytest.mark.parametrize("ranges", Ranges)
@pytest.mark.parametrize("least", [0, 5])
def test_every_target_fires_as_if_it_were_replayed_alone(ranges: Ranges, least: int) -> None:
    chance = np.random.default_rng(5)
    total = chance.poisson(40, 5 * 1440) * (chance.random(5 * 1440) < 0.9)
    bad = chance.binomial(total, np.repeat(chance.choice([0, 0.001, 0.02, 0.5], 5 * 24), 60))
    assert_as_if_one_by_one(bad, total, ranges, least)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(TARGETS), st.sampled_from([6.0, 14.4, 1.0, 3.0]), st.integers(1, 4))
def test_a_ratio_that_stands_exactly_on_a_threshold_is_judged_as_the_alert_judges_it(
    target: Decimal, factor: float, times: int
) -> None:
    total = np.full(4 * 1440, 10_000.0 * times)
    bad = total * (factor * float(1 - target))
    assert_as_if_one_by_one(bad, total, Ranges.LEFT_OPEN, 0)


@pytest.mark.parametrize(
    ("target", "events", "failures"),
    [
        ("0.9999", 23, "0x1.f43e963dc486cp+0"),
        ("0.9999", 33, "0x1.66defc7a39821p+1"),
        ("0.99988", 25, "0x1.463f141205bc1p+1"),
        ("0.99985", 7, "0x1.c8beb5b2d4d41p-1"),
    ],
)
def test_a_ratio_that_doubles_cannot_tell_from_a_budget_is_judged_by_the_condition(
    target: str, events: int, failures: str
) -> None:
    """The quotient of failures and events rounds to the other side of the budget."""
    assert Decimal(target) in TARGETS
    total = np.full(4 * 1440, float(events))
    bad = np.zeros(len(total))
    bad[WARM_UP + 300] = float.fromhex(failures)
    assert_as_if_one_by_one(bad, total, Ranges.LEFT_OPEN, 0)


def test_about_forty_targets_are_tried_with_the_current_one_among_them() -> None:
    tried = candidates(TargetBounds(), Decimal("0.99935"))
    targets = [each.target for each in tried]
    assert 35 <= len(tried) <= 45
    assert targets == sorted(set(targets), reverse=True)
    assert Decimal("0.99935") in targets
    assert {Decimal("0.9999"), Decimal("0.999"), Decimal("0.9")} <= set(targets)


def test_no_target_is_tried_beyond_the_bounds_of_the_policy_but_the_current_one() -> None:
    bounds = TargetBounds(min=Decimal("0.99"), max=Decimal("0.999"))
    targets = [each.target for each in candidates(bounds, Decimal("0.9"))]
    assert targets[0] == Decimal("0.999")
    assert targets[-2:] == [Decimal("0.99"), Decimal("0.9")]


def test_budgets_are_round_numbers_from_one_in_100_000_to_a_half() -> None:
    tried = candidates(TargetBounds(min=Decimal("0.1"), max=Decimal("0.99999")), Decimal("0.99935"))
    mantissas = ["1", "1.2", "1.5", "2", "2.5", "3", "3.5", "4", "5", "6", "7", "8", "9"]
    budgets = [Decimal(mantissa).scaleb(power) for power in range(-5, 0) for mantissa in mantissas]
    allowed = sorted(budget for budget in budgets if budget <= Decimal("0.5"))
    known = [candidate.budget for candidate in tried]
    assert known == sorted([*allowed, Decimal("0.00065")])
    round_ones = [candidate.budget for candidate in tried if candidate.is_round]
    assert round_ones == [
        Decimal(mantissa).scaleb(power) for power in range(-5, 0) for mantissa in (1, 2, 5)
    ]
    current = candidates(TargetBounds(min=Decimal("0.9"), max=Decimal("0.999")), Decimal("0.99"))
    assert [candidate.is_round for candidate in current if candidate.target == Decimal("0.99")] == [
        True
    ]
