"""SLOs with queries of Datadog, as Datadog's SLOs, monitors and corrections."""

import re
from pathlib import Path

import pytest
import yaml

from reliability.compile.datadog.gaps import datadog_gaps
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.finding import Problem
from tests.compile.datadog_shop import (
    BAD,
    GOOD,
    HOURS,
    TARGETS,
    TOTAL,
    compiled,
    datadog_shop,
    datadog_slo,
    entry,
    indicator,
    query,
    ratio,
)
from tests.compile.repositories import ours, shop, slo
from tests.golden import Golden

SLO = "metric-slo shop/shop-checkout"
UP = query("avg:up{*}")
SLICES = "time-slice-slo shop/shop-checkout"
MAINTENANCE = ours(
    "Corrections",
    "shop",
    service="shop",
    corrections=[
        {
            "start": "2026-12-01T22:00:00+09:00",
            "end": "2026-12-01T23:30:00+09:00",
            "reason": "New database",
            "approver": "@lead",
        }
    ],
)


def test_all_objects_of_an_slo(golden: Golden) -> None:
    catalog = datadog_shop(datadog_slo(), entry(runbook="docs/runbooks/checkout.md"), MAINTENANCE)
    text = yaml.safe_dump(dict(compiled(catalog)), sort_keys=False, width=100)
    golden.check(Path(__file__).parent / "golden" / "datadog.yaml", text)


def test_a_tier_with_two_window_pairs_notifies_once() -> None:
    bodies = compiled(datadog_shop(datadog_slo(), entry()))
    notifying = [
        name for name, body in bodies.items() if "@pagerduty-shop" in str(body.get("message"))
    ]
    assert notifying == ["composite-monitor shop/shop-checkout/alert"]
    assert bodies[notifying[0]]["query"] == "{0} || {1}"


def test_a_tier_with_one_window_pair_has_no_composite() -> None:
    bodies = compiled(datadog_shop(datadog_slo(), entry()))
    [ticket] = [name for name in bodies if "ticket" in name]
    assert ticket.startswith("burn-monitor")
    assert bodies[ticket]["message"].endswith("@jira-SHOP")


def test_three_days_become_one_day_at_three_times_the_burn_rate() -> None:
    catalog = datadog_shop(datadog_slo(), entry(windows="google-30d"))
    bodies = compiled(catalog)
    [ticket] = [
        body
        for name, body in bodies.items()
        if name.startswith("burn-monitor shop/shop-checkout/ticket")
    ]
    assert ticket["query"] == (
        'burn_rate("{slo}").over("30d").long_window("24h").short_window("2h") > 3'
    )


def test_failures_are_subtracted_from_all_events() -> None:
    bodies = compiled(datadog_shop(datadog_slo(indicator=ratio(bad=BAD, total=TOTAL))))
    assert bodies[SLO]["query"] == {
        "numerator": f"{TOTAL} - default_zero({BAD})",
        "denominator": TOTAL,
    }
    summed = f"{TOTAL} + {GOOD}"
    bodies = compiled(datadog_shop(datadog_slo(indicator=ratio(bad=BAD, total=summed))))
    assert bodies[SLO]["query"]["numerator"] == f"({summed}) - default_zero({BAD})"


@pytest.mark.parametrize(
    ("spec", "formula", "comparator", "threshold"),
    [
        (ratio(good=GOOD, total=TOTAL)["spec"], "default_zero(good) / total", ">=", 0.95),
        (ratio(bad=BAD, total=TOTAL)["spec"], "1 - default_zero(bad) / total", ">=", 0.95),
        ({"ratioMetric": {"rawType": "success", "raw": query("avg:up{*}")}}, "raw", ">=", 0.95),
        (
            {"ratioMetric": {"rawType": "failure", "raw": query("avg:down{*}")}},
            "1 - raw",
            ">=",
            0.95,
        ),
        ({"thresholdMetric": query("p95:latency{*}")}, "threshold", "<=", 0.4),
    ],
)
def test_time_slices(
    spec: dict[str, object], formula: str, comparator: str, threshold: float
) -> None:
    objective = {"target": 0.99, "timeSliceWindow": "5m", "timeSliceTarget": 0.95}
    if "thresholdMetric" in spec:
        objective |= {"op": "lte", "value": 0.4}
    body = compiled(
        datadog_shop(
            datadog_slo(
                indicator=indicator(spec), budgetingMethod="Timeslices", objectives=[objective]
            )
        )
    )[SLICES]
    condition = body["sli_specification"]["time_slice"]
    assert condition["query"]["formulas"] == [{"formula": formula}]
    assert (condition["comparator"], condition["threshold"]) == (comparator, threshold)
    assert condition["query_interval_seconds"] == 300


@pytest.mark.parametrize(
    ("handles", "tiers", "lacking"),
    [
        ({"alert": ["@pagerduty-shop"]}, {"fast": "alert", "slow": "log"}, ["sales, ticket"]),
        ({"ticket": ["@jira-SHOP"]}, {"fast": "alert", "slow": "log"}, ["sales, alert"]),
        ({"ticket": ["@jira-SHOP"]}, {"fast": "log", "slow": "log"}, []),
        ({}, {"fast": "alert", "slow": "alert"}, ["sales, alert", "sales, ticket"]),
    ],
)
def test_tiers_without_a_handle_are_gaps_also_those_of_missing_data(
    handles: dict[str, list[str]], tiers: dict[str, str], lacking: list[str]
) -> None:
    team = ours("Team", "sales", members=["@lead"], datadog=handles)
    catalog = shop(HOURS, team, TARGETS, datadog_slo(), entry(tiers=tiers))
    found = [re.search(r"\((sales, \w+)\)", problem.message) for problem in datadog_gaps(catalog)]
    assert [match[1] for match in found if match] == lacking


def test_nothing_is_compiled_without_a_datadog_target() -> None:
    assert compiled(datadog_shop(datadog_slo(), entry(), target=False)) == {}


def test_prometheus_refuses_such_an_slo_only_if_datadog_does_not_get_it() -> None:
    def problems(*, target: bool) -> list[str]:
        catalog = datadog_shop(datadog_slo(), entry(), target=target)
        made = PrometheusCompiler().compile(catalog)
        return [item.message for item in made if isinstance(item, Problem)]

    assert problems(target=False) == ["metrics of type datadog are not compiled"]
    assert problems(target=True) == []


def test_an_slo_of_prometheus_is_not_datadogs() -> None:
    assert compiled(datadog_shop(slo(), entry())) == {}


def test_names_of_two_objectives_differ() -> None:
    objectives = [{"displayName": "most", "target": 0.99}, {"displayName": "all", "target": 0.999}]
    bodies = compiled(datadog_shop(datadog_slo(objectives=objectives), entry()))
    assert {f"{SLO}-most", f"{SLO}-all"} <= set(bodies)


def test_a_title_neither_expands_nor_mentions() -> None:
    named = datadog_slo()
    named["metadata"]["displayName"] = "Pay {{host}} @here"
    body = compiled(datadog_shop(named, entry()))["composite-monitor shop/shop-checkout/alert"]
    assert "{{" not in body["message"]
    assert "@here" not in body["message"]


@pytest.mark.parametrize(
    ("after", "minutes"),
    [("1m", 10), ("9m", 10), ("10m", 10), ("11m", 11), ("90s", 10), ("630s", 10), ("2h", 120)],
)
def test_missing_data_is_waited_for_at_least_twice_as_long_as_it_is_counted(
    after: str, minutes: int
) -> None:
    bodies = compiled(datadog_shop(datadog_slo(), entry(noData={"tier": "ticket", "after": after})))
    monitor = bodies["no-data-monitor shop/shop-checkout/no-data"]
    assert monitor["options"]["no_data_timeframe"] == minutes
    assert "(last_5m):" in monitor["query"]
