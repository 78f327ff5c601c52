"""Calendar windows under promtool, whose clock begins on 1 January 1970: one budget a period."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.compile.prometheus.period import (
    ENDS,
    PERIOD_ERRORS,
    PERIOD_RATIO,
    PERIOD_TOTAL,
    STARTS,
)
from reliability.promql.parser import DEEPEST, depth
from tests.compile.repositories import Document, policy, rules_of, shop, slo
from tests.compile.scenarios import BOTH, QUIET, TICKET, Scenario, Value, http, play, promtool_file
from tests.compile.shop_scenarios import LEFT, plain
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

BURN = plain("period_burn_rate:ratio")
RATIO = plain("sli_error:ratio_period")
START = plain("period_start:seconds")
END = plain("period_end:seconds")
PERIOD_RULES = (
    STARTS,
    ENDS,
    PERIOD_TOTAL,
    PERIOD_ERRORS,
    PERIOD_RATIO,
    "slo:period_burn_rate:ratio",
    "slo:period_error_budget_remaining:ratio",
)
DAY = 24 * 60


def calendar(duration: str, start: str, zone: str = "UTC", **more: Any) -> Document:
    window = {"duration": duration, "calendar": {"startTime": start, "timeZone": zone}}
    return slo(timeWindow=[window], **more)


def records(rules: Document) -> dict[str, Document]:
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    return {rule["record"]: rule for rule in found if "record" in rule}


def rounded(expression: str, to: float = 0.001) -> str:
    return f"round({expression}, {to})"


@pytest.mark.tools
def test_what_failed_before_the_period_began_is_not_in_it(
    generation: Generation, tmp_path: Path
) -> None:
    """Three hours of a week that ends, with one percent failing; then nothing fails.

    Alerts look at the last hours and days, whatever the calendar says.
    """
    rules = rules_of(shop(calendar("1w", "1969-12-25 03:00:00"), policy()))
    hours = http((60000, 0.01, 180), (60000, 0, 90))
    week = 7 * DAY * 60
    scenario = Scenario(
        hours,
        {170: BOTH, 270: TICKET},
        (
            Value(179, START, {"{}": 3 * 3600 - week}),
            Value(179, END, {"{}": 3 * 3600}),
            Value(180, START, {"{}": 3 * 3600 - week}),  # what ends now is of the old week
            Value(180, rounded(RATIO), {"{}": 0.01}),
            Value(181, START, {"{}": 3 * 3600}),
            Value(181, END, {"{}": 3 * 3600 + week}),
            Value(270, f"{RATIO} < bool 0.0005", {"{}": 1}),  # five minutes at most
            Value(270, f"{LEFT} > bool 0.998", {"{}": 1}),
        ),
    )
    said = play(generation, tmp_path, rules, [scenario])
    assert said.accepted, said.text


@pytest.mark.tools
def test_the_budget_that_is_left_knows_how_much_of_the_period_is_to_come(
    generation: Generation, tmp_path: Path
) -> None:
    """Ten times too fast for the first hour of a day leaves 14 of 24 parts."""
    rules = rules_of(shop(calendar("1d", "1969-12-31 00:00:00"), policy()))
    scenario = Scenario(
        http((60000, 0.01, 60), (60000, 0, 60)),
        values=(
            Value(60, rounded(BURN, 0.1), {"{}": 10}),
            Value(60, rounded(LEFT, 0.01), {"{}": round(1 - 10 / 24, 2)}),
            Value(120, rounded(LEFT, 0.01), {"{}": round(1 - 10 / 24, 2)}),
        ),
    )
    said = play(generation, tmp_path, rules, [scenario])
    assert said.accepted, said.text


@pytest.mark.tools
def test_a_page_on_a_calendar_window_is_as_on_a_rolling_one(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(calendar("1M", "1970-01-01 00:00:00", "Asia/Tokyo"), policy()))
    scenario = Scenario(http((60000, 0, 30), (60000, 1, 10)), {30: QUIET, 40: BOTH})
    said = play(generation, tmp_path, rules, [scenario])
    assert said.accepted, said.text


@pytest.mark.tools
def test_each_group_has_a_budget_of_its_own(generation: Generation, tmp_path: Path) -> None:
    promise = calendar("1M", "1969-12-15 00:00:00", annotations={"group-by": "region"})
    rules = rules_of(shop(promise, policy()))
    regions = http((60000, 0, 30), more=',region="eu"') | http(
        (60000, 0.5, 30), more=',region="us"'
    )
    scenario = Scenario(
        regions,
        values=(Value(30, rounded(RATIO), {'{region="eu"}': 0, '{region="us"}': 0.5}),),
    )
    said = play(generation, tmp_path, rules, [scenario])
    assert said.accepted, said.text


NAMES = '{sloth_service="shop",sloth_slo="shop-checkout"}'


@pytest.mark.tools
def test_a_period_begins_by_the_clocks_of_its_zone_also_after_they_changed(
    generation: Generation, tmp_path: Path
) -> None:
    """Summer time begins in New York on 26 April 1970, and 1 May, 08:00, is 12:00 UTC, not 13:00.

    Recorded events come every hour for a quarter; they fail up to that moment.
    """
    made = rules_of(shop(calendar("1Q", "1970-02-01 08:00:00", "America/New_York"), policy()))
    kept = [rule for name, rule in records(made).items() if name in PERIOD_RULES]
    rules: Document = {"groups": [{"name": "period", "interval": "1h", "rules": kept}]}
    first, change = 31 * 24 + 13, 120 * 24 + 12
    scenario = Scenario(
        {
            f"slo:sli_total:rate5m{NAMES}": f"10x{change + 25}",
            f"slo:sli_errors:rate5m{NAMES}": f"5x{first} 10x{change - first - 1} 0x25",
        },
        values=(
            Value(60 * first, START),
            Value(60 * first + 60, START, {"{}": first * 3600}),
            Value(60 * first + 60, RATIO, {"{}": 1}),
            Value(60 * change, START, {"{}": first * 3600}),
            Value(60 * change, RATIO, {"{}": 1}),
            Value(60 * change, LEFT, {"{}": -999}),
            Value(60 * change + 60, START, {"{}": change * 3600}),
            Value(60 * change + 60, RATIO, {"{}": 0}),
            Value(60 * change + DAY, LEFT, {"{}": 1}),
        ),
        every="1h",
    )
    test = promtool_file(rules, scenario)
    test["tests"][0]["interval"] = "1h"
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(test), encoding="utf-8")
    said = run_rule_tests(generation, tmp_path / "tests.yml")
    assert said.accepted, said.text


@pytest.mark.tools
def test_once_the_written_periods_are_over_there_is_no_budget(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(calendar("1Y", "1959-01-01 00:00:00"), policy()))
    scenario = Scenario(
        http((60000, 0, 30)), values=(Value(30, START), Value(30, END), Value(30, LEFT))
    )
    said = play(generation, tmp_path, rules, [scenario])
    assert said.accepted, said.text


def test_the_written_instants_depend_on_nothing_but_the_document() -> None:
    one, two = (
        rules_of(shop(calendar("1Q", "2026-01-01 00:00:00", "Europe/Berlin"), policy()))
        for _ in range(2)
    )
    assert one == two
    assert records(one)[STARTS]["expr"].count("vector(") == 22


def test_a_calendar_window_keeps_the_factors_of_its_nominal_length() -> None:
    rolling = rules_of(shop(slo(period="30d"), policy()))
    monthly = rules_of(shop(calendar("1M", "2026-01-01 00:00:00"), policy()))

    def burns(rules: Document) -> list[str]:
        every = [rule for group in rules["groups"] for rule in group["rules"]]
        return [rule["expr"] for rule in every if rule.get("alert") == "ErrorBudgetBurn"]

    assert burns(monthly) == burns(rolling)


@pytest.mark.parametrize("duration", ["5d", "1w", "2w", "1M", "1Q", "1Y"])
def test_five_years_of_periods_are_no_deeper_than_what_reads_them_follows(duration: str) -> None:
    """Sample mode once refused 1w and 1M, and showed zero pages."""
    rules = rules_of(shop(calendar(duration, "2026-01-01 00:00:00", "Asia/Tokyo"), policy()))
    deepest = max(depth(rule["expr"]) for group in rules["groups"] for rule in group["rules"])
    assert deepest <= DEEPEST
