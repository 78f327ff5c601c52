"""Which sync targets a repository declares, and what they take."""

from __future__ import annotations

from typing import Final

from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.model.targets import (
    AlertmanagerTarget,
    AmazonAlertmanagerTarget,
    DatadogTarget,
    FilesTarget,
    KubernetesTarget,
    MimirAlertmanagerTarget,
    PagerDutyTarget,
    PrometheusTarget,
    RulerTarget,
    SyncTargets,
    Target,
    ThanosRulerTarget,
    VmalertTarget,
)

NO_RULE_TARGET: Final = Message(
    "PromQL is compiled to Prometheus rules, and no sync target takes them"
)
NOTIFYING: Final = (
    DatadogTarget | AlertmanagerTarget | MimirAlertmanagerTarget | AmazonAlertmanagerTarget
)
"""Targets that evaluate alerts themselves, or route those that something else evaluates."""


def takes_rules(target: Target) -> bool:
    """Return whether a sync target takes Prometheus rules."""
    match target:
        case FilesTarget(writes=writes) | KubernetesTarget(writes=writes):
            return not {"prometheus", "prometheus-operator"}.isdisjoint(writes)
        case _:
            return isinstance(
                target, PrometheusTarget | VmalertTarget | ThanosRulerTarget | RulerTarget
            )


def lacks_rule_target(catalog: Catalog) -> bool:
    """Return whether sync targets notify about alerts, and none takes Prometheus rules.

    Rules of a repository that syncs no alerts at all may be delivered from the files of `build`.
    """
    declared = catalog.only(SyncTargets)
    targets = declared.value.spec.targets if declared else ()
    notifies = any(isinstance(target, NOTIFYING) for target in targets)
    return notifies and not any(map(takes_rules, targets))


def pagerduty_targets(catalog: Catalog) -> tuple[PagerDutyTarget, ...]:
    """Return the PagerDuty targets that `policies/targets.yaml` declares."""
    targets = catalog.only(SyncTargets)
    declared = targets.value.spec.targets if targets else ()
    return tuple(target for target in declared if isinstance(target, PagerDutyTarget))


def writes_to_datadog(catalog: Catalog) -> bool:
    """Return whether `policies/targets.yaml` declares a Datadog target."""
    targets = catalog.only(SyncTargets)
    return targets is not None and any(
        isinstance(target, DatadogTarget) for target in targets.value.spec.targets
    )
