"""Probes of single rules of OpenSLO v1: a plain document of a kind with something changed."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Verdict = Literal["accepts", "refuses"]

PROBES: Final = Path(__file__).parent / "openslo-probes.yaml"
ABSENT: Final = "<absent>"
REPEATED: Final = re.compile(r"<(.)\*(\d+)>")

METRIC: Final = {"metricSource": {"type": "Prometheus", "spec": {"query": "requests_total"}}}
RATIO: Final = {"ratioMetric": {"counter": True, "good": METRIC, "total": METRIC}}
INDICATOR: Final = {"metadata": {"name": "requests"}, "spec": RATIO}
CONDITION: Final = {
    "severity": "page",
    "condition": {
        "kind": "burnrate",
        "op": "gte",
        "threshold": 2,
        "lookbackWindow": "1h",
        "alertAfter": "5m",
    },
}
SLO: Final[dict[str, Any]] = {
    "service": "web",
    "indicator": INDICATOR,
    "timeWindow": [{"duration": "28d", "isRolling": True}],
    "budgetingMethod": "Occurrences",
    "objectives": [{"target": 0.99}],
}
MONTH: Final = {
    "duration": "1M",
    "calendar": {"startTime": "2024-01-01 00:00:00", "timeZone": "UTC"},
}
SPECS: Final[dict[str, Any]] = {
    "SLO": SLO,
    "CalendarSLO": {**SLO, "timeWindow": [MONTH]},
    "SLI": RATIO,
    "AlertCondition": CONDITION,
    "AlertPolicy": {
        "alertWhenBreaching": True,
        "conditions": [{"conditionRef": "burning"}],
        "notificationTargets": [{"targetRef": "team"}],
    },
    "AlertNotificationTarget": {"target": "slack"},
    "Service": {"description": "what people see"},
    "DataSource": {"type": "Prometheus", "connectionDetails": {"url": "http://localhost:9090"}},
}
PARTS: Final = {"<metric>": METRIC, "<indicator>": INDICATOR, "<condition>": CONDITION}


@dataclass(frozen=True, slots=True)
class Probe:
    """One document and whether the reference takes it; its name is the line that says so."""

    name: str
    is_valid: bool
    document: dict[str, Any]

    @property
    def text(self) -> str:
        """The document as JSON, which is YAML."""
        return json.dumps(self.document)


def probes() -> Iterator[Probe]:
    """Every probe of the file, by the file of the reference that says so."""
    read = yaml.safe_load(PROBES.read_text(encoding="utf-8"))
    for source, rows in read.items():
        for verdict, kind, changes in rows:
            name = f"{source}: {kind} {json.dumps(changes, ensure_ascii=False)}"
            yield Probe(name, verdict == "VALID", changed(kind, changes))


def changed(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    """The plain document of a kind with other values at some routes."""
    document = {
        "apiVersion": "openslo/v1",
        "kind": kind.removeprefix("Calendar"),
        "metadata": {"name": "plain"},
        "spec": copy.deepcopy(SPECS[kind]),
    }
    for route, value in changes.items():
        *way, last = (int(step) if step.isdigit() else step for step in route.split("/"))
        at: Any = document
        for step in way:
            at = at[step]
        if value == ABSENT:
            del at[last]
        else:
            at[last] = expanded(value)
    return document


def expanded(value: Any) -> Any:
    """A value with its parts and its repeated letters written out."""
    match value:
        case str():
            return PARTS.get(value) or REPEATED.sub(lambda m: m[1] * int(m[2]), value)
        case list():
            return [expanded(each) for each in value]
        case dict():
            return {expanded(key): expanded(each) for key, each in value.items()}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the page's table: what is written, both verdicts, our rule, and a document."""

    written: str
    reference: Verdict
    ours: Verdict
    rule: str | None
    text: str


def service(metadata: str) -> str:
    """A service with one more line in its metadata."""
    return f"apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: web\n  {metadata}\n"


DIFFERENCES: Final = (
    Difference(
        "plain `y`, `n`, `on`, `off`, `yes` or `no` as text",
        "refuses",
        "accepts",
        "document-yaml11",
        service("annotations: {example.com/key: y}"),
    ),
    Difference(
        "the same words as a boolean",
        "accepts",
        "refuses",
        "document-value",
        json.dumps(changed("CalendarSLO", {})).replace('"1M"', '"1M", "isRolling": off'),
    ),
    Difference(
        "a duplicate key",
        "accepts",
        "refuses",
        "document-key-duplicate",
        service("displayName: Web\n  displayName: Shop"),
    ),
    Difference(
        "a key in another case, such as `displayname`",
        "accepts",
        "refuses",
        "document-key-unknown",
        service("displayname: Web"),
    ),
    Difference(
        "a merge key, `<<`",
        "accepts",
        "refuses",
        "document-unreadable",
        service("<<: {displayName: Web}"),
    ),
    Difference(
        "a document of comments only, between `---`",
        "refuses",
        "accepts",
        None,
        "# ours\n---\n" + service("displayName: Web"),
    ),
    Difference(
        "a wrong value in an unused field",
        "accepts",
        "refuses",
        "document-value",
        json.dumps(changed("SLO", {"spec/objectives/0/compositeWeight": 0})),
    ),
    Difference(
        "an unknown or invalid `reliability/` annotation",
        "accepts",
        "refuses",
        "document-key-unknown",
        json.dumps(changed("SLO", {"metadata/annotations": {"reliability/reviewd": "2026-01-01"}})),
    ),
)
