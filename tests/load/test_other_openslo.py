"""The steps by which a document of another version of OpenSLO becomes one of openslo/v1."""

from typing import Any, Final

import pytest

from reliability.load.other_openslo import steps

FIRST: Final = "write apiVersion: openslo/v1"
RATIO: Final = (
    "write ratioMetrics of the objectives as one indicator: {metadata: {name: ...}, spec: "
    "{ratioMetric: ...}}, incremental as counter, good and total with metricSource: {type: "
    "<queryType>, spec: {query: <query>}}"
)
THRESHOLD: Final = (
    "write indicator as {metadata: {name: ...}, spec: {thresholdMetric: ...}} with metricSource: "
    "{type: <queryType>, spec: {query: <query>}}"
)
NO_VALUE: Final = "remove value, which is for thresholds: the SLI is a ratio"
SLICES: Final = "add timeSliceWindow to each objective, such as 5m"


def period(duration: str) -> str:
    return f"write timeWindows as timeWindow with duration: {duration}"


@pytest.mark.parametrize(
    ("spec", "following"),
    [
        ({}, []),
        (None, []),
        ({"timeWindows": [{"unit": "Day", "count": 28}]}, [period("28d")]),
        ({"timeWindows": [{"unit": "Week", "count": 4}, {"unit": "Day"}]}, [period("4w")]),
        ({"timeWindows": [{"unit": "Month", "count": 1}]}, [period("1M")]),
        ({"timeWindows": [{"unit": "Quarter", "count": 1}]}, [period("1Q")]),
        ({"timeWindows": [{"unit": "Year", "count": 1}]}, [period("30d")]),
        ({"timeWindows": [{"unit": "Day", "count": "28"}]}, [period("30d")]),
        ({"timeWindows": [{"unit": "Day"}]}, [period("30d")]),
        ({"timeWindows": [{"count": 28}]}, [period("30d")]),
        ({"timeWindows": ["28d"]}, [period("30d")]),
        ({"timeWindows": []}, [period("30d")]),
        ({"timeWindows": None}, [period("30d")]),
        ({"timeWindows": {"unit": "Day", "count": 28}}, [period("30d")]),
        ({"indicator": {"thresholdMetric": {}}}, [THRESHOLD]),
        ({"indicator": {}, "objectives": [{"value": 1}]}, [THRESHOLD]),
        ({"objectives": [{"ratioMetrics": {}}]}, [RATIO]),
        ({"objectives": [{"ratioMetrics": {}, "value": 1}]}, [RATIO, NO_VALUE]),
        ({"objectives": [{"ratioMetrics": {}}], "indicator": {}}, [RATIO]),
        ({"budgetingMethod": "Occurrences"}, []),
        ({"budgetingMethod": "Timeslices"}, [SLICES]),
        (
            {
                "budgetingMethod": "Timeslices",
                "objectives": [{"value": 1, "ratioMetrics": {}}],
                "timeWindows": [{"unit": "Day", "count": 7}],
            },
            [period("7d"), RATIO, NO_VALUE, SLICES],
        ),
    ],
)
def test_the_steps_from_v1alpha(spec: Any, following: list[str]) -> None:
    values = {"apiVersion": "openslo/v1alpha", "kind": "SLO", "spec": spec}
    assert steps(values) == "; ".join([FIRST, *following])


def test_other_kinds_of_v1alpha_only_need_the_version() -> None:
    values = {"apiVersion": "openslo/v1alpha", "kind": "Service", "spec": {"timeWindows": []}}
    assert steps(values) == FIRST
    assert steps({"apiVersion": "openslo/v1alpha"}) == FIRST


@pytest.mark.parametrize(
    ("values", "following"),
    [
        ({}, []),
        ({"spec": {"sli": 1}}, ["write sli as indicator"]),
        ({"spec": [{"sliRef": 1}, "serviceRef"]}, ["write sliRef as indicatorRef"]),
        (
            {"spec": {"serviceRef": "a", "x": [[{"sli": {"dataSourceSpec": {}}}]]}},
            [
                "write sli as indicator",
                "write serviceRef as service",
                "write dataSourceSpec as metricSource.type and a DataSource, with its spec as "
                "metricSource.spec",
            ],
        ),
        (
            {"dataSourceRef": 1, "sliRef": 1},
            [
                "write sliRef as indicatorRef",
                "write dataSourceRef as metricSource.metricSourceRef, with its spec as "
                "metricSource.spec",
            ],
        ),
    ],
)
def test_the_steps_from_v2alpha(values: Any, following: list[str]) -> None:
    versioned = {"apiVersion": "openslo.com/v2alpha", **values}
    assert steps(versioned) == "; ".join([FIRST, *following])
