"""Which two SLIs measure the same: layout, order and form of their queries do not count."""

from itertools import count
from typing import Final

import pytest

from tests.check.examples import Files, minimal_files
from tests.check.repository import checked

RULE: Final = "slo-shares-sli"
DOCUMENT: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {name}
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/status: established
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
{groups}spec:
  service: {name}
  indicator: {{metadata: {{name: {name}}}, spec: {spec}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: {method}
  objectives: [{{target: 0.99{more}}}]
"""


def query(text: str) -> str:
    return f"{{metricSource: {{type: Prometheus, spec: {{query: '{text}'}}}}}}"


def ratio(events: str, total: str, role: str = "good", counter: str = "true") -> str:
    return (
        f"{{ratioMetric: {{counter: {counter}, {role}: {query(events)}, total: {query(total)}}}}}"
    )


def raw(text: str, shows: str = "success") -> str:
    return f"{{ratioMetric: {{rawType: {shows}, raw: {query(text)}}}}}"


def threshold(text: str) -> str:
    return f"{{thresholdMetric: {query(text)}}}"


def slo(
    name: str, spec: str, groups: str = "", method: str = "Occurrences", more: str = ""
) -> Files:
    line = f'    reliability/group-by: "{groups}"\n' if groups else ""
    text = DOCUMENT.format(name=name, spec=spec, groups=line, method=method, more=more)
    return {f"services/{name}/slo.yaml": text}


def shared(one: Files, other: Files) -> bool:
    """Whether the second SLO is reported as one that shares the SLI of the first."""
    names = {path.split("/")[1] for path in one | other}
    owners = {
        f"services/{name}/ownership.yaml": "apiVersion: reliability/v1\nkind: Ownership\n"
        f"metadata: {{name: {name}}}\nspec: {{team: workforce, criticality: standard}}\n"
        for name in names
    }
    alerts = {
        f"services/{name}/alert-policy.yaml": "apiVersion: reliability/v1\nkind: AlertPolicy\n"
        f"metadata: {{name: {name}}}\nspec: {{service: {name}, objectives: [{{slo: {name},"
        " runbook: docs/runbooks/clock-in.md}]}\n"
        for name in names
    }
    findings = checked({**minimal_files(), **owners, **alerts, **one, **other})
    refused = [f for f in findings if f.rule == "bug" or f.rule.startswith("document-")]
    assert [finding.problem.message for finding in refused] == []
    return RULE in {finding.rule for finding in findings}


GOOD: Final = ratio('x_total{code="200"}', "x_total")


def windowed(selector: str, function: str = "rate") -> str:
    return f"sum({function}({selector}[{{{{.window}}}}]))"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (GOOD, GOOD, True),
        (GOOD, ratio('x_total{ code = "200" }', " x_total "), True),
        (GOOD, ratio('x_total{code="201"}', "x_total"), False),
        (GOOD, ratio('y_total{code="200"}', "y_total"), False),
        (GOOD, ratio('x_total{code!="200"}', "x_total", "bad"), True),
        (GOOD, ratio('x_total{code="200"}', "x_total", "bad"), False),
        (
            ratio('y_total{code="200"}', "x_total"),
            ratio('x_total{code!="200"}', "x_total", "bad"),
            False,
        ),
        (ratio("x_total", "x_total"), ratio("x_total", "x_total", "bad"), False),
        (GOOD, ratio('x_total{code="200"}', "x_total", counter="false"), False),
        (
            ratio('x_total{code=~"2.."}', "x_total"),
            ratio('x_total{code!~"2.."}', "x_total", "bad"),
            True,
        ),
        (
            ratio('x_total{code!~"5..",job="a"}', 'x_total{job="a"}'),
            ratio('x_total{job="a",code=~"5.."}', 'x_total{job="a"}', "bad"),
            True,
        ),
        (
            ratio('x_total{a="1",b="2"}', "x_total"),
            ratio('x_total{a!="1",b!="2"}', "x_total", "bad"),
            False,
        ),
        (GOOD, ratio(windowed('x_total{code="200"}'), windowed("x_total")), True),
        (GOOD, ratio(windowed('x_total{code="200"}', "increase"), windowed("x_total")), True),
        (GOOD, ratio(windowed('x_total{code="500"}'), windowed("x_total")), False),
        (
            ratio('x_bucket{le="1"}', "x_count"),
            ratio('x_bucket{le="1.0"}', "x_count"),
            True,
        ),
        (
            ratio('x_bucket{le="1"}', "x_count"),
            ratio('x_bucket{le="2"}', "x_count"),
            False,
        ),
        (raw("a / b"), raw(" a  /  b "), True),
        (raw("a / b"), raw("b / a"), False),
        (raw("a / b"), raw("a / b", "failure"), False),
        (raw("avg(x)"), raw("avg(y)"), False),
        (raw('x{a="1",b="2"}'), raw('x{b="2",a="1"}'), True),
        (raw("sum(rate(x[5m]))"), raw("x"), False),
        (raw("x offset 1h"), raw("x"), False),
        (raw("x offset 1h"), raw(" x  offset 1h"), True),
        (raw("x @ 5"), raw("x"), False),
        (raw('x{a="1" or b="2"}'), raw('x{a="1"}'), False),
        (raw('x{a="1" or b="2"}'), raw('x{a="1"  or  b="2"}'), True),
    ],
    ids=map(str, count()),
)
def test_two_ratios(one: str, other: str, is_same: bool) -> None:
    assert shared(slo("one", one), slo("two", other)) is is_same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("max(x)", "op: lt, value: 1"), ("max(x)", "op: lt, value: 1"), True),
        (("max(x)", "op: lt, value: 1"), ("max(x)", "op: lt, value: 2"), False),
        (("max(x)", "op: lt, value: 1"), ("max(x)", "op: lte, value: 1"), False),
        (("max(x)", "op: lt, value: 1"), ("max(y)", "op: lt, value: 1"), False),
    ],
)
def test_two_thresholds(one: tuple[str, str], other: tuple[str, str], is_same: bool) -> None:
    first, second = (
        slo(name, threshold(text), more=f", {more}")
        for name, (text, more) in (("one", one), ("two", other))
    )
    assert shared(first, second) is is_same


def test_groups_and_time_slices() -> None:
    slices = ", timeSliceTarget: 0.9, timeSliceWindow: 5m"
    one = slo("one", GOOD, "site, floor")
    assert shared(one, slo("two", GOOD, "floor, site"))
    assert not shared(one, slo("two", GOOD, "site"))
    assert not shared(one, slo("two", GOOD))
    assert shared(slo("one", GOOD), slo("two", GOOD, method="Timeslices", more=slices))
