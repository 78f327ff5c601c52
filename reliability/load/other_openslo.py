"""Documents of other versions of OpenSLO: what to write so that they are openslo/v1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

OPENSLO: Final = "openslo/v1"
OTHER_VERSIONS: Final = ("openslo/v1alpha", "openslo.com/v2alpha")
UNITS: Final = {"Day": "d", "Week": "w", "Month": "M", "Quarter": "Q"}
LATER_NAMES: Final = {
    "sli": "indicator",
    "sliRef": "indicatorRef",
    "serviceRef": "service",
    "dataSourceRef": "metricSource.metricSourceRef, with its spec as metricSource.spec",
    "dataSourceSpec": "metricSource.type and a DataSource, with its spec as metricSource.spec",
}
"""Keys of v2alpha that are called otherwise in v1."""


def steps(values: Mapping[str, Any]) -> str:
    """What has to be changed in a document, in one line; only of what is written there."""
    change = _earlier if values.get("apiVersion") == "openslo/v1alpha" else _later
    return "; ".join((f"write apiVersion: {OPENSLO}", *change(values)))


def _later(values: Mapping[str, Any]) -> Iterator[str]:
    written = set(_keys(values))
    for key, name in LATER_NAMES.items():
        if key in written:
            yield f"{key} as {name}"


def _earlier(values: Mapping[str, Any]) -> Iterator[str]:
    spec = values.get("spec")
    if values.get("kind") != "SLO" or not isinstance(spec, dict):
        return
    if "timeWindows" in spec:
        yield f"timeWindows as timeWindow with duration: {_duration(spec['timeWindows'])}"

    written = set(_keys(spec))
    source = "metricSource: {type: <queryType>, spec: {query: <query>}}"
    if "ratioMetrics" in written:
        yield (
            "ratioMetrics of the objectives as one indicator: {metadata: {name: ...}, spec: "
            f"{{ratioMetric: ...}}}}, incremental as counter, good and total with {source}"
        )
        if "value" in written:
            yield "no value, as the SLI is a ratio"
    elif "indicator" in written:
        metric = "{metadata: {name: ...}, spec: {thresholdMetric: ...}}"
        yield f"indicator as {metric} with {source}"

    if spec.get("budgetingMethod") == "Timeslices":
        yield "timeSliceWindow in each objective, such as 5m"


def _duration(windows: Any) -> str:
    """`28d` of a count of 28 and the unit Day; a common one where it cannot be told."""
    first = windows[0] if isinstance(windows, list) and windows else None
    if isinstance(first, dict):
        count, unit = first.get("count"), UNITS.get(str(first.get("unit")))
        if isinstance(count, int) and unit:
            return f"{count}{unit}"
    return "30d"


def _keys(values: Any) -> Iterator[str]:
    """Every key that is written, however deep."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(values, list):
        for document in values:
            yield from _keys(document)
