"""What Sloth would read of an objective, and what of it Sloth has no word for."""

from datetime import timedelta
from fractions import Fraction

import pytest

from reliability.burnrate import WindowPair
from reliability.compile.sloth.objective import SlothObjective, sloth_objective
from reliability.finding import Problem
from reliability.resolve.objectives import objectives
from tests.backtest.repository import WINDOWS, catalog, policy, slo

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RATIO = slo("checkout")
ROLLING = "timeWindow: [{duration: 30d, isRolling: true}]"
WEEKLY = WINDOWS.replace("google-30d", "weekly").replace("period: 30d", "period: 7d")
OTHER = WINDOWS.replace("google-30d", "a-first-one").replace("long: 6h", "long: 2h")
GROUPED = RATIO.replace(
    "metadata: {name: checkout}\nspec:",
    "metadata: {name: checkout, annotations: {reliability/group-by: region}}\nspec:",
)
SLICES = RATIO.replace("Occurrences", "Timeslices").replace(
    "target: 0.999}", "target: 0.999, timeSliceTarget: 0.9, timeSliceWindow: 1m}"
)
CALENDAR = RATIO.replace(
    ROLLING,
    'timeWindow: [{duration: 1w, calendar: {startTime: "2026-08-31 00:00:00", timeZone: UTC}}]',
)
LATENCY = RATIO.replace(
    RATIO[RATIO.index("      ratioMetric:") : RATIO.index("  timeWindow")],
    "      thresholdMetric: {metricSource: {type: Prometheus, spec: {query: latency}}}\n",
).replace("target: 0.999}", "op: lte, value: 0.5, target: 0.999}")


def read(*documents: str) -> SlothObjective | Problem:
    shop = catalog(*documents)
    [objective] = objectives(shop)
    return sloth_objective(objective, shop)


def promised(*documents: str) -> SlothObjective:
    found = read(*documents)
    assert isinstance(found, SlothObjective), found
    return found


FAST = (
    WindowPair(HOUR, 5 * MINUTE, Fraction(2, 100)),
    WindowPair(6 * HOUR, 30 * MINUTE, Fraction(5, 100)),
)
SLOW = (
    WindowPair(DAY, 2 * HOUR, Fraction(10, 100)),
    WindowPair(3 * DAY, 6 * HOUR, Fraction(10, 100)),
)


def test_an_slo_of_counters_is_read_whole() -> None:
    labeled = RATIO.replace(
        "metadata: {name: checkout}\nspec:",
        "metadata: {name: checkout, labels: {tier: one, team: [a, b]}}\nspec:",
    )
    found = promised(labeled, policy("checkout"))
    assert (found.service, found.name, found.id) == (
        "shop",
        "checkout-served",
        "shop-checkout-served",
    )
    assert found.labels == {"tier": "one", "team": "a,b"}
    assert (found.percent, found.percent_text, found.budget) == (99.9, "99.9", (100 - 99.9) / 100)
    assert (found.period, found.alerts) == (30 * DAY, True)
    assert found.queries == {
        "good": 'sum(rate(requests_total{code!~"5.."}[{{.window}}]))',
        "total": "sum(rate(requests_total[{{.window}}]))",
    }
    assert found.pairs == {"page": FAST, "ticket": SLOW}
    assert found.windows == (
        5 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        DAY,
        3 * DAY,
    )


@pytest.mark.parametrize(
    ("written", "percent", "text"),
    [
        ("targetPercent: 99.95", 99.95, "99.95"),
        ("target: 0.9995", 0.9995 * 100, "99.95"),
        ("targetPercent: 90", 90.0, "90"),
        ("target: 0.57", 0.57 * 100, "56.99999999999999"),
    ],
)
def test_a_percentage_is_as_written_and_a_ratio_a_hundred_times_its_double(
    written: str, percent: float, text: str
) -> None:
    found = promised(RATIO.replace("target: 0.999", written))
    assert (found.percent, found.percent_text) == (percent, text)


def test_gauges_are_summed_over_time_and_a_query_with_a_window_stays() -> None:
    gauges = promised(
        RATIO.replace("counter: true", "counter: false").replace("requests_total", "served")
    )
    assert gauges.queries["total"] == "sum(sum_over_time(served[{{.window}}]))"
    good = 'sum(rate(requests_total{code!~"5.."}[{{.window}}]))'
    total = "sum(rate(requests_total[{{.window}}])) - vector(1)"
    written = RATIO.replace("query: 'requests_total{code!~\"5..\"}'", f"query: '{good}'")
    kept = promised(written.replace("query: 'requests_total'", f"query: '{total}'"))
    assert kept.queries == {"good": good, "total": total}


def test_without_an_alert_policy_nothing_alerts_and_the_default_windows_are_taken() -> None:
    found = promised(OTHER, RATIO)
    assert (found.alerts, found.pairs["page"][1].long) == (False, 6 * HOUR)


def test_the_windows_that_the_policy_names_are_taken() -> None:
    named = policy("checkout").replace("{slo: checkout,", "{slo: checkout, windows: a-first-one,")
    assert promised(RATIO, named, OTHER).pairs["page"][1].long == 2 * HOUR


def test_without_a_policy_any_windows_of_the_period_do() -> None:
    week = RATIO.replace("30d", "7d")
    assert promised(week, WEEKLY).pairs == {"page": FAST, "ticket": SLOW}


@pytest.mark.parametrize(
    ("documents", "at", "message", "remedy"),
    [
        ((SLICES,), (15, 20), "Sloth does not support Timeslices", "write Occurrences"),
        (
            (CALENDAR, WEEKLY),
            (14, 16),
            "Sloth does not support calendar windows",
            "write isRolling: true",
        ),
        ((GROUPED,), (4, 64), "Sloth does not support groups", "write one SLO for each group"),
        (
            (RATIO, policy("checkout").replace("runbook:", "minimumFailures: 5, runbook:")),
            (7, 85),
            "Sloth does not support minimumFailures",
            "remove it, or build without --compatible sloth",
        ),
        (
            (LATENCY,),
            (10, 72),
            "Sloth does not support this threshold metric",
            "write a ratio of expressions with {{.window}}",
        ),
    ],
)
def test_what_sloth_does_not_support_is_named(
    documents: tuple[str, ...], at: tuple[int, int], message: str, remedy: str
) -> None:
    found = read(*documents)
    assert isinstance(found, Problem)
    assert (found.at.span.line, found.at.span.column) == at
    assert (found.message, found.help) == (f"{message}, so the SLO is not built", remedy)


def test_a_period_without_windows_is_refused() -> None:
    found = read(RATIO.replace("30d", "28d"))
    assert isinstance(found, Problem)
    assert (found.message, found.help) == (
        "no BurnRateWindows has a period of 28d",
        "add a BurnRateWindows with this period",
    )


def test_a_native_histogram_becomes_expressions_with_the_window() -> None:
    fast = "histogram_fraction(0, 0.5, seconds) * histogram_count(seconds)"
    metrics = "{metricSource: {type: Prometheus, spec: {query: '%s'}}}"
    native = RATIO.replace(
        RATIO[RATIO.index("        good:") : RATIO.index("  timeWindow")],
        f"        good: {metrics % fast}\n        total: {metrics % 'histogram_count(seconds)'}\n",
    )
    found = read(native, policy("checkout"), WINDOWS)
    assert isinstance(found, SlothObjective), found
    rate = "rate(seconds[{{.window}}])"
    assert found.queries == {
        "good": f"sum((histogram_fraction(0, 0.5, {rate}) >= 0) * histogram_count({rate}))",
        "total": f"sum(histogram_count({rate}))",
    }
