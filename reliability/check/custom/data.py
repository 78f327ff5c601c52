"""Documents as the plain data that custom rules see: the names and types of `fields.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from reliability.model.openslo.slo import Slo
from reliability.model.ownership import OwnershipSpec
from reliability.model.team import Team
from reliability.resolve.indicator import queries
from reliability.resolve.objectives import Objective
from reliability.resolve.signals import SignalAlert

Data = dict[str, Any]


def duration(length: timedelta) -> Data:
    """Convert a duration to the fields of protobuf's Duration."""
    return {"seconds": int(length.total_seconds())}


def ownership_data(spec: OwnershipSpec) -> Data:
    """Convert the ownership of a service."""
    approvers = spec.approvers
    return {
        "team": spec.team,
        "criticality": spec.criticality,
        "lifecycle": spec.lifecycle,
        "description": spec.description or "",
        "productApprover": ", ".join(approvers.role("product")) if approvers else "",
        "technicalApprover": ", ".join(approvers.role("technical")) if approvers else "",
        "engagement": spec.sre.engagement,
        "adoption": spec.sre.adoption,
        "dependencies": list(spec.dependencies),
        "hierarchy": {level: state.state for level, state in spec.hierarchy.items()},
    }


def team_data(team: Team) -> Data:
    """Convert a team and its channels."""
    spec, on_call = team.spec, team.spec.on_call
    channels = {tier: getattr(spec.channels, tier) for tier in ("alert", "ticket", "log")}
    return {
        "name": team.metadata.name,
        "members": list(spec.members),
        "timeZone": spec.time_zone,
        "hasPager": on_call is not None and on_call.pagerduty is not None,
        "mention": (on_call.mention if on_call else None) or "",
        "slackChannels": {
            tier: channel.slack for tier, channel in channels.items() if channel and channel.slack
        },
        "channelTiers": [tier for tier, channel in channels.items() if channel],
    }


def slo_data(slo: Slo) -> Data:
    """Convert an SLO as it is written."""
    review = slo.review
    data = {
        "name": slo.metadata.name,
        "displayName": slo.metadata.display_name or "",
        "description": slo.spec.description or "",
        "labels": labels_data(slo.metadata.labels),
        "annotations": dict(slo.metadata.annotations),
        "status": review.status,
        "journey": review.journey or "",
        "agreedBy": list(review.agreed),
        "reviewed": review.reviewed.isoformat() if review.reviewed else "",
        "rationale": review.rationale or "",
        "groupBy": list(review.group_labels),
        "period": duration(slo.period),
        "isCalendar": not slo.spec.time_window[0].is_rolling,
        "budgetingMethod": slo.spec.budgeting_method,
    }

    if review.review_every is not None:
        data["reviewEvery"] = duration(review.review_every)
    return data


def labels_data(labels: Mapping[str, str | tuple[str, ...]]) -> dict[str, str]:
    """Convert labels; several values are joined with commas."""
    return {
        key: value if isinstance(value, str) else ",".join(value) for key, value in labels.items()
    }


def objective_data(objective: Objective, texts: Mapping[str, str]) -> Data:
    """Convert one objective with the tiers of its alerts; `texts` are its queries by role."""
    return {
        "slo": objective.slo_name,
        "name": objective.name,
        "target": float(objective.target),
        "period": duration(objective.period),
        "tiers": list(dict.fromkeys(alert.tier for alert in objective.alerts)),
        "runbook": objective.runbook or "",
        "noDataTier": objective.no_data.tier if objective.alerts_on_no_data else "",
        "queries": dict(texts),
    }


def query_texts(objective: Objective, catalog: Any) -> dict[str, str]:
    """Return the queries of an objective's SLI by role."""
    return {
        query.role: query.text
        for query in queries(objective.slo, catalog)
        if query.text is not None
    }


def signal_data(alert: SignalAlert) -> Data:
    """Convert a signal as it is written."""
    signal = alert.signal
    return {
        "name": signal.name,
        "kind": signal.kind,
        "tier": signal.tier or "",
        "expr": signal.expr,
        "waits": duration(signal.for_),
        "slo": signal.slo or "",
        "labels": dict(signal.labels),
        "summary": signal.summary or "",
        "description": signal.description or "",
        "runbook": signal.runbook or "",
    }


def entry_data(service: Data) -> Data:
    """Make the entry of a service in the catalog."""
    owner = service.get("ownership", {})
    kept = ("team", "criticality", "lifecycle", "engagement", "dependencies")
    return {
        "name": service["name"],
        **{key: owner[key] for key in kept if key in owner},
        "slos": [slo["name"] for slo in service["slos"]],
        "signals": [signal["name"] for signal in service["signals"]],
    }


def join_neighbours(services: Iterable[Data]) -> None:
    """Add to each service the entries of its dependencies and its dependants."""
    by_name = {service["name"]: service for service in services}
    entries = {name: entry_data(each) for name, each in by_name.items()}
    for name, named in by_name.items():
        needed = [other for other in entries[name].get("dependencies", ()) if other in by_name]
        named["dependencies"] = [entries[other] for other in needed]
        for other in needed:
            by_name[other].setdefault("dependants", []).append(entries[name])


def with_names(catalog: Data) -> Data:
    """Add an index of the services by name to the catalog."""
    return {
        **catalog,
        "named": {service["name"]: service for service in catalog.get("services", [])},
    }
