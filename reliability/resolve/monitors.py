"""Alerts that are monitors in Datadog: they notify handles, and never reach Alertmanager."""

from __future__ import annotations

from collections.abc import Collection

from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo
from reliability.resolve.alerts import PolicyAlert
from reliability.resolve.declared_targets import writes_to_datadog
from reliability.resolve.indicator import indicator_of


def monitored_slos(catalog: Catalog) -> frozenset[tuple[str, str]]:
    """Return the service and the name of each SLO that a sync target writes to Datadog."""
    if not writes_to_datadog(catalog):
        return frozenset()
    indicators = ((slo.value, indicator_of(slo, catalog)) for slo in catalog.documents(Slo))
    return frozenset(
        (slo.spec.service, slo.metadata.name)
        for slo, indicator in indicators
        if indicator is not None and indicator.for_datadog
    )


def is_monitor(alert: PolicyAlert, monitored: Collection[tuple[str, str]]) -> bool:
    """Return whether an alert of a policy is about one of these SLOs.

    `sync-target-inexact` reports a tier without handles.
    """
    spec = alert.located.value.spec
    match alert.pointer:
        case ("spec", "objectives", int(index)):
            return (spec.service, spec.objectives[index].slo) in monitored
        case _:
            return False
