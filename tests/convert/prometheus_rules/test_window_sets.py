"""Pairs of windows: which are a set that is shipped, and what is written of the others."""

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest

from reliability.convert.prometheus_rules.burn_rate_alerts import AlertWindows
from reliability.convert.prometheus_rules.window_sets import NotifyingPair, WindowSet, window_set
from reliability.convert.writing import block_text
from reliability.model.kind import parse_duration
from reliability.scalars import duration_text


def pairs(text: str) -> Iterator[NotifyingPair]:
    """Pairs as `1h/5mx14.4`; one with `~` behind it does not page."""
    for word in text.split():
        parts = re.fullmatch(r"(\w+)/(\w+)x([\d.]+)(~?)", word)
        assert parts
        windows = AlertWindows(
            parse_duration(parts[1]), parse_duration(parts[2]), Fraction(parts[3])
        )
        yield NotifyingPair(windows, pages=not parts[4])


def read(text: str) -> WindowSet:
    return window_set(list(pairs(text)))


@pytest.mark.parametrize(
    ("text", "name", "days"),
    [
        ("1h/5mx14.4 6h/30mx6 1d/2hx3~ 3d/6hx1~", "google-30d", 30),
        ("3d/6hx1~ 1d/2hx3~ 6h/30mx6 1h/5mx14.4", "google-30d", 30),
        ("1h/5mx14.4~ 6h/30mx6~ 1d/2hx3 3d/6hx1", "google-30d", 30),
        ("1h/5mx14.5 6h/30mx6 1d/2hx3~ 3d/6hx1~", "google-30d", 30),
        ("1h/5mx14.3 6h/30mx6 1d/2hx3~ 3d/6hx1~", "google-30d", 30),
        ("1h/5mx13.44 6h/30mx5.6 1d/2hx2.8~ 3d/6hx0.933~", "google-28d", 28),
        ("1h/5mx13.44 6h/30mx3.5~ 1d/2hx1.4~ 3d/6hx0.98~", "7d", 7),
    ],
)
def test_a_shipped_set_is_known_by_its_windows_and_factors_within_a_hundredth(
    text: str, name: str, days: int
) -> None:
    assert read(text) == WindowSet(name, timedelta(days=days), None)


@pytest.mark.parametrize(
    "text",
    [
        "1h/5mx14.4 6h/30mx6 1d/2hx3~",
        "1h/6mx14.4 6h/30mx6 1d/2hx3~ 3d/6hx1~",
        "2h/5mx14.4 6h/30mx6 1d/2hx3~ 3d/6hx1~",
        "1h/5mx14.6 6h/30mx6 1d/2hx3~ 3d/6hx1~",
        "1h/5mx14.2 6h/30mx6 1d/2hx3~ 3d/6hx1~",
        "1h/5mx14.4 6h/30mx6 1d/2hx3~ 3d/6hx1.02~",
    ],
)
def test_another_number_of_pairs_another_window_or_factor_is_another_set(text: str) -> None:
    assert read(text).name.startswith("imported-30d-")


ENTRY = re.compile(r'long: (\w+)\s+short: (\w+)\s+budget: "(.+)"\s+factor: (.+)')


def written(text: str) -> str:
    """Name and entries of a set that is written, the slow ones behind the bar."""
    result = read(text)
    assert result.spec is not None
    spec = block_text(result.spec)
    assert spec.startswith(f"period: {duration_text(result.period)}\nfast:\n")
    fast, _, slow = spec.partition("slow:")
    return f"{result.name}: {entries(fast)} | {entries(slow)}"


def entries(text: str) -> str:
    return ", ".join(
        f"{long}/{short} {budget} x{factor}" for long, short, budget, factor in ENTRY.findall(text)
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        # The period is the one for which all shares of the budget are round, else 30 days.
        ("1h/5mx13.44", "imported-28d-1hx13p44: 1h/5m 2% x13.44 | "),
        ("1h/5mx1.344", "imported-28d-1hx1p344: 1h/5m 0.2% x1.344 | "),
        ("1h/5mx0.168", "imported-7d-1hx0p168: 1h/5m 0.1% x0.168 | "),
        ("1h/5mx10.08", "imported-30d-1hx10p08: 1h/5m 1.4% x10.08 | "),
        ("6h/30mx6", "imported-30d-6hx6: 6h/30m 5% x6 | "),
        ("1h/5mx5", "imported-30d-1hx5: 1h/5m 0.694444% x5 | "),
        (
            "1h/5mx13.44 2h/10mx6.5",
            "imported-30d-1hx13p44-2hx6p5: 1h/5m 1.866667% x13.44, 2h/10m 1.805556% x6.5 | ",
        ),
        # Those that page are fast; if all or none do, those from factor 5 are.
        (
            "1h/5mx14.4 6h/30mx6 1d/2hx3~",
            "imported-30d-1hx14p4-6hx6-1dx3: 1h/5m 2% x14.4, 6h/30m 5% x6 | 1d/2h 10% x3",
        ),
        (
            "2h/10mx5~ 1h/5mx7.77",
            "imported-30d-1hx7p77-2hx5: 1h/5m 1.079167% x7.77 | 2h/10m 1.388889% x5",
        ),
        (
            "1h/5mx5 2h/10mx4.9",
            "imported-30d-1hx5-2hx4p9: 1h/5m 0.694444% x5 | 2h/10m 1.361111% x4.9",
        ),
        (
            "1h/5mx5~ 2h/10mx4.9~",
            "imported-30d-1hx5-2hx4p9: 1h/5m 0.694444% x5 | 2h/10m 1.361111% x4.9",
        ),
        (
            "1h/5mx5~ 2h/10mx5~ 3h/15mx4~",
            "imported-30d-1hx5-2hx5-3hx4: "
            "1h/5m 0.694444% x5, 2h/10m 1.388889% x5 | 3h/15m 1.666667% x4",
        ),
        # If none reaches it, the shortest is.
        (
            "2h/10mx4~ 1h/5mx3~",
            "imported-30d-1hx3-2hx4: 1h/5m 0.416667% x3 | 2h/10m 1.111111% x4",
        ),
    ],
)
def test_another_set_is_written_with_period_shares_and_factors(text: str, result: str) -> None:
    assert written(text) == result


def test_a_set_is_written_as_people_write_it() -> None:
    spec = read("1h/5mx14.4 6h/30mx6~").spec
    assert spec is not None
    assert block_text(spec) == (
        "period: 30d\n"
        "fast:\n"
        '  - long: 1h\n    short: 5m\n    budget: "2%"\n    factor: 14.4\n'
        "slow:\n"
        '  - long: 6h\n    short: 30m\n    budget: "5%"\n    factor: 6\n'
    )


def test_a_name_is_cut_at_63_characters_and_ends_in_no_hyphen() -> None:
    long = " ".join(f"{hours}h/5mx10.125" for hours in range(1, 9))
    assert read(long).name == "imported-30d-1hx10p125-2hx10p125-3hx10p125-4hx10p125-5hx10p125"
