"""Objects that Kubernetes or the operator of Prometheus would refuse for their size."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reliability.message import Message
from reliability.plan.change import Blocked, Claim, Create, Update
from reliability.plan.plan import Plan
from reliability.providers.kubernetes.manifests import RULES
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource

MOST_RULES: Final = 524_288
"""Bytes of a PrometheusRule's spec (`MaxConfigMapDataSize` of prometheus-operator)."""
MOST: Final = 1_048_576
"""Bytes of the data of a ConfigMap (`MaxSecretSize` of Kubernetes' API); etcd accepts 1.5 MiB."""


def without_too_large(plan: Plan) -> Plan:
    """Block each object of a plan that is larger than the cluster accepts."""
    blocked = [
        Blocked(change.id, reason)
        for change in plan.changes
        if isinstance(change, Create | Update | Claim)
        and (reason := _too_large(change.after)) is not None
    ]
    ids = {item.id for item in blocked}
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if change.id not in ids),
        blocked=(*plan.blocked, *blocked),
    )


def _too_large(resource: Resource) -> Message | None:
    limit = MOST_RULES if resource.id.kind == RULES else MOST
    size = len(yaml_text(resource.body).encode())
    if size <= limit:
        return None
    return Message(
        "{size} bytes, and Kubernetes accepts {limit} for such an object", size=size, limit=limit
    )
