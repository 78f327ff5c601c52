"""Thresholds under promtool, both generations: the share of samples within a limit."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.compile.forms import QUICK, no_ratio, ratio, rules, threshold
from tests.compile.mistakes import each_expression
from tests.compile.repositories import Document, metric, policy, rules_of, shop
from tests.compile.scenarios import BOTH, NO_DATA, QUIET, TICKET, Scenario, Value, counter, play
from tests.compile.shop_scenarios import LEFT, RATIO_5M, RATIO_30D, plain
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

LATENCY: Final = 'latency_seconds{job="shop"}'
ONE: Final = 'latency_seconds{job="shop",instance="a"}'
TWO: Final = 'latency_seconds{job="shop",instance="b"}'
NO_NUMBER: Final = " NaN" * 60
WITHOUT_A_VALUE: Final = (no_ratio(59), Value(59, plain("sli_total:rate5m"), {"{}": 0}))

LIMITED: Final[dict[str, Scenario]] = {
    "healthy, and at its limit": Scenario(
        {ONE: "0.1x60", TWO: "0.5x60"}, {60: QUIET}, (ratio(60, 0), Value(60, LEFT, {"{}": 1}))
    ),
    "one of two over its limit": Scenario(
        {ONE: "0.1x60", TWO: "0.6x60"}, {60: BOTH}, (ratio(60, 0.5), ratio(60, 0.5, RATIO_30D))
    ),
    "all over the limit": Scenario({ONE: "3x60"}, {60: BOTH}, (ratio(60, 1),)),
    "one of two over its limit for one minute of three hundred": Scenario(
        {ONE: "0.1x290 3 0.1x9", TWO: "0.1x300"}, {289: QUIET, 292: TICKET, 300: TICKET}
    ),
    "no number is no failure, and data": Scenario(
        {ONE: f"{NO_NUMBER} 0.1x30"}, {59: QUIET, 90: QUIET}, (*WITHOUT_A_VALUE, ratio(90, 0))
    ),
    "one of two without a number": Scenario(
        {ONE: f"{NO_NUMBER} NaN", TWO: "3x60"}, {60: BOTH}, (ratio(60, 1),)
    ),
    "no data": Scenario({"other": "1x60"}, {14: QUIET, 16: NO_DATA, 60: NO_DATA}, (no_ratio(60),)),
    "series that vanish in an outage": Scenario(
        {ONE: "0.1x50 3x10 stale"}, {60: BOTH, 82: {**BOTH, **NO_DATA}, 440: NO_DATA}
    ),
}


@pytest.mark.parametrize("scenario", LIMITED.values(), ids=LIMITED.keys())
def test_a_limit_on_every_series(
    generation: Generation, tmp_path: Path, scenario: Scenario
) -> None:
    assert_plays(generation, tmp_path, rules(threshold(LATENCY)), scenario)


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [("lt", 0, 1, 1), ("lte", 0, 0, 1), ("gt", 1, 1, 0), ("gte", 1, 0, 0)],
)
def test_each_operator_says_which_side_of_the_limit_is_good(
    generation: Generation, tmp_path: Path, op: str, below: int, at: int, above: int
) -> None:
    assert_plays(
        generation,
        tmp_path,
        rules(threshold(LATENCY, op, -0.25)),
        *(
            Scenario({ONE: f"{value}x60"}, {60: BOTH if bad else QUIET}, (ratio(60, bad),))
            for value, bad in ((-0.3, below), (-0.25, at), (-0.2, above))
        ),
    )


def test_objectives_have_limits_of_their_own(generation: Generation, tmp_path: Path) -> None:
    objectives = [
        {"displayName": "half a second", "target": 0.999, "op": "lte", "value": 0.5},
        {"displayName": "two seconds", "target": 0.999, "op": "lt", "value": 2},
    ]
    promise = threshold(LATENCY, objectives=objectives)
    by_objective = "max by (sloth_slo) (slo:sli_error:ratio_rate5m)"
    failing = {
        '{sloth_slo="shop-checkout-half-a-second"}': 1.0,
        '{sloth_slo="shop-checkout-two-seconds"}': 0.0,
    }
    paged = 'count by (objective) (ALERTS{alertstate="firing", tier="alert"})'
    values = (
        Value(60, by_objective, failing),
        Value(60, paged, {'{objective="half-a-second"}': 1}),
    )
    built = rules(promise)
    assert_plays(generation, tmp_path, built, Scenario({ONE: "1x60"}, {}, values))


def test_a_shared_threshold_has_its_limit_on_each_objective(
    generation: Generation, tmp_path: Path
) -> None:
    promise = threshold(LATENCY)
    del promise["spec"]["indicator"]
    promise["spec"]["indicatorRef"] = "latency"
    sli = {
        "apiVersion": "openslo/v1",
        "kind": "SLI",
        "metadata": {"name": "latency"},
        "spec": {"thresholdMetric": metric(LATENCY)},
    }
    entry = {"slo": "shop-checkout", "windows": "quick"}
    built = rules_of(shop(QUICK, promise, sli, policy(entry)))
    slow = Scenario({ONE: "1x60"}, {60: BOTH}, (ratio(60, 1),))
    assert_plays(generation, tmp_path, built, slow)


QUANTILES: Final = [
    "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))",
    "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[{{.window}}])))  # p90",
]


@pytest.mark.parametrize("query", QUANTILES, ids=["five minutes", "the window"])
def test_a_quantile_is_looked_at_every_minute(
    generation: Generation, tmp_path: Path, query: str
) -> None:
    """Answers that are quick, slow, or none at all."""

    def answers(quick: str, every: str) -> dict[str, str]:
        bounds = {"0.25": quick, "0.5": quick, "+Inf": every}
        return {f'request_seconds_bucket{{le="{le}"}}': each for le, each in bounds.items()}

    every = counter((60, 120))
    slow = (ratio(120, 1), ratio(120, 1, RATIO_30D))
    assert_plays(
        generation,
        tmp_path,
        rules(threshold(query, "lte", 0.4)),
        Scenario(answers(every, every), {120: QUIET}, (ratio(120, 0),)),
        Scenario(answers("0x120", every), {120: BOTH}, slow),
        Scenario(answers("7x120", "7x120"), {59: QUIET, 120: QUIET}, WITHOUT_A_VALUE),
        Scenario({"other": "7x120"}, {59: NO_DATA}, (no_ratio(59),)),
    )


def test_each_group_has_a_share_of_its_own(generation: Generation, tmp_path: Path) -> None:
    promise = threshold("latency_seconds", annotations={"group-by": "region"})
    series = {'latency_seconds{region="eu"}': "1x60", 'latency_seconds{region="us"}': "0.1x60"}
    firing = 'count by (region, tier) (ALERTS{alertstate="firing"})'
    eu = {'{region="eu",tier="alert"}': 1.0, '{region="eu",tier="ticket"}': 1.0}
    shares = Value(60, RATIO_5M, {'{region="eu"}': 1, '{region="us"}': 0})
    played = Scenario(series, {}, (Value(60, firing, eu), shares))
    assert_plays(generation, tmp_path, rules(promise), played)


def test_a_floor_counts_samples(generation: Generation, tmp_path: Path) -> None:
    built = rules(threshold(LATENCY), minimumFailures=3)
    two = Scenario({ONE: "0.1x50 3x1 0.1x9"}, {51: QUIET, 54: QUIET})
    three = Scenario({ONE: "0.1x50 3x2 0.1x9"}, {52: QUIET, 53: BOTH})
    assert_plays(generation, tmp_path, built, two, three)


MISTAKES: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "operator turned round": (
        lambda text: text.replace(" <= bool 0.5", " >= bool 0.5"),
        "healthy, and at its limit",
    ),
    "the limit left out": (
        lambda text: text.replace(" <= bool 0.5", " < bool 0.5"),
        "healthy, and at its limit",
    ),
    "the average held against the limit": (
        lambda text: text.replace(LATENCY, f"avg({LATENCY})"),
        "one of two over its limit",
    ),
    "no number taken for a failure": (
        lambda text: text.replace(" >= bool -Inf", " == bool " + LATENCY + " or vector(1)"),
        "no number is no failure, and data",
    ),
}


@pytest.mark.parametrize(("mistake", "caught_by"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_caught(
    generation: Generation, tmp_path: Path, mistake: Callable[[str], str], caught_by: str
) -> None:
    wrong = each_expression(rules(threshold(LATENCY)), mistake)
    said = play(generation, tmp_path, wrong, [LIMITED[caught_by]])
    assert "exp:" in said.text, said.text


def assert_plays(
    generation: Generation, folder: Path, built: Document, *scenarios: Scenario
) -> None:
    said = play(generation, folder, built, scenarios)
    assert said.accepted, said.text
