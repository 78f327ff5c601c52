"""What the on-call engineer reads, as Prometheus of both generations fills it in."""

import re
from pathlib import Path

import pytest
import yaml

from tests.compile.forms import gauges, ratio_timeslices, raw, threshold, timeslices
from tests.compile.repositories import BAD, Document, ours, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import Scenario, counter, http, promtool_file
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

pytestmark = pytest.mark.tools

TIERS: Document = {"alert": {}, "ticket": {}, "log": {}}
RUNBOOKS = "https://example.com/runbooks"
NOTIFICATION = ours("NotificationPolicy", "notification", tiers=TIERS, runbookBase=RUNBOOKS)
TEAM = ours("Team", "sales", displayName="Sales and carts", members=["@one"])
POLICY = policy({"slo": "shop-checkout", "runbook": "docs/pay.md", "windows": "eager"})
WITH_TICKET = windows("eager", "30d", [("1h", "5m", "0.2%")], [("1d", "2h", "0.5%")])
SIX_HOURS = windows("eager", "6h", [("1h", "5m", "20%")], [])
LASTS = "\nAt this rate, a full 30-day error budget lasts {}."
SCIENTIFIC = re.compile(r"\de[+-]?\d")
EAGER = windows("eager", "30d", [("1h", "5m", "0.2%")], [])
PEOPLE = {"owner": "Sales and carts", "runbook_url": f"{RUNBOOKS}/docs/pay.md"}
LABELS = {
    "service": "shop",
    "slo": "shop-checkout",
    "objective": "shop-checkout",
    "team": "sales",
    "sloth_id": "shop-shop-checkout",
    "sloth_service": "shop",
    "sloth_slo": "shop-checkout",
}


def assert_reads(
    generation: Generation,
    folder: Path,
    slo_document: Document,
    scenario: Scenario,
    alert: Document,
    windows: Document | None = None,
) -> None:
    """The one alert of the tier that fires has these labels and annotations, and no others."""
    rules = rules_of(shop(NOTIFICATION, TEAM, windows or EAGER, slo_document, POLICY))
    tests = promtool_file(rules, scenario)
    tests["tests"][0]["alert_rule_test"] = [alert]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (folder / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    said = run_rule_tests(generation, folder / "tests.yml")
    assert said.accepted, said.text


def page(minute: int, labels: dict[str, str], **annotations: str) -> Document:
    shown = {"exp_labels": {**LABELS, **labels}, "exp_annotations": {**PEOPLE, **annotations}}
    return {"eval_time": f"{minute}m", "alertname": "ErrorBudgetBurn", "exp_alerts": [shown]}


def test_a_page_says_how_much_failed_by_the_counters_themselves(
    generation: Generation, tmp_path: Path
) -> None:
    """Five and a half hours of counters; the recordings know as little of the period."""
    slo_document = slo(target=0.99, annotations={"journey": "A customer pays {{ twice }}"})
    burn = Scenario(http((60000, 0.0005, 300), (60000, 0.05, 30)))
    failed, share, lasts = (
        ("92,410", "2.57", "11d 16h") if generation.has_left_open_ranges
        else ("90,900", "2.52", "11d 21h")
    )  # fmt: skip
    expected = page(
        330,
        {"tier": "alert"},
        summary="A customer pays {{ twice }} (Checkout works): "
        f"{share}% of events failed in the hour before 05:30 UTC ({failed} of 3,600,000)",
        description="The SLO allows 1% of events to fail.\n"
        f"At this rate, a full 30-day error budget lasts {lasts}.",
    )
    assert_reads(generation, tmp_path, slo_document, burn, expected)


@pytest.mark.parametrize("region", ["", "eu"], ids=["one", "groups"])
def test_of_a_native_histogram_it_counts_observations(
    generation: Generation, tmp_path: Path, region: str
) -> None:
    matcher = f',region="{region}"' if region else ""
    seconds = f'request_seconds{{job="shop"{matcher}}}'
    own = 'request_seconds{job="shop"}'
    slo_document = slo(
        good=f"histogram_fraction(0, 1, {own}) * histogram_count({own})",
        total=f"histogram_count({own})",
        target=0.99,
        annotations={"group-by": "region"} if region else None,
    )
    growth = "{{schema:0 count:600 offset:0 buckets:[540 0 60]}}"
    said = texts_of(
        generation, tmp_path, slo_document, Scenario({seconds: f"{{{{schema:0}}}}+{growth}x90"}), 80
    )
    assert "10% of events failed in the hour before 01:20 UTC (3,600 of 36,000)" in said, said


def test_failures_in_an_hour_are_at_most_those_in_a_day(
    generation: Generation, tmp_path: Path
) -> None:
    """Samples a minute apart: by themselves, increases of bursts grow as their range shrinks."""
    slo_document = slo(bad=BAD, target=0.99)
    burn = Scenario(http((60, 0, 600), (60, 1, 20)))
    said = texts_of(generation, tmp_path, slo_document, burn, 620, WITH_TICKET)
    counts = re.findall(r"in the (hour|2 hours) before [\d:]+ UTC \(([\d,]+) of [\d,]+\)", said)
    assert counts == [("hour", "1,200"), ("2 hours", "1,200")], said


def test_while_the_counters_are_young_a_page_speaks_of_the_short_window_or_of_none(
    generation: Generation, tmp_path: Path
) -> None:
    slo_document = slo(target=0.99)
    burn = Scenario(http((600, 0.9, 30)))
    expected = page(
        20,
        {"tier": "alert"},
        summary="Checkout works: 90% of events failed in the 5 minutes before 00:20 UTC "
        "(2,700 of 3,000)",
        description="The SLO allows 1% of events to fail.",
    )
    assert_reads(generation, tmp_path, slo_document, burn, expected)
    expected = page(
        3,
        {"tier": "alert"},
        summary="Checkout works: the error budget is burning too fast",
        description="The SLO allows 1% of events to fail.",
    )
    assert_reads(generation, tmp_path, slo_document, burn, expected)


def test_a_page_of_one_group_has_the_numbers_of_that_group(
    generation: Generation, tmp_path: Path
) -> None:
    slo_document = slo(target=0.99, annotations={"group-by": "region"})
    region = 'the \\"east\\" %d'
    series = {
        **http((60000, 0, 330), more=',region="us"'),
        **http((6000, 0.0, 300), (6000, 0.05, 30), more=f',region="{region}"'),
    }
    total = "359,847" if generation.has_left_open_ranges else "360,000"
    expected = page(
        330,
        {"tier": "alert", "region": 'the "east" %d'},
        summary="Checkout works: 2.5% of events failed in the hour before 05:30 UTC "
        f"(9,000 of {total})",
        description=f"The SLO allows 1% of events to fail.{LASTS.format('11d 23h')}",
    )
    assert_reads(generation, tmp_path, slo_document, Scenario(series), expected)


def test_once_the_period_is_recorded_the_page_says_what_is_spent(
    generation: Generation, tmp_path: Path
) -> None:
    """Half of all events fail for 30 of 360 minutes, and a tenth may: 41.67 %."""
    slo_document = slo(target=0.9, period="6h")
    burn = Scenario(http((60000, 0, 420), (60000, 0.5, 30)))
    total, share, spent, rest = (
        ("3,584,746", "25.1", "41.5", "1h 23m") if generation.has_left_open_ranges
        else ("3,600,000", "25", "41.3", "1h 24m")
    )  # fmt: skip
    expected = page(
        450,
        {"tier": "alert"},
        summary=f"Checkout works: {share}% of events failed in the hour before 07:30 UTC "
        f"(900,000 of {total})",
        description="The SLO allows 10% of events to fail.\n"
        f"{spent}% of the 6-hour error budget is spent; at this rate, the remaining budget lasts "
        f"{rest}.",
    )
    assert_reads(generation, tmp_path, slo_document, burn, expected, SIX_HOURS)


@pytest.mark.parametrize(
    ("target", "words"), [(0.9, "exhausted: 1"), (0.999, "exhausted.")], ids=["a little", "far"]
)
def test_a_budget_that_is_used_up_is_said_to_be(
    generation: Generation, tmp_path: Path, target: float, words: str
) -> None:
    slo_document = slo(target=target, period="6h")
    outage = Scenario(http((60000, 0, 420), (60000, 1, 50)))
    said = texts_of(generation, tmp_path, slo_document, outage, 470, SIX_HOURS)
    assert f"The 6-hour error budget is {words}" in said, said
    assert not SCIENTIFIC.search(said), said


def test_of_a_calendar_period_it_says_what_is_spent_by_now(
    generation: Generation, tmp_path: Path
) -> None:
    """Five times too fast for 120 of a day's 1440 minutes."""
    day = {"startTime": "1969-12-31 00:00:00", "timeZone": "UTC"}
    slo_document = slo(target=0.99, timeWindow=[{"duration": "1d", "calendar": day}])
    hours = Scenario(http((60000, 0.05, 120)))
    expected = page(
        120,
        {"tier": "alert"},
        summary="Checkout works: 5% of events failed in the hour before 02:00 UTC "
        "(180,000 of 3,600,000)",
        description="The SLO allows 1% of events to fail.\n"
        "41.7% of the error budget for this day is spent; at this rate, the remaining budget "
        "lasts 2h 47m.",
    )
    assert_reads(generation, tmp_path, slo_document, hours, expected)


def test_of_a_threshold_it_says_value_limit_unit_and_minutes(
    generation: Generation, tmp_path: Path
) -> None:
    slo_document = threshold("time() - index_timestamp_seconds", value=600)
    stale = Scenario({"index_timestamp_seconds": counter((60, 300), (0, 30))})
    said = texts_of(generation, tmp_path, slo_document, stale, 325)
    assert "Checkout works: 25m at 05:25 UTC (limit 10m); above the limit for 15 of the" in said
    assert "The SLO allows 0.1% of samples to be beyond the limit." in said
    assert "failed" not in said.replace("FAILED", "")


@pytest.mark.parametrize(
    ("query", "op", "value", "unit", "now", "words"),
    [
        ("heap_bytes", "lt", 1.5e9, None, 3.2e9, "2.98GiB at 05:30 UTC (limit 1.397GiB); at or"),
        ("queue", "lte", 1000, "messages", 12345678, "12,345,678 messages at 05:30 UTC (limit"),
        ("full_ratio", "lte", 0.5, None, 0.75, "75% at 05:30 UTC (limit 50%); above"),
        ("signal", "gte", -70, None, -95.5, "-95.5 at 05:30 UTC (limit -70); below"),
        ("tiny", "gt", 0.00002, None, 0.00001, "10u at 05:30 UTC (limit 20u); at or below"),
        ("lag_seconds", "lt", 0.25, None, 0.3125, "312.5ms at 05:30 UTC (limit 250ms); at or"),
    ],
)  # fmt: skip
def test_no_value_of_a_threshold_has_an_exponent(
    generation: Generation, tmp_path: Path, query: str, op: str, value: float,
    unit: str | None, now: float, words: str,
) -> None:  # fmt: skip
    slo_document = threshold(query, op, value, annotations={"unit": unit} if unit else None)
    scenario = Scenario({query: f"{now}x400"})
    said = texts_of(generation, tmp_path, slo_document, scenario, 330)
    assert words in said, said
    assert not SCIENTIFIC.search(said), said


def test_of_several_series_it_says_the_worst(generation: Generation, tmp_path: Path) -> None:
    slo_document = threshold("queue", value=1000)
    series = {'queue{i="1"}': "0x300 1130x30", 'queue{i="2"}': "5x330"}
    said = texts_of(generation, tmp_path, slo_document, Scenario(series), 330)
    assert "the worst of 2 series is 1,130 at 05:30 UTC (limit 1,000); above the limit" in said


def test_of_slices_it_counts_slices(generation: Generation, tmp_path: Path) -> None:
    slo_document = timeslices(slo(target=0.99))
    burn = Scenario(http((600, 0, 300), (600, 0.07, 30)))
    said = texts_of(generation, tmp_path, slo_document, burn, 332)
    assert "50% of 5m slices were bad in the hour before 05:32 UTC (6 of 12)" in said, said


@pytest.mark.parametrize(
    ("slo_document", "series"),
    [
        (raw("success"), {"success": "1x300 0.5x40"}),
        (gauges(bad="bad", total="every"), {"bad": "0x300 50x40", "every": "100x340"}),
        (ratio_timeslices(slo(target=0.99)), http((600, 0, 300), (600, 0.5, 40))),
    ],
    ids=["raw", "gauges", "ratio of slices"],
)
def test_what_is_a_share_alone_has_no_counts(
    generation: Generation, tmp_path: Path, slo_document: Document, series: dict[str, str]
) -> None:
    said = texts_of(generation, tmp_path, slo_document, Scenario(series), 330)
    assert (
        share := re.search(r"the error ratio was ([\d.]+)% in the hour before 05:30 UTC", said)
    ), said
    assert 23 < float(share[1]) < 27, said


@pytest.mark.parametrize(
    ("journey", "name", "shown"),
    [
        ("A customer pays", "A customer pays", "A customer pays"),
        ("A customer pays.", "a customer PAYS", "a customer PAYS"),
        ("A customer pays by card", "Customer pays", "A customer pays by card"),
        ("A customer pays", "Checkout", "A customer pays (Checkout)"),
    ],
)
def test_a_title_says_nothing_twice(journey: str, name: str, shown: str) -> None:
    slo_document = slo(annotations={"journey": journey})
    slo_document["metadata"]["displayName"] = name
    [alert, *_] = [
        rule for group in rules_of(shop(slo_document, POLICY, EAGER))["groups"]
        for rule in group["rules"] if "alert" in rule
    ]  # fmt: skip
    assert f"\n{shown}: " in alert["annotations"]["summary"]


def texts_of(
    generation: Generation,
    folder: Path,
    slo_document: Document,
    scenario: Scenario,
    minute: int,
    windows: Document | None = None,
) -> str:
    """What promtool prints of the alerts that fire at a minute, which it expects not to."""
    rules = rules_of(shop(NOTIFICATION, TEAM, windows or EAGER, slo_document, POLICY))
    tests = promtool_file(rules, scenario)
    nothing = {"eval_time": f"{minute}m", "alertname": "ErrorBudgetBurn", "exp_alerts": []}
    tests["tests"][0]["alert_rule_test"] = [nothing]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (folder / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    said = run_rule_tests(generation, folder / "tests.yml")
    assert "Annotations:" in said.text, said.text
    return said.text


@pytest.mark.parametrize("group", ["", "region"], ids=["one", "groups"])
@pytest.mark.parametrize(
    "form", ['{}', 'sum(rate({}[{{{{.window}}}}])) # 100% of "them"\n'], ids=["selector", "full"]
)  # fmt: skip
@pytest.mark.parametrize("word", ["x", "`x`"], ids=["raw", "escaped"])
def test_a_query_is_asked_as_it_is_written(
    generation: Generation, tmp_path: Path, form: str, group: str, word: str
) -> None:
    """Quotes, backslashes, percent signs and braces mean something to Go and to printf."""
    labels = rf'path=~"/a{{1}}\\.%d\"b",job="100%s {{{{ {word}"'
    if group and "sum" in form:
        form = form.replace("sum(", "sum by (region) (")
    bad = form.format(f'requests_total{{{labels},code="500"}}')
    total = form.format(f"requests_total{{{labels}}}")
    slo_document = slo(bad=bad, total=total, target=0.99)
    slo_document["metadata"]["annotations"] = {"reliability/group-by": group} if group else {}
    own = rf'path="/a.%d\"b",job="100%s {{{{ {word}",region="e%vu"'
    series = {
        f'requests_total{{{own},code="200"}}': counter((60, 300), (30, 30)),
        f'requests_total{{{own},code="500"}}': counter((0, 300), (30, 30)),
    }
    said = texts_of(generation, tmp_path, slo_document, Scenario(series), 330)
    assert re.search(r"works: 25[.\d]*% of events .* \(900 of 3,(600|5\d\d)\)", said), said
