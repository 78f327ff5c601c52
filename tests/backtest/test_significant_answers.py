"""Significant events of many traffics and outages, in a golden file next to the outages.

`pytest tests/backtest/test_significant_answers.py --update-golden` rewrites it; compare the events
with the outages above them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.backtest.budget import Budget
from reliability.backtest.significant import significant
from reliability.history.series import Series
from reliability.timespan import DAY, MINUTE, TimeSpan
from tests.backtest.replaying import START
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden/significant.txt"
STEPS: Final = 14 * 1440
REQUESTS: Final = (0.3, 2, 10, 60, 400, 5000)
USUAL: Final = (0.0, 0.3, 0.8, 1.3)
"""Shares of the error budget that fail at any time."""
TERMS: Final = (
    ("0.999", 30),
    ("0.99", 7),
    ("0.98", 14),
    ("0.9999", 90),
    ("0.95", 1),
)
"""Targets, and days of the period."""


@dataclass(frozen=True)
class Outage:
    """Minutes from and to which a share of all requests fails."""

    first: int
    last: int
    share: float

    def __str__(self) -> str:
        return f"{self.first}-{self.last} {self.share:.3f}"


def outages(random: np.random.RandomState, budget: float) -> list[Outage]:
    """Up to seven outages, short and long ones, from twice the budget to everything."""
    first = random.randint(0, STEPS, random.randint(0, 8))
    lengths = np.exp(random.uniform(0, 7, len(first))).astype(int)
    shares = np.exp(random.uniform(np.log(2 * budget), 0, len(first)))
    return [
        Outage(int(start), int(min(start + length, STEPS)), float(share))
        for start, length, share in sorted(zip(first, lengths, shares, strict=True))
    ]


def counted(
    random: np.random.RandomState,
    requests: float,
    failing: float,
    of: list[Outage],
    step: timedelta,
) -> Series:
    """Random counts, with a rhythm of days, by steps of one or several minutes."""
    share = np.full(STEPS, failing)
    for outage in of:
        share[outage.first : outage.last] = outage.share
    rhythm = 1 + 0.9 * np.sin(np.arange(STEPS) * 2 * np.pi / 1440)
    total = random.poisson(requests * rhythm)
    bad = random.binomial(total, np.minimum(share, 1.0))
    total, bad = (counts.reshape(-1, step // MINUTE).sum(axis=1) for counts in (total, bad))
    return Series(
        start=START,
        step=step,
        bad=bad.astype(float),
        total=total.astype(float),
        known=np.ones(len(bad), dtype=bool),
        source="a test",
    )


def answers() -> Iterator[str]:
    """Two lines or more for each traffic: its outages, then an indented line for each event."""
    of_all = product(TERMS, REQUESTS, USUAL)
    for seed, ((target, days), requests, usual) in enumerate(of_all):
        random = np.random.RandomState(seed)
        step = MINUTE * (1, 1, 5)[seed % 3]
        least = (1, 1, 20, 200)[seed % 4]
        budget = float(1 - Decimal(target))
        injected = outages(random, budget)
        series = counted(random, requests, budget * usual, injected, step)
        span = TimeSpan(
            START + (seed % 5) * 100 * MINUTE, series.span.end - (seed % 7) * MINUTE * 5
        )
        allowed = Budget.of(Decimal(target), days * DAY, series, span)
        yield (
            f"{target} over {days}d, {requests:g} a minute, {usual:g} of the budget, "
            f"step {step // MINUTE}, least {least}: {', '.join(map(str, injected)) or 'no outage'}"
        )
        for event in significant(series, allowed, days * DAY, span, least=least):
            first, last = ((moment - START) // MINUTE for moment in (event.start, event.end))
            part = series.part(event)
            bad, total = series.bad[part].sum(), series.total[part].sum()
            yield f"  {first}-{last}: {bad:.0f} of {total:.0f}, {allowed.share(bad):.3f}"


def test_events_are_found_next_to_the_outages_whatever_the_traffic(golden: Golden) -> None:
    golden.check(GOLDEN, "\n".join(answers()) + "\n")


def events_of(bad: dict[int, float], requests: float, least: int = 1) -> list[tuple[int, int]]:
    """Events of steady traffic in which so many requests of some minutes fail."""
    failed, total = np.zeros(STEPS), np.full(STEPS, requests)
    for minute, count in bad.items():
        failed[minute] = count
    if requests < 1:
        total = np.where(np.arange(STEPS) % round(1 / requests) == 0, 1.0, 0.0)
    series = Series(
        start=START,
        step=MINUTE,
        bad=failed,
        total=total,
        known=np.ones(STEPS, dtype=bool),
        source="a test",
    )
    budget = Budget.of(Decimal("0.999"), 30 * DAY, series, series.span)
    return [
        ((event.start - START) // MINUTE, (event.end - START) // MINUTE)
        for event in significant(series, budget, 30 * DAY, series.span, least)
    ]


def every_hour(first: int, hours: int, failures: float) -> dict[int, float]:
    return {first + 60 * hour: failures for hour in range(hours)}


@pytest.mark.parametrize(
    ("bad", "requests", "least", "events"),
    [
        # Of 125 requests a minute, 2 % of the budget are 108 failures, and 5 % are 270.
        ({9000: 108}, 125, 1, [(9000, 9001)]),
        ({9000: 107}, 125, 1, []),
        ({9000: 54, 9059: 54}, 125, 1, [(9000, 9060)]),
        ({9000: 54, 9060: 54}, 125, 1, []),
        ({9000: 54, 9060: 54, 9090: 54}, 125, 1, [(9060, 9091)]),
        (every_hour(9000, 6, 45), 125, 1, [(9000, 9301)]),
        (every_hour(9000, 6, 44.8), 125, 1, []),
        # A floor of failures.
        ({9000: 108}, 125, 108, [(9000, 9001)]),
        ({9000: 108}, 125, 109, []),
        # Few requests: six hours without any failure separate two events, less does not.
        ({9000: 1, 9060: 1, 9600: 1, 9660: 1}, 1 / 60, 1, [(9000, 9061), (9600, 9661)]),
        ({9000: 1, 9060: 1, 9240: 1, 9300: 1}, 1 / 60, 1, [(9000, 9301)]),
        # Half an hour apart are two events, less is one.
        ({9000: 125, 9031: 125}, 125, 1, [(9000, 9001), (9031, 9032)]),
        ({9000: 125, 9030: 125}, 125, 1, [(9000, 9031)]),
        ({0: 125, STEPS - 1: 125}, 125, 1, [(0, 1), (STEPS - 1, STEPS)]),
    ],
)
def test_limits_of_an_event(
    bad: dict[int, float], requests: float, least: int, events: list[tuple[int, int]]
) -> None:
    assert events_of(bad, requests, least) == events
