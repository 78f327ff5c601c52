"""Latency SLIs of native histograms under promtool, both generations."""

from pathlib import Path
from typing import Final

import pytest

from tests.compile.forms import no_ratio, of, ratio, raw, rules, threshold
from tests.compile.repositories import Document, metric
from tests.compile.scenarios import BOTH, NO_DATA, QUIET, TICKET, Scenario, Value, play
from tests.compile.shop_scenarios import RATIO_30D, plain
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

X: Final = 'http_request_duration_seconds{job="shop"}'
FAST: Final = f"histogram_fraction(0, 0.5, {X})"
RATE: Final = f"rate({X}[{{{{.window}}}}])"
BEGUN: Final = "{{schema:0}}"

FORMS: Final = {
    "the short form": (f"{FAST} * histogram_count({X})", f"histogram_count({X})"),
    "count first, in a sum": (
        f"sum(histogram_count({X}) * {FAST})",
        f"sum(histogram_count({X}))",
    ),
    "as import writes Pyrra's": (
        f"sum((histogram_fraction(0, 0.5, {RATE}) >= 0) * histogram_count({RATE}))",
        f"sum(histogram_count({RATE}))",
    ),
    "as for Sloth, summed first": (
        f"histogram_fraction(0, 0.5, sum({RATE})) * histogram_count(sum({RATE}))",
        f"histogram_count(sum({RATE}))",
    ),
}


def latency(good: str, total: str, role: str = "good", **more: Document) -> Document:
    return of(
        {"ratioMetric": {"counter": True, role: metric(good), "total": metric(total)}}, **more
    )


def histogram(fast: float, slow: float) -> str:
    """Observations of 0.25 s to 0.5 s, and of 1 s to 2 s."""
    return f"{{{{schema:0 count:{fast + slow} sum:1 offset:-1 buckets:[{fast} 0 {slow}]}}}}"


def grows(fast: float, slow: float, minutes: int = 60) -> dict[str, str]:
    return {X: f"{BEGUN}+{histogram(fast, slow)}x{minutes}"}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_each_form_counts_what_is_within_the_bound(
    generation: Generation, tmp_path: Path, form: tuple[str, str]
) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(latency(*form)),
        Scenario(grows(1000, 0), {60: QUIET}, (ratio(60, 0),)),
        Scenario(grows(996, 4), {60: TICKET}, (ratio(60, 0.004),)),
        Scenario(grows(980, 20), {60: BOTH}, (ratio(60, 0.02), ratio(60, 0.02, RATIO_30D))),
        Scenario(grows(0, 1000), {60: BOTH}, (ratio(60, 1),)),
        Scenario({"other": "1x60"}, {14: QUIET, 16: NO_DATA}, (no_ratio(60),)),
        Scenario(
            {X: f"{BEGUN}x60"},
            {59: QUIET},
            (no_ratio(59), Value(59, plain("sli_total:rate5m"), {"{}": 0})),
        ),
    )


def test_slow_observations_are_the_bad_ones(generation: Generation, tmp_path: Path) -> None:
    slow = f"histogram_fraction(0.5, +Inf, {X}) * histogram_count({X})"
    assert_plays(
        generation,
        tmp_path,
        rules(latency(slow, f"histogram_count({X})", "bad"), minimumFailures=5),
        Scenario(grows(1000, 0), {60: QUIET}, (ratio(60, 0),)),
        Scenario(grows(980, 20), {60: BOTH}, (ratio(60, 0.02),)),
    )


def test_an_idle_instance_and_a_restart_change_nothing(
    generation: Generation, tmp_path: Path
) -> None:
    """The fraction of the idle one is NaN; the busy one starts again after half an hour."""
    busy, idle = (X.replace("}", f',instance="{each}"}}') for each in "ab")
    values = [histogram(980 * minute, 20 * minute) for minute in (*range(1, 31), *range(1, 31))]
    series = {busy: " ".join(values), idle: f"{BEGUN}x60"}
    assert_plays(
        generation,
        tmp_path,
        rules(latency(*FORMS["the short form"])),
        Scenario(series, {28: BOTH, 59: BOTH}, (ratio(28, 0.02), ratio(59, 0.02))),
    )


def test_the_budget_counts_observations_and_not_minutes(
    generation: Generation, tmp_path: Path
) -> None:
    """All of a quiet half hour fails, and then ninety times as many requests succeed."""
    quiet = [histogram(0, 10 * minute) for minute in range(31)]
    busy = [histogram(900 * minute, 300) for minute in range(1, 31)]
    values = Value(60, f"round({RATIO_30D} * 100)", {"{}": 1})
    assert_plays(
        generation,
        tmp_path,
        rules(latency(*FORMS["the short form"])),
        Scenario({X: " ".join([*quiet, *busy])}, {29: BOTH}, (values,)),
    )


def test_each_group_has_a_ratio_of_its_own(generation: Generation, tmp_path: Path) -> None:
    built = latency(*FORMS["the short form"])
    built["metadata"]["annotations"] = {"reliability/group-by": "region"}
    of_region = {
        X.replace("}", f',region="{region}"}}'): f"{BEGUN}+{growth}x60"
        for region, growth in (("eu", histogram(980, 20)), ("us", histogram(1000, 0)))
    }
    firing = 'count by (region, tier) (ALERTS{alertstate="firing"})'
    eu = {'{region="eu",tier="alert"}': 1.0, '{region="eu",tier="ticket"}': 1.0}
    assert_plays(
        generation, tmp_path, rules(built), Scenario(of_region, {}, (Value(60, firing, eu),))
    )


@pytest.mark.parametrize(
    "built",
    [
        threshold(f"histogram_quantile(0.95, sum({RATE}))"),
        raw(f"histogram_fraction(0, 0.5, sum({RATE}))"),
    ],
    ids=["threshold on a quantile", "raw ratio of a fraction"],
)
def test_a_quantile_is_a_threshold_and_a_fraction_a_raw_ratio(
    generation: Generation, tmp_path: Path, built: Document
) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(built),
        Scenario(grows(1000, 0), {60: QUIET}, (ratio(60, 0),)),
        Scenario(grows(0, 1000), {60: BOTH}, (ratio(60, 1),)),
        Scenario({"other": "1x60"}, {16: NO_DATA}, (no_ratio(60),)),
        Scenario({X: f"{BEGUN}x60"}, {59: QUIET}, (no_ratio(59),)),
    )


def assert_plays(
    generation: Generation, folder: Path, built: Document, *scenarios: Scenario
) -> None:
    said = play(generation, folder, built, scenarios)
    assert said.accepted, said.text
