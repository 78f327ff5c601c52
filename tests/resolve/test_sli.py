"""The SLI of an objective: its form, its limit, and the slices of its budgeting method."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from reliability.promql.query import SelectorQuery, WindowedQuery
from reliability.promql.sampled_query import SampledQuery
from reliability.resolve.objectives import objectives
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    ThresholdSli,
    TimesliceSli,
)
from tests.compile.forms import gauges, of, ratio_timeslices, raw, threshold, timeslices
from tests.compile.repositories import metric, shop, slo

SERVED = GaugeRatioSli("good", SelectorQuery("served"), SelectorQuery("asked"))
P99 = "histogram_quantile(0.99, rate(x_bucket[{{.window}}]))"
P99_OF_5M = "histogram_quantile(0.99, rate(x_bucket[5m]))"


def sli(document: dict[str, Any], index: int = 0) -> AnySli | None:
    return list(objectives(shop(document)))[index].sli


@pytest.mark.parametrize(
    ("document", "form"),
    [
        (
            slo(good="ok_total", total="all_total"),
            RatioSli("good", SelectorQuery("ok_total"), SelectorQuery("all_total")),
        ),
        (gauges(good="served", total="asked"), SERVED),
        (raw("share", "failure"), RawSli("failure", SampledQuery("share"))),
        (threshold("depth", "gt", 3), ThresholdSli("gt", Decimal(3), SampledQuery("depth"))),
        (
            threshold(P99),
            ThresholdSli("lte", Decimal("0.5"), SampledQuery(f"({P99_OF_5M})")),
        ),
        (
            timeslices(threshold(P99), "10m", 1),
            TimesliceSli(
                ThresholdSli("lte", Decimal("0.5"), WindowedQuery(P99)),
                timedelta(minutes=10),
                Decimal(1),
            ),
        ),
        (
            ratio_timeslices(gauges(good="served", total="asked"), "2m"),
            RatioTimesliceSli(SERVED, timedelta(minutes=2)),
        ),
    ],
)
def test_each_form_is_one_of_its_own(document: dict[str, Any], form: AnySli) -> None:
    assert sli(document) == form


def test_each_objective_has_its_own_limit() -> None:
    limits = [
        {"displayName": str(each), "target": 0.9, "op": "lt", "value": each} for each in (1, 2)
    ]
    document = threshold("depth", objectives=limits)
    found = [sli(document, index) for index in (0, 1)]
    assert [each.limit for each in found if isinstance(each, ThresholdSli)] == [1, 2]


def test_what_cannot_be_read_is_none() -> None:
    datadog = {"metricSource": {"type": "Datadog", "spec": {"query": "x"}}}
    assert sli(of({"ratioMetric": {"rawType": "success", "raw": datadog}})) is None
    assert sli(of({"ratioMetric": {"good": metric("ok_total"), "total": metric("asked")}})) is None
    assert sli(raw("scalar(x)")) is None


@pytest.mark.parametrize(
    ("limit", "is_whole"),
    [
        ({"op": "lte", "value": 0.5}, True),
        ({"op": "lte"}, False),
        ({"value": 0.5}, False),
        ({}, False),
    ],
)
def test_a_threshold_of_a_shared_sli_needs_both_parts_of_its_limit(
    limit: dict[str, Any], is_whole: bool
) -> None:
    shared = {
        "apiVersion": "openslo/v1",
        "kind": "SLI",
        "metadata": {"name": "depth"},
        "spec": {"thresholdMetric": metric("depth")},
    }
    document = slo(indicatorRef="depth", objectives=[{"target": 0.9, **limit}])
    document["spec"].pop("indicator", None)
    [one] = objectives(shop(shared, document))
    assert (one.sli is not None) is is_whole
