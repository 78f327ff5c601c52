"""Pyrra's objectives become SLOs with Pyrra's windows, and what changes is said."""

from typing import Any

import pytest

from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import GatheredFiles
from tests.convert.imported import document, imported, rules_found, said

RATIO = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: shop-errors
  labels: {pyrra.dev/team: sales, pyrra.dev/grade: "1"}
spec:
  target: "99.9"
  window: 4w
  description: People can pay.
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{job="shop",code=~"5.."}'}
      total: {metric: 'http_requests_total{job="shop"}'}
"""
START = RATIO[: RATIO.index("    ratio:")]
LATENCY = f"""{START}\
    latency:
      success: {{metric: 'request_seconds_bucket{{job="shop",le="0.5"}}'}}
      total: {{metric: 'request_seconds_count{{job="shop"}}'}}
      grouping: [handler]
"""
NATIVE = f"""{START}\
    latencyNative:
      latency: 200ms
      total: {{metric: 'request_seconds{{job="shop"}}'}}
"""
GAUGE = f"""{START}\
    bool_gauge: {{metric: 'up{{job="shop"}}', grouping: [instance]}}
"""
SLO = "services/shop/slo.yaml"
POLICY = "services/shop/alert-policy.yaml"


def pyrra(text: str, **wishes: Any) -> GatheredFiles:
    return imported({"pyrra.yml": text}, ConversionOptions(**wishes))


def queries(gathered: GatheredFiles) -> dict[str, Any]:
    ratio = document(gathered, SLO)["spec"]["indicator"]["spec"]["ratioMetric"]
    return {
        key: value["metricSource"]["spec"]["query"] if isinstance(value, dict) else value
        for key, value in ratio.items()
    }


def test_an_objective_is_an_slo_of_the_service_that_its_job_names() -> None:
    gathered = pyrra(RATIO)
    slo = document(gathered, SLO)
    assert slo["metadata"]["labels"] == {"team": "sales", "grade": "1"}
    assert slo["spec"]["objectives"] == [{"targetPercent": 99.9}]
    assert slo["spec"]["timeWindow"] == [{"duration": "28d", "isRolling": True}]
    assert document(gathered, "services/shop/ownership.yaml")["spec"]["team"] == "sales"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            RATIO,
            {
                "counter": True,
                "bad": 'http_requests_total{job="shop",code=~"5.."}',
                "total": 'http_requests_total{job="shop"}',
            },
        ),
        (
            LATENCY,
            {
                "counter": True,
                "good": 'request_seconds_bucket{job="shop",le="0.5"}',
                "total": 'request_seconds_count{job="shop"}',
            },
        ),
        (
            NATIVE,
            {
                "counter": True,
                "good": 'histogram_fraction(0, 0.2, request_seconds{job="shop"}) * '
                'histogram_count(request_seconds{job="shop"})',
                "total": 'histogram_count(request_seconds{job="shop"})',
            },
        ),
        (
            GAUGE,
            {
                "counter": False,
                "good": 'sum by (instance) (sum_over_time(up{job="shop"}[{{.window}}]))',
                "total": 'sum by (instance) (count_over_time(up{job="shop"}[{{.window}}]))',
            },
        ),
    ],
)
def test_each_indicator_is_a_ratio(text: str, expected: dict[str, Any]) -> None:
    assert queries(pyrra(text)) == expected


@pytest.mark.parametrize("text", [RATIO, LATENCY, NATIVE, GAUGE])
def test_what_check_finds_is_what_was_to_be_decided(text: str) -> None:
    assert rules_found(pyrra(text)) == {
        "alert-without-runbook",
        "slo-agreement-missing",
        "slo-journey-missing",
        "slo-review-overdue",
        "team-unknown",
    }


def test_groups_are_kept() -> None:
    annotations = document(pyrra(LATENCY), SLO)["metadata"]["annotations"]
    assert annotations["reliability/group-by"] == "handler"


def test_the_windows_are_pyrras_own() -> None:
    gathered = pyrra(RATIO)
    windows = document(gathered, "policies/burn-rates-imported.yaml")
    assert windows["spec"]["period"] == "28d"
    pairs = [*windows["spec"]["fast"], *windows["spec"]["slow"]]
    assert [(each["long"], each["short"]) for each in pairs] == [
        ("1h", "5m"),
        ("6h", "30m"),
        ("1d", "2h"),
        ("4d", "6h"),
    ]
    assert windows["metadata"]["name"] == "pyrra-28d-1hx14-6hx7-1dx2-4dx1"


def test_a_month_scales_them_and_rounds_to_minutes() -> None:
    gathered = pyrra(RATIO.replace("4w", "30d"))
    windows = document(gathered, "policies/burn-rates-imported.yaml")
    pairs = [*windows["spec"]["fast"], *windows["spec"]["slow"]]
    assert [(each["long"], each["short"]) for each in pairs] == [
        ("64m", "5m"),
        ("386m", "32m"),
        ("1543m", "129m"),
        ("6171m", "386m"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "diagnostic"),
    [
        ('"99.9"', '"100"', "7: left out: shop-errors: target 100; expected more than 0"),
        ('"99.9"', '"0.999"', "7: decide: shop-errors: target 0.999 means 0.999 % in Pyrra"),
        ("4w", "1d", "8: changed: shop-errors: for 1d, Pyrra's shortest window is less than a"),
        ("4w", "soon", "8: left out: shop-errors: not a valid window: soon"),
        ("errors:", "error:", "12: left out: error is not imported: reliability has no such key"),
        ("total{job", "total offset 5m{job", "12: decide: shop-errors: not valid PromQL"),
        ("  window", "  alerting: {name: Burns}\n  window", "8: left out: name of alerting is not"),
        ("  window", "  alerting: {burnrates: false}\n  window", "8: changed: shop-errors: burn-"),
        (
            "labels: {",
            "labels: {role: rules, ",
            "5: left out: labels without the prefix",
        ),
        ("ratio:", "rati:", "11: left out: shop-errors has no indicator that Pyrra knows"),
    ],
)
def test_whatever_is_not_as_it_was_is_said(before: str, after: str, diagnostic: str) -> None:
    told = said(pyrra(RATIO.replace(before, after)))
    assert [line for line in told if line.startswith(f"pyrra.yml:{diagnostic}")], told


def test_absent_off_is_a_log() -> None:
    text = RATIO.replace("  window", "  alerting: {absent: false}\n  window")
    [entry] = document(pyrra(text), POLICY)["spec"]["objectives"]
    assert entry["noData"] == {"tier": "log"}


def test_a_list_holds_objectives() -> None:
    inner = "".join(f"    {line}\n" for line in RATIO.splitlines()).replace("    api", "  - api", 1)
    gathered = pyrra(f"apiVersion: v1\nkind: List\nitems:\n{inner}")
    assert document(gathered, SLO)["metadata"]["name"] == "shop-errors"
