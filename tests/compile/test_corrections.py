"""Corrected time under promtool: it costs no budget, pages nobody, and is no missing data."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.compile.forms import timeslices
from tests.compile.repositories import Document, ours, policy, rules_of, shop, slo
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
from tests.compile.shop_scenarios import LEFT, RATIO_30D, WORKS, plain
from tests.servers.generation import Generation


def corrections(*spans: tuple[str, str], **more: Any) -> Document:
    """Corrections on the day on which promtool's clock begins, by UTC."""
    why = {"reason": "The database moves", "approver": "@lead"}
    items = [
        {"start": f"1970-01-01T{start}:00Z", "end": f"1970-01-01T{end}:00Z", **why, **more}
        for start, end in spans
    ]
    return ours("Corrections", "shop", service="shop", corrections=items)


def corrected(*spans: tuple[str, str], **more: Any) -> Document:
    return rules_of(shop(slo(), policy(), corrections(*spans, **more)))


def plays(generation: Generation, folder: Path, rules: Document, scenario: Scenario) -> None:
    said = play(generation, folder, rules, [scenario])
    assert said.accepted, said.text


OUTAGE = http((60000, 0, 60), (60000, 1, 30), (60000, 0, 410))


@pytest.mark.tools
def test_maintenance_costs_nothing_and_tells_nobody(generation: Generation, tmp_path: Path) -> None:
    rules = corrected(("01:00", "01:30"))
    watched = dict.fromkeys((61, 70, 90, 95, 96, 120, 121, 200, 450, 452, 500), QUIET)
    zero = plain("sli_total:rate5m")
    scenario = Scenario(
        OUTAGE,
        watched,
        (
            Value(80, zero, {"{}": 0}),
            Value(95, zero, {"{}": 0}),
            Value(100, f"round({zero})", {"{}": 1000}),
            Value(500, RATIO_30D, {"{}": 0}),
            Value(500, LEFT, {"{}": 1}),
        ),
    )
    plays(generation, tmp_path, rules, scenario)


@pytest.mark.tools
def test_without_a_correction_the_same_time_pages_and_costs(
    generation: Generation, tmp_path: Path
) -> None:
    scenario = Scenario(OUTAGE, {70: BOTH}, (Value(500, f"{LEFT} < bool -50", {"{}": 1}),))
    plays(generation, tmp_path, rules_of(shop()), scenario)


@pytest.mark.tools
def test_an_outage_that_outlasts_maintenance_pages_soon_after_its_end(
    generation: Generation, tmp_path: Path
) -> None:
    rules = corrected(("01:00", "01:30"))
    scenario = Scenario(
        http((60000, 0, 60), (60000, 1, 60)),
        {95: QUIET, 97: {("ErrorBudgetBurn", "alert"): 1}},
        (Value(119, f"{RATIO_30D} > bool 0.2", {"{}": 1}),),
    )
    plays(generation, tmp_path, rules, scenario)


@pytest.mark.tools
def test_a_service_that_is_off_in_maintenance_is_no_missing_data(
    generation: Generation, tmp_path: Path
) -> None:
    rules = corrected(("01:00", "01:30"), ("01:40", "02:00"))
    scenario = Scenario(
        {WORKS: f"{counter((60000, 60))} stale"},
        {89: QUIET, 99: QUIET, 119: QUIET, 130: QUIET, 138: NO_DATA},
    )
    plays(generation, tmp_path, rules, scenario)


@pytest.mark.tools
def test_several_corrections_hold_each_in_its_time(generation: Generation, tmp_path: Path) -> None:
    rules = corrected(("00:30", "00:40"), ("01:30", "01:40"))
    burn = http((60000, 0, 30), (60000, 1, 10), (60000, 0, 50), (60000, 1, 10), (60000, 0, 60))
    scenario = Scenario(
        burn, {35: QUIET, 46: QUIET, 95: QUIET, 101: QUIET}, (Value(160, LEFT, {"{}": 1}),)
    )
    plays(generation, tmp_path, rules, scenario)


@pytest.mark.tools
def test_a_calendar_period_leaves_corrected_time_out_as_well(
    generation: Generation, tmp_path: Path
) -> None:
    month = {"startTime": "1969-12-20 00:00:00", "timeZone": "UTC"}
    promise = slo(timeWindow=[{"duration": "1M", "calendar": month}])
    rules = rules_of(shop(promise, policy(), corrections(("00:30", "00:40"))))
    scenario = Scenario(
        http((60000, 0, 30), (60000, 1, 10), (60000, 0, 20)),
        {35: QUIET},
        (Value(60, LEFT, {"{}": 1}),),
    )
    plays(generation, tmp_path, rules, scenario)


HOURLY = timeslices(slo(), "1h")
"""Slices of an hour: the one that holds maintenance is told until the next is over."""


@pytest.mark.tools
def test_a_slice_with_maintenance_in_it_costs_nothing_and_tells_nobody(
    generation: Generation, tmp_path: Path
) -> None:
    spans = ("01:10", "01:50")
    rules = rules_of(shop(HOURLY, policy(), corrections(spans)))
    watched = dict.fromkeys((75, 111, 119, 121, 150, 179, 181, 400), QUIET)
    outage = http((60000, 0, 70), (60000, 1, 40), (60000, 0, 310))
    free = (Value(179, LEFT, {"{}": 1}), Value(400, LEFT, {"{}": 1}))
    plays(generation, tmp_path, rules, Scenario(outage, watched, free))
    costs = (Value(400, f"{LEFT} < bool 0", {"{}": 1}),)
    without = rules_of(shop(HOURLY, policy()))
    plays(generation, tmp_path, without, Scenario(outage, {150: BOTH}, costs))


@pytest.mark.tools
def test_a_service_that_was_off_has_a_whole_slice_to_come_back(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(HOURLY, policy(), corrections(("01:00", "02:00"))))
    off = counter((60000, 60))
    back = {WORKS: f"{off} stale _x59 0+1000x240"}
    scenario = Scenario(back, dict.fromkeys((119, 136, 179, 200), QUIET))
    plays(generation, tmp_path, rules, scenario)
    gone = Scenario({WORKS: f"{off} stale"}, {179: QUIET, 200: NO_DATA})
    plays(generation, tmp_path, rules, gone)


@pytest.mark.parametrize(
    ("length", "free_from"), [("5m", 6600 + 300), ("7m", 6720 + 420), ("1h", 7200 + 3600)]
)
def test_slices_of_a_correction_are_aligned_to_the_epoch(length: str, free_from: int) -> None:
    """It ends at 110 minutes: at the end of a slice of 5 minutes, and within one of 7."""
    rules = rules_of(shop(timeslices(slo(), length), policy(), corrections(("01:10", "01:50"))))
    assert set(re.findall(r"time\(\) <= bool (\d+)", str(rules))) == {str(free_from)}


def test_a_correction_of_another_slo_changes_nothing() -> None:
    assert corrected(("01:00", "01:30"), slos=["shop-search"]) == rules_of(shop())


def test_a_correction_named_for_the_slo_is_one_for_the_service() -> None:
    assert corrected(("01:00", "01:30"), slos=["shop-checkout"]) == corrected(("01:00", "01:30"))


def test_corrections_are_compiled_in_the_order_of_time_each_once() -> None:
    one, two = ("01:00", "01:30"), ("02:00", "02:30")
    assert corrected(two, one, two) == corrected(one, two)


def test_a_period_as_long_as_a_window_of_an_alert_has_a_ratio_of_its_own_then() -> None:
    short = slo(period="3d")
    rules = rules_of(shop(short, policy(), corrections(("01:00", "01:30"))))
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    [period] = [rule for rule in found if rule.get("record") == "slo:sli_error:ratio_period"]
    [burn] = [rule for rule in found if rule.get("record") == "slo:period_burn_rate:ratio"]
    assert "[3d]" in period["expr"]
    assert "slo:sli_error:ratio_period" in burn["expr"]
