"""Rules and their tests of SLIs, periods, groups, titles and alerts together, as digests.

`pytest tests/compile/test_combinations.py --update-golden` rewrites the golden file. Each line is
one rule or test: its name, and digests of its expression, labels and texts. `promtool` accepts all
of these rules.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.compile.prometheus.rule_tests import PrometheusTests
from reliability.load.catalog import Catalog
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from tests.compile.forms import (
    QUICK,
    gauges,
    of,
    ratio_timeslices,
    raw,
    threshold,
    timeslices,
)
from tests.compile.repositories import (
    Document,
    catalog_of,
    metric,
    ours,
    policy,
    slo,
    windows,
)
from tests.golden import Golden
from tests.servers.generation import Generation
from tests.servers.programs import check_rules

GOLDEN: Final = Path(__file__).parent / "golden" / "combinations.txt"
NATIVE: Final = 'request_duration_seconds{job="shop"}'
COUNT: Final = f"histogram_count({NATIVE})"


def native(part: str, bounds: str) -> Document:
    fraction = f"histogram_fraction({bounds}, {NATIVE}) * {COUNT}"
    return of({"ratioMetric": {"counter": True, part: metric(fraction), "total": metric(COUNT)}})


SLIS: Final[dict[str, Document]] = {
    "good": slo(),
    "bad": slo(bad='http_requests_total{job="shop",code=~"5.."}'),
    "good of another metric": slo(good='served_total{job="shop"}', total="asked_total"),
    "good, own windows": slo(
        good='sum by (region) (rate(http_requests_total{code!~"5.."}[{{.window}}]))',
        total="sum by (region) (rate(http_requests_total[{{.window}}]))",
    ),
    "bad, own windows": slo(
        bad='sum(increase(http_requests_total{code=~"5.."}[{{.window}}]))',
        total="sum(increase(http_requests_total[{{.window}}]))",
    ),
    "buckets": slo(
        good='request_seconds_bucket{job="shop",le="0.5"}',
        total='request_seconds_count{job="shop"}',
    ),
    "native, good": native("good", "0, 0.5"),
    "native, good in between": native("good", "0.125, 2"),
    "native, bad": native("bad", "0.5, +Inf"),
    "gauges, good": gauges(good='served{job="shop"}', total='asked{job="shop"}'),
    "gauges, bad": gauges(bad='failed{job="shop"}', total='asked{job="shop"}'),
    "raw success": raw('success_ratio{job="shop"}'),
    "raw failure": raw("failures / requests", shows="failure"),
    "lte": threshold('latency_seconds{job="shop"}'),
    "lt": threshold("max by (region) (queue_length)", op="lt", value=100),
    "gte": threshold("free_ratio", op="gte", value=0.1),
    "gt": threshold("avg_over_time(free_bytes[{{.window}}])", op="gt", value=1e9),
    "lte, unit": threshold("temperature", op="lte", value=40.5),
}
METHODS: Final = (
    lambda document: document,
    timeslices,
    lambda document: timeslices(document, "1m", 0.5),
    ratio_timeslices,
)
CALENDAR: Final = {"startTime": "2026-01-01 00:00:00", "timeZone": "Asia/Tokyo"}
PERIODS: Final[tuple[Document, ...]] = (
    {"duration": "30d", "isRolling": True},
    {"duration": "1M", "calendar": CALENDAR},
    {"duration": "7d", "isRolling": True},
    {"duration": "2w", "calendar": CALENDAR},
    {"duration": "1Q", "calendar": CALENDAR},
    {"duration": "12h", "isRolling": True},
    {"duration": "1Y", "calendar": CALENDAR},
)
NOTES: Final[tuple[dict[str, str], ...]] = (
    {},
    {"group-by": "region", "journey": "A customer pays"},
    {"journey": "Checkout"},
    {"group-by": "region, zone", "unit": "%", "journey": "That Checkout works for all"},
    {"unit": "{{ orders }}", "journey": "A {{customer}}: pays"},
)
ENTRIES: Final[tuple[Document, ...]] = (
    {},
    {"windows": "quick", "minimumFailures": 5},
    {"windows": "three", "tiers": {"fast": "ticket", "slow": "log"}, "runbook": "docs/{{a}}.md"},
    {"minimumFailures": 2, "noData": {"tier": "alert", "after": "1h"}},
    {"windows": "three", "noData": {"tier": "log", "after": "5m"}, "minimumFailures": 1000},
    {"windows": "quick", "tiers": {"fast": "alert", "slow": "alert"}, "noData": {"tier": "log"}},
)
THREE: Final = windows(
    "three",
    "30d",
    [("2h", "10m", "3%"), ("1h", "5m", "2%"), ("12h", "1h", "4%")],
    [("2d", "6h", "8%")],
)
GOOGLE: Final = windows(
    "google-30d",
    "30d",
    [("1h", "5m", "2%"), ("6h", "30m", "5%")],
    [("1d", "2h", "10%"), ("3d", "6h", "10%")],
)
REASON: Final = {"reason": "The database moves", "approver": "@lead"}
CORRECTIONS: Final = ours(
    "Corrections",
    "shop",
    service="shop",
    corrections=[
        {"start": "2026-01-04T02:00:00Z", "end": "2026-01-04T03:30:00Z", **REASON},
        {
            "start": "2026-01-05T02:00:00+09:00",
            "end": "2026-01-05T03:00:00+09:00",
            "rrule": "FREQ=WEEKLY;COUNT=4",
            "timeZone": "Asia/Tokyo",
            "slos": ["shop-checkout"],
            **REASON,
        },
    ],
)
TEAM: Final = ours("Team", "sales", members=["@lead"], displayName="Sales & {{ more }}")
OWNERSHIP: Final = ours("Ownership", "shop", team="sales", criticality="critical")


def catalogs() -> Iterator[tuple[str, Catalog]]:
    """Yield catalogs in which each SLI meets several methods, periods, notes and alerts."""
    number = 0
    for name, document in SLIS.items():
        for _ in range(5):
            method, period = number % len(METHODS), PERIODS[number % len(PERIODS)]
            notes, entry = NOTES[number % len(NOTES)], ENTRIES[number % len(ENTRIES)]
            corrections = (CORRECTIONS,) if number % 3 == 1 else ()
            changed = METHODS[method](document)
            changed = {
                **changed,
                "metadata": {
                    **changed["metadata"],
                    "annotations": {f"reliability/{key}": text for key, text in notes.items()},
                },
                "spec": {**changed["spec"], "timeWindow": [period]},
            }
            policies = policy({"slo": "shop-checkout", **entry})
            rest = (GOOGLE, QUICK, THREE, TEAM, OWNERSHIP)
            yield (
                f"{number}: {name}, method {method}, {period['duration']}, {notes}, {entry}",
                catalog_of(*rest, changed, policies, *corrections),
            )
            number += 1


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:6]


def lines_of(body: Any) -> Iterator[str]:
    """Yield a line for each rule or test with the digests of its parts."""
    for group in body.get("groups", ()):
        rest = {key: value for key, value in group.items() if key != "rules"}
        yield f"  {group['name']} {digest(rest)}"
        for rule in group["rules"]:
            name = rule.get("alert") or rule["record"]
            parts = (rule["expr"], {**rule, "expr": "", "annotations": ""})
            texts = rule.get("annotations", {}).items()
            shown = " ".join(f"{key}:{digest(text)}" for key, text in texts)
            yield f"    {name} {' '.join(map(digest, parts))} {shown}".rstrip()
    for test in body.get("tests", ()):
        yield f"  test {test.get('name', '')} {' '.join(map(digest, test.values()))}"


def test_slis_with_different_periods_texts_and_alerts(golden: Golden) -> None:
    lines: list[str] = []
    for name, catalog in catalogs():
        lines.append(name)
        for compiler in (PrometheusCompiler(), PrometheusTests()):
            for made in compiler.compile(catalog):
                if isinstance(made, Resource):
                    lines += lines_of(made.body)
                else:
                    lines.append(f"  {made.message}: {made.help}")
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


@pytest.mark.tools
def test_promtool_accepts_the_rules(generation: Generation, tmp_path: Path) -> None:
    files: list[Path] = []
    for name, catalog in catalogs():
        [made] = PrometheusCompiler().compile(catalog)
        assert isinstance(made, Resource), made
        files.append(tmp_path / f"{name.partition(':')[0]}.yml")
        files[-1].write_text(yaml_text(made.body), encoding="utf-8")
    accepted = check_rules(generation, *files)
    assert accepted.accepted, accepted.text
