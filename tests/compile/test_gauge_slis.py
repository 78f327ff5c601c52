"""Ratios of gauges (`counter: false`) and raw ratios under promtool, both generations."""

from pathlib import Path
from typing import Final

import pytest

from tests.compile.forms import gauges, no_ratio, ratio, raw, rules
from tests.compile.repositories import Document
from tests.compile.scenarios import BOTH, NO_DATA, QUIET, TICKET, Scenario, Value, play
from tests.compile.shop_scenarios import LEFT, RATIO_30D, plain
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

OK: Final = 'served{job="shop"}'
ALL: Final = 'asked{job="shop"}'
FAILED: Final = 'failed{job="shop"}'
NOTHING_AT_59: Final = Value(59, plain("sli_total:rate5m"), {"{}": 0})

GOOD_OF_ALL: Final[dict[str, Scenario]] = {
    "healthy": Scenario({OK: "1000x60", ALL: "1000x60"}, {60: QUIET}, (ratio(60, 0),)),
    "half of the budget's rate": Scenario({OK: "9995x60", ALL: "10000x60"}, {60: QUIET}),
    "a slow burn": Scenario({OK: "996x60", ALL: "1000x60"}, {60: TICKET}, (ratio(60, 0.004),)),
    "a fast burn": Scenario(
        {OK: "980x60", ALL: "1000x60"}, {60: BOTH}, (ratio(60, 0.02), ratio(60, 0.02, RATIO_30D))
    ),
    "an outage without a good series": Scenario({ALL: "1000x60"}, {60: BOTH}, (ratio(60, 1),)),
    "an outage in which the good series goes away": Scenario(
        {OK: "1000x60 stale", ALL: "1000x120"}, {60: QUIET, 67: BOTH, 120: BOTH}, (ratio(67, 1),)
    ),
    "no traffic": Scenario(
        {OK: "0x60 1000x30", ALL: "0x60 1000x30"},
        {59: QUIET, 90: QUIET},
        (no_ratio(59), NOTHING_AT_59, ratio(90, 0, RATIO_30D)),
    ),
    "no data": Scenario({"other": "1x60"}, {14: QUIET, 16: NO_DATA, 60: NO_DATA}, (no_ratio(60),)),
    "a good count ahead of the total": Scenario(
        {OK: "1001x60", ALL: "1000x60"}, {60: QUIET}, (ratio(60, 0),)
    ),
    "fewer requests are no reset": Scenario(
        {OK: "1000x30 10x30", ALL: "1000x30 10x30"}, {33: QUIET, 60: QUIET}, (ratio(33, 0),)
    ),
    "a NaN spoils no more than its window": Scenario(
        {OK: "1000x30 NaN 1000x30", ALL: "1000x30 NaN 1000x30"},
        {33: QUIET, 61: QUIET},
        (ratio(40, 0), Value(61, LEFT, {"{}": 1})),
    ),
}


@pytest.mark.parametrize("scenario", GOOD_OF_ALL.values(), ids=GOOD_OF_ALL.keys())
def test_good_gauges_over_all(generation: Generation, tmp_path: Path, scenario: Scenario) -> None:
    assert_plays(generation, tmp_path, rules(gauges(good=OK, total=ALL)), scenario)


def test_bad_gauges_over_all(generation: Generation, tmp_path: Path) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(gauges(bad=FAILED, total=ALL), minimumFailures=5),
        Scenario({ALL: "1000x60"}, {60: QUIET}, (ratio(60, 0),)),
        Scenario({FAILED: "20x60", ALL: "1000x60"}, {60: BOTH}, (ratio(60, 0.02),)),
        Scenario({FAILED: "2000x60", ALL: "1000x60"}, {60: BOTH}, (ratio(60, 1),)),
        Scenario({FAILED: "0x50 4 0x9", ALL: "1x60"}, {51: QUIET, 60: QUIET}),
        Scenario({FAILED: "0x50 5 0x9", ALL: "1x60"}, {51: BOTH}),
    )


def test_a_state_is_an_expression_of_gauges_that_is_looked_at_every_minute(
    generation: Generation, tmp_path: Path
) -> None:
    up = 'up{job="shop"}'
    promise = gauges(good=f"count({up} == 1)", total=f"count({up})")
    one, two = (f'up{{job="shop",instance="{each}"}}' for each in "ab")
    assert_plays(
        generation,
        tmp_path,
        rules(promise),
        Scenario({one: "1x60", two: "1x60"}, {60: QUIET}, (ratio(60, 0),)),
        Scenario({one: "1x60", two: "0x60"}, {60: BOTH}, (ratio(60, 0.5),)),
        Scenario({one: "0x60", two: "0x60"}, {60: BOTH}, (ratio(60, 1),)),
        Scenario({"other": "0x60"}, {60: NO_DATA}, (no_ratio(60),)),
    )


@pytest.mark.parametrize(
    ("query", "shows"),
    [
        ("healthy_share", "success"),
        ("1 - healthy_share  # of all", "failure"),
        ("avg_over_time(healthy_share[{{.window}}])", "success"),
        ("1 - avg_over_time(healthy_share[{{.window}}])", "failure"),
    ],
)
def test_a_raw_ratio(generation: Generation, tmp_path: Path, query: str, shows: str) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(raw(query, shows)),
        Scenario({"healthy_share": "1x60"}, {60: QUIET}, (ratio(60, 0),)),
        Scenario({"healthy_share": "0.996x60"}, {60: TICKET}, (ratio(60, 0.004),)),
        Scenario({"healthy_share": "0.98x60"}, {60: BOTH}, (ratio(60, 0.02, RATIO_30D),)),
        Scenario({"healthy_share": "0x60"}, {60: BOTH}, (ratio(60, 1),)),
        Scenario({"healthy_share": "1.5x60"}, {60: QUIET}, (ratio(60, 0),)),
        Scenario({"healthy_share": "-1x60"}, {60: BOTH}, (ratio(60, 1),)),
        Scenario({"other": "1x60"}, {14: QUIET, 60: NO_DATA}, (no_ratio(60),)),
        Scenario(
            {"healthy_share": "NaN " * 60 + "1x60"},
            {59: QUIET, 120: QUIET},
            (no_ratio(59), NOTHING_AT_59, Value(120, LEFT, {"{}": 1})),
        ),
        Scenario(
            {'healthy_share{of="a"}': "1x60", 'healthy_share{of="b"}': "0.9x60"},
            {60: BOTH},
            (ratio(60, 0.05),),
        ),
    )


@pytest.mark.parametrize(
    ("query", "shows"), [("healthy_share", "success"), ("1 - healthy_share", "failure")]
)
def test_a_floor_on_a_raw_ratio_adds_up_what_failed(
    generation: Generation, tmp_path: Path, query: str, shows: str
) -> None:
    built = rules(raw(query, shows), minimumFailures=2)
    fails = Scenario({"healthy_share": "1x100 0.8x20"}, {105: QUIET, 112: BOTH})
    assert_plays(generation, tmp_path, built, fails)


def test_a_ratio_of_ones_own_division_has_no_value_without_traffic(
    generation: Generation, tmp_path: Path
) -> None:
    """Sloth's `error_ratio_query`: the window is put in, and 0 / 0 is data without a value."""
    query = "sum(rate(bad_total[{{.window}}])) / sum(rate(all_total[{{.window}}]))"
    assert_plays(
        generation,
        tmp_path,
        rules(raw(query, "failure")),
        Scenario({"bad_total": "0+2x60", "all_total": "0+100x60"}, {60: BOTH}, (ratio(60, 0.02),)),
        Scenario({"bad_total": "7x60", "all_total": "7x60"}, {60: QUIET}, (no_ratio(60),)),
        Scenario({"all_total": "0+100x60"}, {60: NO_DATA}, (no_ratio(60),)),
    )


@pytest.mark.parametrize(
    "promise",
    [
        gauges(good="served", total="asked", annotations={"group-by": "region"}),
        raw("served / asked", annotations={"group-by": "region"}),
        raw("avg_over_time((served / asked)[{{.window}}:1m])", annotations={"group-by": "region"}),
    ],
    ids=["gauges", "raw", "raw over the window"],
)
def test_each_group_has_a_ratio_of_its_own(
    generation: Generation, tmp_path: Path, promise: Document
) -> None:
    series = {f'served{{region="{each}"}}': "98x60" for each in ("eu", "us")}
    series |= {'asked{region="eu"}': "100x60", 'asked{region="us"}': "98x60"}
    firing = 'count by (region, tier) (ALERTS{alertstate="firing"})'
    eu = {'{region="eu",tier="alert"}': 1.0, '{region="eu",tier="ticket"}': 1.0}
    left = Value(60, f"round({LEFT})", {'{region="us"}': 1.0, '{region="eu"}': -19.0})
    assert_plays(
        generation, tmp_path, rules(promise), Scenario(series, {}, (Value(60, firing, eu), left))
    )


def assert_plays(
    generation: Generation, folder: Path, built: Document, *scenarios: Scenario
) -> None:
    said = play(generation, folder, built, scenarios)
    assert said.accepted, said.text
