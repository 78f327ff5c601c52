"""What the on-call engineer reads, as Prometheus of both generations fills it in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.compile.forms import gauges, ratio_timeslices, raw, threshold, timeslices
from tests.compile.repositories import BAD, Document, ours, policy, rules_of, shop, slo, windows
from tests.compile.scenarios import Scenario, counter, http, promtool_file
from tests.compile.shop_scenarios import FAILS, WORKS
from tests.servers.generation import Generation
from tests.servers.programs import run_rule_tests

TIERS: Document = {"alert": {}, "ticket": {}, "log": {}}
RUNBOOKS = "https://example.com/runbooks"
NOTIFICATION = ours("NotificationPolicy", "notification", tiers=TIERS, runbookBase=RUNBOOKS)
TEAM = ours("Team", "sales", displayName="Sales and carts", members=["@one"])
EAGER = windows("eager", "30d", [("1h", "5m", "0.2%")], [])
SIX_HOURS = windows("eager", "6h", [("1h", "5m", "20%")], [])
TINY = windows("eager", "30d", [("1h", "5m", "0.0002%")], [])
POLICY = policy({"slo": "shop-checkout", "runbook": "docs/pay.md", "windows": "eager"})
MONTH = {"startTime": "1969-12-01 00:00:00", "timeZone": "UTC"}
QUOTED: Final = 'the \\"east\\" %d'
ALL_FAIL: Final = http((600, 0, 300), (600, 1, 100))


@dataclass(frozen=True, slots=True)
class Case:
    """An SLO, what is measured, and what the page says of it at a minute, and does not."""

    slo: Document
    series: Mapping[str, str]
    minute: int
    says: tuple[str, ...]
    never: tuple[str, ...] = ()
    windows: Document = field(default_factory=lambda: EAGER)
    alert: str = "ErrorBudgetBurn"


LAST: Final = "when this was last evaluated"
CASES: Final[dict[str, Case]] = {
    "events, their number in the hour, runbook and owner": Case(
        slo(target=0.99, annotations={"journey": "A customer pays {{ twice }}"}),
        http((60000, 0.0005, 300), (60000, 0.05, 30)),
        330,
        (
            f"A customer pays {{{{ twice }}}} (Checkout works): 5% of events failed {LAST}",
            "The SLO allows 1% of events to fail.",
            r"9\d\.\d+k of 3\.6M events failed in the hour before.",
            f"{RUNBOOKS}/docs/pay.md",
            "Sales and carts",
        ),
        ("sloth_", "error budget"),
    ),
    "counters that are younger than an hour are not counted": Case(
        slo(target=0.99),
        http((600, 0.9, 30)),
        20,
        (f"90% of events failed {LAST}",),
        ("in the hour", "error budget"),
    ),
    "a group has its own numbers": Case(
        slo(target=0.99, annotations={"group-by": "region"}),
        {
            **http((60000, 0, 330), more=',region="us"'),
            **http((6000, 0.0, 300), (6000, 0.05, 30), more=f',region="{QUOTED}"'),
        },
        330,
        (f"5% of events failed {LAST}", r"9k of 3(60|59\.8)k events failed in the hour before."),
    ),
    "the budget, once the period is recorded": Case(
        slo(target=0.9, period="6h"),
        http((60000, 0, 420), (60000, 0.5, 30)),
        450,
        (r"3[78]\.\d+% of the 6-hour error budget was spent",),
        windows=SIX_HOURS,
    ),
    "a budget that is spent more than once": Case(
        slo(target=0.999, period="6h"),
        http((60000, 0, 420), (60000, 1, 50)),
        470,
        (r"1\.3\d+e\+04% of the 6-hour error budget was spent",),
        windows=SIX_HOURS,
    ),
    "the budget of a calendar period": Case(
        slo(target=0.99, timeWindow=[{"duration": "1M", "calendar": MONTH}]),
        http((60000, 0, 360), (60000, 0.05, 60)),
        420,
        (r"0\.6\d+% of the error budget for this month was spent",),
    ),
    "observations of a native histogram": Case(
        slo(
            good='histogram_fraction(0, 1, s{job="shop"}) * histogram_count(s{job="shop"})',
            total='histogram_count(s{job="shop"})',
            target=0.99,
        ),
        {'s{job="shop"}': "{{schema:0}}+{{schema:0 count:600 offset:0 buckets:[540 0 60]}}x90"},
        80,
        (f"10% of events failed {LAST}", "3.6k of 36k events failed in the hour before."),
    ),
    "samples beyond a limit": Case(
        threshold("time() - index_timestamp_seconds", value=600),
        {"index_timestamp_seconds": counter((60, 300), (0, 30))},
        325,
        (
            f"Checkout works: 100% of samples were above the limit of 10m {LAST}",
            "The SLO allows 0.1% of samples to be beyond the limit.",
        ),
        ("failed",),
    ),
    "slices": Case(
        timeslices(slo(target=0.99)),
        http((600, 0, 300), (600, 0.07, 30)),
        332,
        (f"100% of 5m slices were bad {LAST}", "6 of 12 slices were bad in the hour before."),
    ),
    "a ratio": Case(
        raw("success"), {"success": "1x300 0.5x40"}, 330, (f"the error ratio was 50% {LAST}",)
    ),
    "a ratio of slices": Case(
        ratio_timeslices(slo(target=0.99)),
        http((600, 0, 300), (600, 0.5, 40)),
        330,
        (f"the error ratio was 50% {LAST}",),
    ),
    "gauges": Case(
        gauges(bad="bad", total="every"),
        {"bad": "0x300 50x40", "every": "100x340"},
        330,
        (f"50% of events failed {LAST}",),
    ),
    "all failed": Case(slo(target=0.99), ALL_FAIL, 330, (f": 100% of events failed {LAST}",)),
    "nearly all failed": Case(
        slo(bad=BAD, target=0.99),
        {WORKS: "0x300 1x100", FAILS: counter((0, 300), (600000, 100))},
        302,
        (f"over 99.99% of events failed {LAST}",),
    ),
    "very few failed": Case(
        slo(bad=BAD, target=0.999),
        {WORKS: counter((6000000, 360)), FAILS: counter((0, 300), (10, 60))},
        358,
        (f"under 0.001% of events failed {LAST}",),
        windows=TINY,
    ),
    "data that vanished": Case(
        slo(bad=BAD, target=0.99),
        {name: f"{values} stale" for name, values in ALL_FAIL.items()},
        420,
        ("no data since 1970-01-01 06:4[0-9]:00 .0000 UTC, and the budget burned too fast",),
        ("of events failed",),
    ),
    "data that vanished while all was well": Case(
        slo(),
        {WORKS: f"{counter((600, 60))} stale"},
        120,
        (
            "Checkout works: no data for 15 minutes",
            "The SLI's total has no series, but had some within a day. Burn-rate alerts cannot "
            "begin.",
        ),
        alert="SLINoData",
    ),
    "data that never were": Case(
        slo(),
        {"something_else": "1x60"},
        60,
        ("The SLI's total has no series, and had none for a day: is it deployed?",),
        alert="SLINoData",
    ),
}


@pytest.mark.tools
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_texts(generation: Generation, tmp_path: Path, case: Case) -> None:
    said = texts_of(generation, tmp_path, case)
    for words in case.says:
        pattern = words if "\\" in words or "[" in words else re.escape(words)
        assert re.search(pattern, said), said
    for words in case.never:
        assert words not in said, said


def texts_of(generation: Generation, folder: Path, case: Case) -> str:
    """What promtool prints of the alerts that fire at a minute, which it expects not to."""
    rules = rules_of(shop(NOTIFICATION, TEAM, case.windows, case.slo, POLICY))
    tests = promtool_file(rules, Scenario(case.series))
    nothing = {"eval_time": f"{case.minute}m", "alertname": case.alert, "exp_alerts": []}
    tests["tests"][0]["alert_rule_test"] = [nothing]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (folder / "tests.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    said = run_rule_tests(generation, folder / "tests.yml")
    assert "Annotations:" in said.text, said.text
    return said.text


@pytest.mark.parametrize(
    ("query", "op", "value", "unit", "words"),
    [
        ("heap_bytes", "lt", 1610612736, None, "at or above the limit of 1536MiB"),
        ("queue", "lte", 1000, "messages", "above the limit of 1000 messages"),
        ("full_ratio", "lte", 0.5, None, "above the limit of 50%"),
        ("signal", "gte", -70, None, "below the limit of -70"),
        ("tiny", "gt", 0.00002, None, "at or below the limit of 0.00002"),
        ("lag_seconds", "lt", 0.25, None, "at or above the limit of 250ms"),
        ("age_seconds", "lt", 90000, None, "at or above the limit of 25h"),
    ],
)
def test_a_limit_has_the_unit_of_its_metric(
    query: str, op: str, value: float, unit: str | None, words: str
) -> None:
    document = threshold(query, op, value, annotations={"unit": unit} if unit else None)
    assert f"of samples were {words} {LAST}" in summary_of(document)


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
    document = slo(annotations={"journey": journey})
    document["metadata"]["displayName"] = name
    assert summary_of(document).startswith(f"{shown}: ")


def summary_of(document: Document) -> str:
    groups = rules_of(shop(document, POLICY, EAGER))["groups"]
    [alert, *_] = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    return str(alert["annotations"]["summary"])


LONGEST_QUERY: Final = 300
LONGEST_LINE: Final = 300
MOST_OF_ANNOTATIONS: Final = 1536
MOST_BESIDES_NAMES: Final = 1270
QUERY: Final = re.compile(r"`([^`]*)`")
SELECTED: Final = re.compile(r"\{[^{}]*\}")
NAMES: Final = re.compile(r"[a-z_0-9]+:[a-z_:0-9]+\{[^{}]*\}")
FORMS: Final = {
    "events": slo(),
    "groups": slo(annotations={"group-by": "region"}),
    "calendar": slo(timeWindow=[{"duration": "1M", "calendar": MONTH}]),
    "threshold": threshold("queue"),
    "slices": timeslices(slo()),
    "raw": raw("success"),
}


@pytest.mark.parametrize("document", FORMS.values(), ids=FORMS)
def test_texts_and_expressions_stay_short(document: Document) -> None:
    """ADR 33: at most one query of two recorded series an annotation, and short lines."""
    groups = rules_of(shop(document, policy()))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    annotations = [text for rule in rules for text in rule.get("annotations", {}).values()]
    assert sum(len(NAMES.sub("", text)) for text in annotations) <= MOST_BESIDES_NAMES
    if document is FORMS["events"]:
        # Names of a service and an SLO as long as most.
        shown = [text.replace("shop-checkout", "checkout") for text in annotations]
        assert sum(map(len, shown)) <= MOST_OF_ANNOTATIONS
    for text in annotations:
        assert len(NAMES.sub("", text).removeprefix("Checkout works: ")) <= LONGEST_QUERY, text
        queries = QUERY.findall(text)
        assert len(queries) == text.count("query ") <= 1, text
        assert not re.search(r"\bdefine\b|time\(\)", text), text
        for query in queries:
            recorded = re.findall(r"[a-z_:0-9]+(?=\{)", query)
            assert 1 <= len(recorded) <= 2, query
            assert all(name.startswith("slo:") for name in recorded), query
    total = "http_requests_total"
    for rule in rules:
        lines = rule["expr"].splitlines()
        assert all(len(SELECTED.sub("", line)) <= LONGEST_LINE for line in lines), rule["expr"]
        assert len(re.findall(rf'{total}\{{job="shop"\}}', rule["expr"])) <= 2, rule["expr"]
