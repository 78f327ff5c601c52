"""Bodies of services as requests to PagerDuty, and PagerDuty's objects as bodies.

PagerDuty fills in defaults and gives rules ids. A body has only what this project writes, in one
form, so both sides can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.plan.held import Owner
from reliability.providers.description_mark import MarkedText, read_mark, with_mark
from reliability.resource import Json, Resource

UNFINISHED: Final = "0" * 64
"""Digest in the mark of a service whose event rules are not written yet."""
KEPT: Final = (
    "auto_resolve_timeout",
    "acknowledgement_timeout",
    "support_hours",
    "scheduled_actions",
    "alert_creation",
)
"""Fields that others may set, and that a PUT might remove."""
EMPTY: Final[tuple[object, ...]] = (None, "", False, [], {})

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutyService:
    """One service; `path` and `active` are those of its event orchestration."""

    raw: Raw
    path: Raw
    active: bool

    @property
    def id(self) -> str:
        """ID of the service."""
        return str(self.raw["id"])

    @property
    def mark(self) -> MarkedText | None:
        """The mark in the description, or None."""
        return read_mark(str(self.raw.get("description") or ""))


def body_of(service: PagerDutyService) -> dict[str, Json]:
    """Return the body of a service; raises KeyError or TypeError for another form."""
    raw, mark = service.raw, service.mark
    text = mark.text if mark else str(raw.get("description") or "")
    rule = raw["incident_urgency_rule"]
    sets = {str(one["id"]): one["rules"] for one in service.path["sets"]}
    body: dict[str, Json] = {
        "name": str(raw["name"]),
        "description": text.strip(),
        "escalation_policy": str(raw["escalation_policy"]["id"]),
        "urgency": str(rule.get("urgency") or rule["type"]),
        "active": service.active,
        "rules": [_rule(each) for each in sets.pop("start", [])],
    }
    # What others added to the orchestration is drift, and not dropped.
    if sets:
        body["sets"] = {name: [_rule(each) for each in rules] for name, rules in sets.items()}
    others = _without_empty(service.path.get("catch_all", {}).get("actions") or {})
    return {**body, "catch_all": others} if others else body


def _rule(raw: Raw) -> dict[str, Json]:
    expressions = [str(each["expression"]) for each in raw.get("conditions") or ()]
    more: dict[str, Json] = {"disabled": True} if raw.get("disabled") else {}
    return {
        "label": str(raw.get("label") or ""),
        "condition": " or ".join(expressions),
        "actions": _without_empty(raw.get("actions") or {}),
        **more,
    }


def _without_empty(values: Raw) -> dict[str, Json]:
    return {key: value for key, value in values.items() if value not in EMPTY}


def service_request(
    resource: Resource, digest: str, owner: Owner | None, current: Raw | None
) -> dict[str, Any]:
    """Return the request that writes a service with a mark."""
    body: dict[str, Any] = dict(resource.body)
    kept = {key: current[key] for key in KEPT if key in current} if current else {}
    service = {
        **kept,
        "type": "service",
        "name": body["name"],
        "description": with_mark(body["description"], resource.id.name, digest, owner),
        "escalation_policy": {
            "id": body["escalation_policy"],
            "type": "escalation_policy_reference",
        },
        "incident_urgency_rule": {"type": "constant", "urgency": body["urgency"]},
    }
    return {"service": service}


def orchestration_request(resource: Resource, identity: str) -> dict[str, Any]:
    """Return the request that replaces the event rules of a service."""
    body: dict[str, Any] = dict(resource.body)
    rules = [
        {
            "label": rule["label"],
            "conditions": [{"expression": rule["condition"]}],
            "actions": rule["actions"],
        }
        for rule in body["rules"]
    ]
    path = {
        "type": "service",
        "parent": {"id": identity, "type": "service_reference"},
        "sets": [{"id": "start", "rules": rules}],
        "catch_all": {"actions": {}},
    }
    return {"orchestration_path": path}
