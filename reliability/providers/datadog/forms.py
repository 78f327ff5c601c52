"""Bodies of resources as requests to Datadog, and Datadog's objects as bodies.

Datadog fills in defaults, trims texts, sorts tags and returns 95 for 95.0. A body has only what
this project writes, in one form, so both sides can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.compile.datadog.corrections import CORRECTION
from reliability.compile.datadog.monitors import BURN_MONITOR, COMPOSITE_MONITOR, NO_DATA_MONITOR
from reliability.compile.datadog.slos import METRIC_SLO, SLICE_SLO
from reliability.plan.held import Owner
from reliability.providers.datadog.marks import (
    DatadogMark,
    key_of,
    mark_tags,
    read_tags,
    without_mark,
)
from reliability.providers.description_mark import read_mark, with_mark
from reliability.resource import Json, Resource

SLOS: Final = "/api/v1/slo"
MONITORS: Final = "/api/v1/monitor"
CORRECTIONS: Final = "/api/v1/slo/correction"
PATHS: Final[Mapping[str, str]] = {
    METRIC_SLO: SLOS,
    SLICE_SLO: SLOS,
    BURN_MONITOR: MONITORS,
    NO_DATA_MONITOR: MONITORS,
    COMPOSITE_MONITOR: MONITORS,
    CORRECTION: CORRECTIONS,
}
"""Path of each kind, in the order in which objects are created: referenced ones come first."""
TYPES: Final[Mapping[str, str]] = {
    METRIC_SLO: "metric",
    SLICE_SLO: "time_slice",
    BURN_MONITOR: "slo alert",
    NO_DATA_MONITOR: "query alert",
    COMPOSITE_MONITOR: "composite",
}
KINDS: Final[Mapping[tuple[str, str], str]] = {
    **{(PATHS[kind], type_): kind for kind, type_ in TYPES.items()},
    (MONITORS, "metric alert"): NO_DATA_MONITOR,
}
"""Kind of an object by its path and type; `metric alert` is another name of `query alert`."""
BURN_QUERY: Final = re.compile(r'burn_rate\("(?P<id>[^"]+)"\)')
NUMBER: Final = re.compile(r"\d+")
TOKEN: Final = re.compile(r"\{(\d+)\}")
LIMITS: Final = ("critical", "critical_recovery", "warning", "warning_recovery", "ok", "unknown")
OPTIONS: Final = ("notify_no_data", "no_data_timeframe")
KEPT_OF_MONITORS: Final = ("priority", "restricted_roles")
"""Fields that others may set, and that a PUT would remove."""
VOLATILE: Final = frozenset({"silenced"})

Raw = Mapping[str, Any]
ReferenceOf = Callable[[str], str]
"""Returns the `<kind> <name>` of an id."""
IdOf = Callable[[str], str]
"""Returns the id of a `<kind> <name>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatadogObject:
    """One object of Datadog; `mark` is None if it has no mark."""

    kind: str
    name: str
    id: str
    raw: Raw
    mark: DatadogMark | None

    @property
    def path(self) -> str:
        """Path of the object."""
        return f"{PATHS[self.kind]}/{self.id}"

    @property
    def age(self) -> tuple[int, int, str]:
        """Sort key by which the oldest of several objects is first."""
        attributes = self.raw.get("attributes") or self.raw
        number = int(self.id) if self.id.isdecimal() else 0
        return (int(attributes.get("created_at") or 0), number, self.id)

    @property
    def references(self) -> list[str]:
        """The ids of the objects that it refers to."""
        match self.kind:
            case "burn-monitor":
                return BURN_QUERY.findall(str(self.raw["query"]))
            case "composite-monitor":
                return NUMBER.findall(str(self.raw["query"]))
            case "correction":
                return [str(self.raw["attributes"].get("slo_id"))]
            case _:
                return []


def object_of(path: str, raw: Raw, reader: Owner | None) -> DatadogObject | None:
    """Return an object with our key, or None for every other one."""
    if path == CORRECTIONS:
        marked = read_mark(str((raw.get("attributes") or {}).get("description") or ""))
        if marked is None:
            return None
        mark = DatadogMark(marked.digest, marked.owner)
        return DatadogObject(
            kind=CORRECTION, name=marked.name, id=str(raw["id"]), raw=raw, mark=mark
        )

    tags = [str(tag) for tag in raw.get("tags") or ()]
    kind, key = KINDS.get((path, str(raw.get("type")))), key_of(tags)
    if kind is None or key is None:
        return None
    mark_of_tags = read_tags(tags, reader)
    return DatadogObject(kind=kind, name=key, id=str(raw["id"]), raw=raw, mark=mark_of_tags)


def body_of(remote: DatadogObject, reference_of: ReferenceOf) -> dict[str, Json]:
    """Return the body of an object; raises KeyError, TypeError or ValueError for another form."""
    raw = remote.raw
    match remote.kind:
        case "metric-slo" | "time-slice-slo":
            return _slo_body(raw)
        case "correction":
            return _correction_body(raw["attributes"], reference_of)
        case _:
            return _monitor_body(remote, reference_of)


def _slo_body(raw: Raw) -> dict[str, Json]:
    body: dict[str, Json] = {
        "name": str(raw["name"]).strip(),
        "description": str(raw.get("description") or "").strip(),
        "tags": list(without_mark(raw["tags"])),
        "thresholds": [_threshold(each) for each in raw["thresholds"]],
    }
    if raw["type"] == "metric":
        query = raw["query"]
        body["query"] = {key: str(query[key]).strip() for key in ("numerator", "denominator")}
    else:
        body["sli_specification"] = {"time_slice": _slice(raw["sli_specification"]["time_slice"])}
    return body


def _threshold(raw: Raw) -> Json:
    warning = raw.get("warning")
    more: dict[str, Json] = {} if warning is None else {"warning": float(warning)}
    return {"timeframe": str(raw["timeframe"]), "target": float(raw["target"]), **more}


def _slice(raw: Raw) -> dict[str, Json]:
    query = raw["query"]
    queries: list[Json] = [
        {key: str(each[key]).strip() for key in ("data_source", "name", "query")}
        for each in sorted(query["queries"], key=lambda each: str(each["name"]))
    ]
    return {
        "query": {
            "formulas": [{"formula": str(each["formula"])} for each in query["formulas"]],
            "queries": queries,
        },
        "comparator": str(raw["comparator"]),
        "threshold": float(raw["threshold"]),
        "query_interval_seconds": int(raw.get("query_interval_seconds") or 300),
    }


def _monitor_body(remote: DatadogObject, reference_of: ReferenceOf) -> dict[str, Json]:
    raw, query = remote.raw, str(remote.raw["query"]).strip()
    body: dict[str, Json] = {
        "name": str(raw["name"]).strip(),
        "message": str(raw.get("message") or "").strip(),
        "tags": list(without_mark(raw["tags"])),
    }
    if remote.kind == COMPOSITE_MONITOR:
        numbers = iter(range(len(remote.references)))
        body["query"] = NUMBER.sub(lambda _: f"{{{next(numbers)}}}", query)
        body["monitors"] = [reference_of(each) for each in remote.references]
        return body

    if remote.kind == BURN_MONITOR:
        [slo] = remote.references
        body["slo"] = reference_of(slo)
        query = BURN_QUERY.sub('burn_rate("{slo}")', query)
    body["query"] = query
    body["options"] = _options(raw.get("options") or {}, remote.kind)
    return body


def _options(raw: Raw, kind: str) -> dict[str, Json]:
    limits = raw.get("thresholds") or {}
    options: dict[str, Json] = {
        "thresholds": {key: float(limits[key]) for key in LIMITS if limits.get(key) is not None}
    }
    if kind == NO_DATA_MONITOR:
        options |= {key: raw.get(key) for key in OPTIONS}
    return options


def _correction_body(raw: Raw, reference_of: ReferenceOf) -> dict[str, Json]:
    marked = read_mark(str(raw["description"]))
    text = marked.text if marked else str(raw["description"])
    # One with a recurrence has a duration; others have an end.
    times = ("rrule", "duration") if raw.get("rrule") else ("end",)
    more: dict[str, Json] = {key: raw[key] for key in times if raw.get(key)}
    return {
        "slo": reference_of(str(raw.get("slo_id"))),
        "category": str(raw["category"]),
        "start": int(raw["start"]),
        "timezone": str(raw.get("timezone") or "UTC"),
        "description": text.strip(),
        **more,
    }


def request_of(
    resource: Resource, owner: Owner | None, id_of: IdOf, current: DatadogObject | None = None
) -> dict[str, Any]:
    """Return the request that creates an object, or that changes `current` into it.

    Raises:
        UnresolvedError: it refers to an object that does not exist.
    """
    kind, digest = resource.id.kind, resource.digest
    body: dict[str, Any] = dict(resource.body)
    if kind == CORRECTION:
        slo = id_of(body.pop("slo"))
        body["description"] = with_mark(body["description"], resource.id.name, digest, owner)
        attributes = body if current else {**body, "slo_id": slo}
        return {"data": {"type": "correction", "attributes": attributes}}

    body["type"] = TYPES[kind]
    body["tags"] = [*body["tags"], *mark_tags(digest, owner)]
    if kind == BURN_MONITOR:
        body["query"] = body["query"].replace("{slo}", id_of(body.pop("slo")))
    if kind == COMPOSITE_MONITOR:
        numbers = [id_of(each) for each in body.pop("monitors")]
        body["query"] = TOKEN.sub(lambda token: numbers[int(token[1])], body["query"])
    return _with_kept(body, current) if current and PATHS[kind] == MONITORS else body


def _with_kept(body: dict[str, Any], current: DatadogObject) -> dict[str, Any]:
    """Return a request that keeps the options of a monitor that this project does not write."""
    kept = current.raw.get("options") or {}
    others = {
        key: value
        for key, value in kept.items()
        if key not in ("thresholds", *OPTIONS) and key not in VOLATILE and value is not None
    }
    more = {key: current.raw[key] for key in KEPT_OF_MONITORS if current.raw.get(key) is not None}
    return {**body, **more, "options": {**others, **body.get("options", {})}}
