"""What `slo-loosened` reports between each two of several forms of one SLO, in golden files.

`pytest tests/check/changes/test_pairs.py --update-golden` rewrites them; read what has changed.
"""

from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.load.catalog import Catalog
from tests.check.examples import laid_over
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "pairs"
LOOSENED: Final = [rule for rule in RULES if rule.id == "slo-loosened"]
SLO: Final = """\
# services/attendance/slo.yaml
kind: SLO
spec:
"""
SLICES: Final = {
    "occurrences": "objectives: [{target: 0.99}]",
    "percent": "objectives: [{targetPercent: 98}]",
    "slices": "budgetingMethod: Timeslices\n"
    "  objectives: [{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 5m}]",
    "stricter slices": "budgetingMethod: Timeslices\n"
    "  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]",
    "longer slices": "budgetingMethod: Timeslices\n"
    "  objectives: [{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 10m}]",
    "ratios": "budgetingMethod: RatioTimeslices\n"
    "  objectives: [{target: 0.99, timeSliceWindow: 5m}]",
    "two": "objectives: [{displayName: a, target: 0.99}, {displayName: b, target: 0.9}]",
    "two others": "objectives: [{displayName: c, target: 0.99}, {displayName: b, target: 0.8}]",
}
THRESHOLD: Final = """indicator:
    metadata: {name: seconds}
    spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(x)}}}}
  objectives: [%s]"""
THRESHOLDS: Final = {
    text: THRESHOLD % f"{{target: 0.9, {text}}}"
    for text in (
        *("op: lt, value: 1", "op: lte, value: 1", "op: lt, value: 2", "op: lte, value: 2"),
        *("op: gt, value: 1", "op: gte, value: 1", "op: gt, value: 2", "op: gte, value: 2"),
    )
}


def ratio(events: str, total: str = "all_total", role: str = "good", counter: str = "true") -> str:
    """A ratio of two queries."""
    return (
        "indicator:\n    metadata: {name: ratio}\n    spec:\n      ratioMetric:\n"
        f"        counter: {counter}\n"
        f"        {role}: {{metricSource: {{type: Prometheus, spec: {{query: '{events}'}}}}}}\n"
        f"        total: {{metricSource: {{type: Prometheus, spec: {{query: '{total}'}}}}}}"
    )


def raw(text: str, shows: str) -> str:
    """One query of a ratio."""
    return (
        "indicator:\n    metadata: {name: ratio}\n    spec:\n      ratioMetric:\n"
        f"        rawType: {shows}\n"
        f"        raw: {{metricSource: {{type: Prometheus, spec: {{query: '{text}'}}}}}}"
    )


QUERIES: Final = {
    "good": ratio('all_total{code="200"}'),
    "fewer good": ratio('all_total{code="200",path="/"}'),
    "both fewer": ratio('all_total{code="200",path="/"}', 'all_total{path="/"}'),
    "gauges": ratio('all_total{code="200"}', counter="false"),
    "fewer gauges": ratio('all_total{code="200",path="/"}', counter="false"),
    "bad": ratio('all_total{code="500"}', role="bad"),
    "more bad": ratio('all_total{code=~"500|503"}', role="bad"),
    "success": raw("a / b", "success"),
    "failure": raw("a / b", "failure"),
    "threshold": THRESHOLD % "{target: 0.999, op: lt, value: 1}",
}
SHARED: Final = """\
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: one}
spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(x)}}}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: two}
spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(y)}}}}
"""


def composite(*indicators: str) -> str:
    """Objectives with SLIs of their own."""
    objectives = "".join(
        f"    - {{displayName: o{number}, target: 0.9, op: lt, value: 1, {indicator}}}\n"
        for number, indicator in enumerate(indicators)
    )
    return f"{SHARED}{SLO.replace('kind: SLO', COMPOSITE)}  objectives:\n{objectives}"


COMPOSITE: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: attendance-clock-in}"""
INLINE: Final = (
    "indicator: {metadata: {name: own}, spec: {thresholdMetric: "
    "{metricSource: {type: Prometheus, spec: {query: max(x)}}}}}"
)
COMPOSITES: Final = {
    name: composite(*indicators).replace(
        "spec:\n  objectives",
        "spec:\n  service: attendance\n  timeWindow: [{duration: 30d, isRolling: true}]\n"
        "  budgetingMethod: Occurrences\n  objectives",
    )
    for name, indicators in {
        "one": ("indicatorRef: one",),
        "two": ("indicatorRef: two",),
        "inline": (INLINE,),
        "inline two": (INLINE.replace("max(x)", "max(y)"),),
        "one and two": ("indicatorRef: one", "indicatorRef: two"),
        "two and one": ("indicatorRef: two", "indicatorRef: one"),
        "weighted": ("indicatorRef: one, compositeWeight: 2",),
        "less weighted": ("indicatorRef: one, compositeWeight: 1",),
    }.items()
}
PERIODS: Final = {
    "rolling": "timeWindow: [{duration: 30d, isRolling: true}]",
    "shorter": "timeWindow: [{duration: 28d, isRolling: true}]",
    "calendar": "timeWindow: [{duration: 1M, isRolling: false, "
    'calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}}]',
    "another zone": "timeWindow: [{duration: 1M, isRolling: false, "
    'calendar: {startTime: "2026-01-01 00:00:00", timeZone: Asia/Tokyo}}]',
}
CONDITION: Final = """\
    - kind: AlertPolicy
      metadata: {{name: {name}, annotations: {{reliability/tier: alert}}}}
      spec:
        alertWhenNoData: {no_data}
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {{name: {name}}}
            spec: {{severity: page, condition: {{kind: burnrate, {condition}}}}}
        notificationTargets: [{{targetRef: nobody}}]
"""


def policies(*conditions: str, no_data: str = "false") -> str:
    """Alert policies of OpenSLO, which look for missing data from the second on if at all."""
    return "alertPolicies:\n" + "".join(
        CONDITION.format(
            name=f"p{index}", condition=condition, no_data=no_data if index else "false"
        )
        for index, condition in enumerate(conditions)
    )


TEN: Final = "op: gt, threshold: 10, lookbackWindow: 1h, alertAfter: 5m"
POLICIES: Final = {
    "none": "description: x",
    "ten": policies(TEN),
    "at least ten": policies(TEN.replace("gt", "gte")),
    "twelve": policies(TEN.replace("10", "12")),
    "six hours": policies(TEN.replace("1h", "6h")),
    "later": policies(TEN.replace("5m", "10m")),
    "two": policies(TEN, TEN),
    "two with missing data": policies(TEN, TEN, no_data="true"),
}
ENTRY: Final = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives: [%s]
# policies/more.yaml
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: calm}
spec: {period: 30d, fast: [{long: 6h, short: 30m, budget: 20%%}]}
"""
ENTRIES: Final = {
    text or "bare": ENTRY % f"{{slo: attendance-clock-in{text}}}"
    for text in (
        *("", ", minimumFailures: 2", ", minimumFailures: 3"),
        *(", windows: google-30d", ", windows: calm"),
        *(", noData: {after: 10m}", ", noData: {after: 15m}", ", noData: {after: 1h}"),
    )
} | {"no entry": ENTRY % ""}
REVIEWED: Final = """\
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/status: established
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-01"
"""
ANNOTATIONS: Final = {
    name: REVIEWED + "".join(f"    reliability/{line}\n" for line in lines)
    for name, lines in {
        "none": (),
        "by site": ("group-by: site",),
        "by site and floor": ("group-by: site, floor",),
        "by floor": ("group-by: floor, hall",),
        "per shard": ('per-shard: "true"',),
        "not per shard": ('per-shard: "false"',),
    }.items()
}
FORMS: Final = {
    "slices": {name: f"{SLO}  {text}\n" for name, text in SLICES.items()},
    "thresholds": {name: f"{SLO}  {text}\n" for name, text in THRESHOLDS.items()},
    "queries": {name: f"{SLO}  {text}\n" for name, text in QUERIES.items()},
    "periods": {name: f"{SLO}  {text}\n" for name, text in PERIODS.items()},
    "policies": {name: f"{SLO}  {text}\n" for name, text in POLICIES.items()},
    "composites": COMPOSITES,
    "entries": ENTRIES,
    "annotations": ANNOTATIONS,
}


def catalog_of(text: str) -> Catalog:
    catalog, findings = loaded(laid_over(text))
    assert [finding.problem.message for finding in findings] == []
    return catalog


def reported(before: Catalog, after: Catalog) -> list[str]:
    lines = []
    for finding in run(LOOSENED, Context(today=TODAY, catalog=after, base=before)):
        problem = finding.problem
        at = f"{problem.at.path.name}:{problem.at.span.line}:{problem.at.span.column}"
        subject = f" [{problem.subject}]" if problem.subject else ""
        lines.append(f"  {at} {problem.message}{subject}\n")
    return lines


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_compared_with_each_other(golden: Golden, name: str) -> None:
    catalogs = {form: catalog_of(text) for form, text in FORMS[name].items()}
    lines = []
    for before, after in permutations(catalogs, 2):
        lines += [
            f"{before} -> {after}\n",
            *(reported(catalogs[before], catalogs[after]) or ["  nothing\n"]),
        ]
    golden.check(GOLDEN / f"{name}.txt", "".join(lines))
