"""Other shapes of promises under promtool: bad series, histograms, groups, few events, tickets."""

from pathlib import Path

import pytest

from tests.compile.repositories import (
    BAD,
    GOOGLE_PAIRS,
    Document,
    policy,
    rules_of,
    shop,
    slo,
    windows,
)
from tests.compile.scenarios import (
    BOTH,
    NO_DATA,
    QUIET,
    TICKET,
    Scenario,
    Value,
    counter,
    http,
    play,
)
from tests.compile.shop_scenarios import FAILS, HEALTHY, LEFT, RATIO_5M, RATIO_30D, WORKS, plain
from tests.servers.generation import Generation

pytestmark = pytest.mark.tools

WEEK = windows(
    "7d",
    "7d",
    [("1h", "5m", "8%"), ("6h", "30m", "12.5%")],
    [("1d", "2h", "20%"), ("3d", "6h", "42%")],
)


def assert_plays(
    generation: Generation, folder: Path, rules: Document, *scenarios: Scenario
) -> None:
    said = play(generation, folder, rules, scenarios)
    assert said.accepted, said.text


def test_bad_series_that_do_not_exist_are_no_failures(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(slo(bad=BAD), policy()))
    assert_plays(
        generation,
        tmp_path,
        rules,
        Scenario(
            {WORKS: counter((60000, 60))},
            {60: QUIET},
            (Value(60, RATIO_5M, {"{}": 0}), Value(60, LEFT, {"{}": 1})),
        ),
        Scenario({FAILS: counter((60000, 60))}, {60: BOTH}, (Value(60, RATIO_5M, {"{}": 1}),)),
        Scenario({"other": "0x60"}, {60: NO_DATA}, (Value(60, RATIO_5M),)),
        Scenario({WORKS: "5x60", FAILS: "5x60"}, {60: QUIET}, (Value(60, RATIO_5M),)),
    )


def test_a_bad_series_outside_of_the_total_makes_no_ratio_above_one(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(slo(bad="dropped_total", total=WORKS), policy()))
    series = {WORKS: counter((60, 60)), "dropped_total": counter((600, 60))}
    one = (Value(60, RATIO_5M, {"{}": 1}), Value(60, RATIO_30D, {"{}": 1}))
    assert_plays(generation, tmp_path, rules, Scenario(series, {60: BOTH}, one))


def test_a_good_series_ahead_of_the_total_makes_no_ratio_below_zero(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(slo(good="served_total", total=WORKS), policy()))
    series = {WORKS: counter((60, 60)), "served_total": counter((61, 60))}
    zero = (Value(60, RATIO_5M, {"{}": 0}), Value(60, LEFT, {"{}": 1}))
    assert_plays(generation, tmp_path, rules, Scenario(series, {60: QUIET}, zero))


@pytest.mark.parametrize("stored", ["1", "1.0"])
def test_a_bucket_is_found_as_both_generations_store_its_bound(
    generation: Generation, tmp_path: Path, stored: str
) -> None:
    good = 'request_seconds_bucket{job="shop",le="1"}'
    rules = rules_of(shop(slo(good=good, total='request_seconds_count{job="shop"}'), policy()))
    series = {
        f'request_seconds_bucket{{job="shop",le="{stored}"}}': counter((60000, 60)),
        'request_seconds_count{job="shop"}': counter((60000, 60)),
    }
    healthy = Scenario(series, {60: QUIET}, (Value(60, RATIO_5M, {"{}": 0}),))
    assert_plays(generation, tmp_path, rules, healthy)


def test_a_full_expression_is_used_for_every_window(generation: Generation, tmp_path: Path) -> None:
    total = 'sum(rate(http_requests_total{job="shop"}[{{.window}}]))'
    good = 'sum(rate(http_requests_total{job="shop",code!~"5.."}[{{ .window }}]))'
    rules = rules_of(shop(slo(good=good, total=total), policy()))
    outage = Scenario({FAILS: counter((60000, 60))}, {60: BOTH})
    healthy = Scenario({WORKS: counter((60000, 60))}, {60: QUIET})
    assert_plays(generation, tmp_path, rules, outage, healthy)


def test_an_expression_that_counts_is_as_good_as_one_of_rates(
    generation: Generation, tmp_path: Path
) -> None:
    total = 'sum(increase(http_requests_total{job="shop"}[{{.window}}]))  # all of them'
    good = 'sum(rate(http_requests_total{job="shop",code!~"5.."}[{{.window}}]))'
    entry = {"slo": "shop-checkout", "minimumFailures": 5}
    rules = rules_of(shop(slo(good=good, total=total), policy(entry)))
    works = counter((1, 600))
    four = Scenario({WORKS: works, FAILS: "0x590 1 2 3 4 4x8"}, {594: QUIET, 599: QUIET})
    five = Scenario({WORKS: works, FAILS: "0x590 1 2 3 4 5 5x8"}, {594: QUIET, 596: BOTH})
    healthy = Scenario({WORKS: works}, {60: QUIET}, (Value(60, RATIO_5M, {"{}": 0}),))
    assert_plays(generation, tmp_path, rules, four, five, healthy)


def test_one_failure_at_low_traffic_pages_without_a_floor_and_not_with_one(
    generation: Generation, tmp_path: Path
) -> None:
    one_of_ten = Scenario({WORKS: counter((0.1, 600)), FAILS: "0x590 1x9"}, {595: BOTH})
    assert_plays(generation, tmp_path, rules_of(shop()), one_of_ten)
    floor = rules_of(shop(slo(), policy({"slo": "shop-checkout", "minimumFailures": 5})))
    quiet = Scenario(one_of_ten.series, {592: QUIET, 595: QUIET, 599: QUIET})
    assert_plays(generation, tmp_path, floor, quiet)


@pytest.mark.parametrize("events", ["good", "bad"])
def test_a_floor_is_reached_with_exactly_that_many_failures(
    generation: Generation, tmp_path: Path, events: str
) -> None:
    promise = slo(bad=BAD) if events == "bad" else slo()
    rules = rules_of(shop(promise, policy({"slo": "shop-checkout", "minimumFailures": 5})))
    works = counter((1, 600))
    four = Scenario({WORKS: works, FAILS: "0x590 1 2 3 4 4x8"}, {594: QUIET, 599: QUIET})
    five = Scenario({WORKS: works, FAILS: "0x590 1 2 3 4 5 5x8"}, {594: QUIET, 596: BOTH})
    assert_plays(generation, tmp_path, rules, four, five)


def test_a_provisional_promise_wakes_nobody(generation: Generation, tmp_path: Path) -> None:
    tickets = {"slo": "shop-checkout", "tiers": {"fast": "ticket", "slow": "ticket"}}
    rules = rules_of(shop(slo(annotations={"status": "provisional"}), policy(tickets)))
    outage = Scenario(
        http(HEALTHY, (60000, 1, 10), (60000, 0, 400)),
        {420: QUIET, 422: TICKET, 436: TICKET, 600: TICKET, 792: QUIET},
    )
    assert_plays(generation, tmp_path, rules, outage)
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    assert [(each["alert"], each["labels"]["tier"]) for each in alerts] == [
        ("SLINoData", "ticket"),
        ("ErrorBudgetBurn", "ticket"),
    ]


def test_labels_of_the_metric_that_are_called_like_ours_collide_with_nothing(
    generation: Generation, tmp_path: Path
) -> None:
    """Trap F7: two series that are equal once a rule's labels are on them fail the evaluation."""
    labels = 'job="shop",code="500",tier="web",slo="x",service='
    failing = counter((600, 60))
    series = {f'http_requests_total{{{labels}"{each}"}}': failing for each in ("one", "two")}
    outage = Scenario(series, {60: BOTH}, (Value(60, RATIO_5M, {"{}": 1}),))
    assert_plays(generation, tmp_path, rules_of(shop()), outage)


def test_each_group_has_a_budget_of_its_own(generation: Generation, tmp_path: Path) -> None:
    rules = rules_of(shop(slo(annotations={"group-by": "region"}), policy()))
    series = {
        **http((60000, 0, 60), more=',region="us"'),
        'http_requests_total{job="shop",code="500",region="eu"}': counter((60, 60)),
    }
    firing = 'count by (region, tier) (ALERTS{alertstate="firing"})'
    eu = {'{region="eu",tier="alert"}': 1.0, '{region="eu",tier="ticket"}': 1.0}
    left = {'{region="us"}': 1.0, '{region="eu"}': -999.0}
    values = (Value(60, firing, eu), Value(60, f"round({LEFT})", left))
    assert_plays(generation, tmp_path, rules, Scenario(series, {}, values))


@pytest.mark.parametrize(
    ("others_until", "pages"),
    [(400, {85: 1, 95: 0, 390: 0}), (60, {85: 1, 95: 1, 410: 1, 425: 0}), (200, {85: 1, 215: 0})],
    ids=["one group leaves", "all leave", "the others leave later"],
)
def test_a_page_outlasts_a_group_only_if_all_leave(
    generation: Generation, tmp_path: Path, others_until: int, pages: dict[int, int]
) -> None:
    rules = rules_of(shop(slo(annotations={"group-by": "region"}), policy()))
    requests = 'http_requests_total{job="shop"'
    series = {
        f'{requests},code="200",region="us"}}': f"{counter((60000, 50))} stale",
        f'{requests},code="500",region="us"}}': f"_x50 {counter((60000, 10))} stale",
        f'{requests},code="200",region="eu"}}': f"{counter((60000, others_until))} stale",
    }
    firing = 'count(ALERTS{alertstate="firing",tier="alert"}) or vector(0)'
    values = tuple(Value(at, firing, {"{}": number}) for at, number in pages.items())
    assert_plays(generation, tmp_path, rules, Scenario(series, {}, values))


def test_a_floor_counts_each_group_by_itself(generation: Generation, tmp_path: Path) -> None:
    entry = {"slo": "shop-checkout", "minimumFailures": 5}
    rules = rules_of(shop(slo(annotations={"group-by": "region"}), policy(entry)))
    series = {
        'http_requests_total{job="shop",code="500",region="eu"}': "0x50 1 2 3 3x9",
        'http_requests_total{job="shop",code="500",region="us"}': "0x50 1 2 3 3x9",
    }
    assert_plays(generation, tmp_path, rules, Scenario(series, {55: QUIET, 60: QUIET}))


def test_a_week_has_shares_of_its_own(generation: Generation, tmp_path: Path) -> None:
    entry = {"slo": "shop-checkout", "windows": "7d"}
    rules = rules_of(shop(WEEK, slo(period="7d"), policy(entry)))
    sustainable = Scenario(http((60000, 0.0008, 600)), {60: QUIET, 300: QUIET, 600: QUIET})
    outage = Scenario(http(HEALTHY, (60000, 1, 10)), {422: BOTH, 430: BOTH})
    assert_plays(generation, tmp_path, rules, sustainable, outage)


def test_shares_of_another_period_open_tickets_while_the_promise_is_kept(
    generation: Generation, tmp_path: Path
) -> None:
    """Trap F6, which `burn-factor-low` finds: google-30d's shares on seven days."""
    mistaken = windows("mistaken", "7d", *GOOGLE_PAIRS)
    entry = {"slo": "shop-checkout", "windows": "mistaken"}
    rules = rules_of(shop(mistaken, slo(period="7d"), policy(entry)))
    sustainable = Scenario(http((60000, 0.0008, 600)), {60: TICKET, 600: TICKET})
    assert_plays(generation, tmp_path, rules, sustainable)


def test_a_promise_without_an_alert_policy_is_recorded_and_tells_nobody(
    generation: Generation, tmp_path: Path
) -> None:
    rules = rules_of(shop(slo()))
    outage = Scenario(
        {FAILS: counter((600, 60))},
        {60: QUIET},
        (
            Value(60, plain("current_burn_rate:ratio"), {"{}": 1000}),
            Value(60, f"{LEFT} < bool 0", {"{}": 1}),
        ),
    )
    assert_plays(generation, tmp_path, rules, outage, Scenario({"other": "0x60"}, {60: QUIET}))
