"""Instructions to convert documents of other versions of OpenSLO to openslo/v1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.message import Message

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
"""Names in v1 of keys of v2alpha."""
SOURCE: Final = "metricSource: {type: <queryType>, spec: {query: <query>}}"


def steps(values: Mapping[str, Any]) -> Message:
    """Return the changes that this document needs, on one line."""
    change = _earlier if values.get("apiVersion") == "openslo/v1alpha" else _later
    help_text = Message("write apiVersion: {version}", version=OPENSLO)
    for step in change(values):
        help_text = Message("{first}; {second}", first=help_text, second=step)
    return help_text


def _later(values: Mapping[str, Any]) -> Iterator[Message]:
    written = set(_keys(values))
    for key, name in LATER_NAMES.items():
        if key in written:
            yield Message("write {old} as {new}", old=key, new=name)


def _earlier(values: Mapping[str, Any]) -> Iterator[Message]:
    spec = values.get("spec")
    if values.get("kind") != "SLO" or not isinstance(spec, dict):
        return

    if "timeWindows" in spec:
        duration = f"timeWindow with duration: {_duration(spec['timeWindows'])}"
        yield Message("write {old} as {new}", old="timeWindows", new=duration)

    written = set(_keys(spec))
    if "ratioMetrics" in written:
        yield Message(
            "write ratioMetrics of the objectives as one indicator: {metric}, incremental as "
            "counter, good and total with {source}",
            metric="{metadata: {name: ...}, spec: {ratioMetric: ...}}",
            source=SOURCE,
        )
        if "value" in written:
            yield Message("remove value, which is for thresholds: the SLI is a ratio")
    elif "indicator" in written:
        metric = "{metadata: {name: ...}, spec: {thresholdMetric: ...}}"
        yield Message("write {old} as {new}", old="indicator", new=f"{metric} with {SOURCE}")

    if spec.get("budgetingMethod") == "Timeslices":
        yield Message("add timeSliceWindow to each objective, such as 5m")


def _duration(windows: Any) -> str:
    """Return a count of 28 and the unit Day as `28d`, or a common period if they are unclear."""
    first = windows[0] if isinstance(windows, list) and windows else None
    if isinstance(first, dict):
        count, unit = first.get("count"), UNITS.get(str(first.get("unit")))
        if isinstance(count, int) and unit:
            return f"{count}{unit}"
    return "30d"


def _keys(values: Any) -> Iterator[str]:
    """Yield every key in a value, at any depth."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(values, list):
        for document in values:
            yield from _keys(document)
