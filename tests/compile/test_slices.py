"""Timeslices and RatioTimeslices under promtool, both generations: every slice weighs the same."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.compile.forms import gauges, no_ratio, ratio, ratio_timeslices, raw, rules, threshold
from tests.compile.forms import timeslices as sliced
from tests.compile.mistakes import each_expression
from tests.compile.repositories import BAD, Document, slo
from tests.compile.scenarios import (
    BOTH,
    NO_DATA,
    QUIET,
    Scenario,
    Value,
    counter,
    http,
    play,
)
from tests.compile.shop_scenarios import FAILS, LEFT, RATIO_5M, RATIO_30D, WORKS, plain
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

ANSWERED: Final = Value(59, plain("sli_total:rate5m") + " > bool 0", {"{}": 1})
SLICED: Final[dict[str, Scenario]] = {
    "slices above their target are good": Scenario(
        http((6000, 0.04, 60)), {60: QUIET}, (ratio(60, 0), Value(60, LEFT, {"{}": 1}))
    ),
    "a slice at its target is good": Scenario(http((6000, 0.05, 60)), {60: QUIET}, (ratio(60, 0),)),
    "slices below their target are bad, wholly": Scenario(
        http((6000, 0.06, 60)), {60: BOTH}, (ratio(60, 1), ratio(60, 1, RATIO_30D))
    ),
    "a total outage without a good series": Scenario(
        {FAILS: counter((100, 60))}, {60: BOTH}, (ratio(60, 1),)
    ),
    "an outage in which the good series go away": Scenario(
        {WORKS: f"{counter((6000, 60))} stale", FAILS: counter((0, 60), (6000, 60))},
        {60: QUIET, 71: BOTH, 120: BOTH},
        (ratio(120, 1),),
    ),
    "no error series yet": Scenario({WORKS: counter((60, 60))}, {60: QUIET}, (ratio(60, 0),)),
    "an empty slice is good": Scenario(
        http((0, 0, 120)), {59: QUIET, 120: QUIET}, (ratio(59, 0), ANSWERED)
    ),
    "no data": Scenario({"other": "1x60"}, {14: QUIET, 16: NO_DATA, 60: NO_DATA}, (no_ratio(60),)),
    "a restart is no failure": Scenario(
        {WORKS: f"{counter((6000, 60))} {counter((6000, 60))}", FAILS: "7x60 0x60"},
        {66: QUIET, 120: QUIET},
        (ratio(66, 0),),
    ),
    "a quiet hour costs as much as a rush": Scenario(
        http((60000, 0, 100), (600, 1, 100)),
        values=(Value(200, f"round({RATIO_30D}, 0.1)", {"{}": 0.5}),),
    ),
}


@pytest.mark.parametrize("scenario", SLICED.values(), ids=SLICED.keys())
def test_slices_of_good_requests(
    generation: Generation, tmp_path: Path, scenario: Scenario
) -> None:
    assert_plays(generation, tmp_path, rules(sliced(slo())), scenario)


RATIOS: Final[dict[str, Scenario]] = {
    "half of the budget's rate": Scenario(http((60000, 0.0005, 60)), {60: QUIET}),
    "a fast burn": Scenario(
        http((6000, 0.02, 60)), {60: BOTH}, (ratio(60, 0.02), ratio(60, 0.02, RATIO_30D))
    ),
    **{
        name: SLICED[name]
        for name in (
            "a total outage without a good series",
            "an outage in which the good series go away",
            "no error series yet",
            "an empty slice is good",
            "no data",
            "a restart is no failure",
            "a quiet hour costs as much as a rush",
        )
    },
}


@pytest.mark.parametrize("scenario", RATIOS.values(), ids=RATIOS.keys())
def test_ratios_of_slices(generation: Generation, tmp_path: Path, scenario: Scenario) -> None:
    assert_plays(generation, tmp_path, rules(ratio_timeslices(slo())), scenario)


def test_bad_requests_are_sliced_as_well(generation: Generation, tmp_path: Path) -> None:
    healthy = Scenario({WORKS: counter((6000, 60))}, {60: QUIET}, (ratio(60, 0),))
    burning = Scenario(http((6000, 0.06, 60)), {60: BOTH}, (ratio(60, 1),))
    assert_plays(generation, tmp_path, rules(sliced(slo(bad=BAD))), healthy, burning)


@pytest.mark.parametrize(
    "promise",
    [
        threshold("depth", "lte", 5),
        threshold("avg_over_time(depth[{{.window}}])", "lte", 5),
        gauges(good="count(depth <= 5)", total="count(depth)"),
        raw("depth <= bool 5"),
        raw("1 - avg_over_time((depth <= bool 5)[{{.window}}:1m])", "failure"),
    ],
    ids=["threshold", "threshold over the slice", "gauges", "raw", "raw over the slice"],
)
def test_every_form_is_sliced(generation: Generation, tmp_path: Path, promise: Document) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(sliced(promise)),
        Scenario({"depth": "5x60"}, {60: QUIET}, (ratio(60, 0),)),
        Scenario({"depth": "5x30 99x30"}, {30: QUIET, 60: BOTH}, (ratio(60, 1),)),
        Scenario({"other": "5x60"}, {60: NO_DATA}, (no_ratio(60),)),
    )


def test_a_slice_has_a_sample_a_minute_and_shares_none_with_the_next(
    generation: Generation, tmp_path: Path
) -> None:
    """Minute 20 ends one slice and begins the next; it counts in the first alone."""
    bad_at_20 = {"depth": "1x19 9 1x39"}
    one = (Value(26, "round(" + RATIO_30D + " * 1e9 > bool 0)", {"{}": 1}), ratio(30, 0))
    strict = rules(sliced(threshold("depth", "lte", 5), good_from=0.9))
    lenient = rules(sliced(threshold("depth", "lte", 5), good_from=0.8))
    assert_plays(generation, tmp_path, strict, Scenario(bad_at_20, {24: BOTH}, one))
    assert_plays(generation, tmp_path, lenient, Scenario(bad_at_20, {24: QUIET, 30: QUIET}))


def test_a_long_slice_is_judged_at_its_end_and_stands_until_the_next(
    generation: Generation, tmp_path: Path
) -> None:
    """Before the first has ended there is no data about slices."""
    series = http((6000, 0, 60), (6000, 0.1, 60), (6000, 0, 120))
    assert_plays(
        generation,
        tmp_path,
        rules(sliced(slo(), "1h")),
        Scenario(series, {50: NO_DATA, 90: QUIET, 119: QUIET, 122: BOTH, 170: BOTH, 182: QUIET}),
    )


def test_objectives_have_slices_of_their_own(generation: Generation, tmp_path: Path) -> None:
    objectives = [
        {"displayName": "lenient", "target": 0.9, "timeSliceTarget": 0.9, "timeSliceWindow": "5m"},
        {"displayName": "strict", "target": 0.9, "timeSliceTarget": 0.99, "timeSliceWindow": "2m"},
    ]
    promise = slo(budgetingMethod="Timeslices", objectives=objectives)
    by_objective = "max by (sloth_slo) (slo:sli_error:ratio_rate5m)"
    failing = {
        '{sloth_slo="shop-checkout-lenient"}': 0.0,
        '{sloth_slo="shop-checkout-strict"}': 1.0,
    }
    played = Scenario(http((6000, 0.06, 60)), {}, (Value(60, by_objective, failing),))
    assert_plays(generation, tmp_path, rules(promise), played)


@pytest.mark.parametrize("method", [sliced, ratio_timeslices])
def test_each_group_has_slices_of_its_own(
    generation: Generation, tmp_path: Path, method: Callable[[Document], Document]
) -> None:
    built = rules(method(slo(annotations={"group-by": "region"})))
    series = {
        **http((60000, 0, 60), more=',region="us"'),
        'http_requests_total{job="shop",code="500",region="eu"}': counter((60, 60)),
    }
    shares = Value(60, RATIO_5M, {'{region="eu"}': 1, '{region="us"}': 0})
    firing = 'count by (region, tier) (ALERTS{alertstate="firing"})'
    eu = {'{region="eu",tier="alert"}': 1.0, '{region="eu",tier="ticket"}': 1.0}
    assert_plays(generation, tmp_path, built, Scenario(series, {}, (Value(60, firing, eu), shares)))


def test_a_floor_counts_bad_slices(generation: Generation, tmp_path: Path) -> None:
    built = rules(sliced(slo()), minimumFailures=3)
    two = Scenario(http((6000, 0, 60), (6000, 1, 10), (6000, 0, 5)), {71: QUIET, 74: QUIET})
    four = Scenario(http((6000, 0, 60), (6000, 1, 20)), {81: BOTH})
    assert_plays(generation, tmp_path, built, two, four)


MISTAKES: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "an empty slice as bad": (
        lambda text: text.replace(" >= 0) > bool 0)", " >= 0) >= bool 0)"),
        "an empty slice is good",
    ),
    "an empty slice as none": (
        lambda text: re.sub(r" or \(sum\([^()]*\([^()]*\)\) >= 0\) > bool 0\)", ")", text),
        "an empty slice is good",
    ),
    "the target as a double alone": (
        lambda text: text.replace("> bool 0.050000001", "> bool 0.05"),
        "a slice at its target is good",
    ),
    "another target": (
        lambda text: text.replace("> bool 0.050000001", "> bool 0.5"),
        "slices below their target are bad, wholly",
    ),
    "the naive ratio": (
        lambda text: text.replace(" >= 0) > bool 0)", " >= 0) * 0)"),
        "a total outage without a good series",
    ),
}


@pytest.mark.parametrize(("mistake", "caught_by"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_caught(
    generation: Generation, tmp_path: Path, mistake: Callable[[str], str], caught_by: str
) -> None:
    wrong = each_expression(rules(sliced(slo())), mistake)
    said = play(generation, tmp_path, wrong, [SLICED[caught_by]])
    assert "exp:" in said.text, said.text


def test_events_that_weigh_the_same_are_not_slices_that_do(
    generation: Generation, tmp_path: Path
) -> None:
    night = SLICED["a quiet hour costs as much as a rush"]
    said = play(generation, tmp_path, rules(slo()), [night])
    assert "exp:" in said.text, said.text


def assert_plays(
    generation: Generation, folder: Path, built: Document, *scenarios: Scenario
) -> None:
    said = play(generation, folder, built, scenarios)
    assert said.accepted, said.text
