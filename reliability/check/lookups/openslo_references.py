"""References of OpenSLO documents: to SLIs, data sources, alert policies and their parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.lookups.reference import Reference
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.openslo.alerting import (
    AlertCondition,
    AlertNotificationTarget,
    OpenSloAlertPolicy,
)
from reliability.model.openslo.service import DataSource
from reliability.model.openslo.sli import Metric, Sli, SliSpec
from reliability.model.openslo.slo import Slo, SloSpec

OPENSLO_POLICY: Final = Message("AlertPolicy of OpenSLO")
DATA_SOURCE: Final = Message("data source")


def openslo_references(context: Context) -> Iterator[Reference]:
    """Yield the references of SLOs, SLIs and OpenSLO alert policies."""
    yield from _in_slos(context)
    yield from _in_slis(context)
    yield from _in_openslo_policies(context)


def _in_slos(context: Context) -> Iterator[Reference]:
    slis = context.names(Sli)
    sources = context.names(DataSource)
    policies = context.names(OpenSloAlertPolicy)

    for slo in context.catalog.documents(Slo):
        spec = slo.value.spec
        if spec.indicator_ref is not None:
            yield Reference(
                located=slo,
                route=("spec", "indicatorRef"),
                what="SLI",
                name=spec.indicator_ref,
                known=slis,
            )
        if spec.indicator is not None:
            route: Pointer = ("spec", "indicator", "spec")
            yield from _in_sli(slo, spec.indicator.spec, route, sources=sources)
        yield from _in_alert_policies(slo, spec, policies)
        for index, objective in enumerate(spec.objectives):
            here: Pointer = ("spec", "objectives", index)
            if objective.indicator_ref is not None:
                route = (*here, "indicatorRef")
                yield Reference(
                    located=slo, route=route, what="SLI", name=objective.indicator_ref, known=slis
                )
            if objective.indicator is not None:
                route = (*here, "indicator", "spec")
                yield from _in_sli(slo, objective.indicator.spec, route, sources=sources)


def _in_alert_policies(
    slo: Located[Slo], spec: SloSpec, policies: frozenset[str]
) -> Iterator[Reference]:
    for index, entry in enumerate(spec.alert_policies):
        if entry.reference is not None:
            route = ("spec", "alertPolicies", index, "alertPolicyRef")
            yield Reference(
                located=slo, route=route, what=OPENSLO_POLICY, name=entry.reference, known=policies
            )


def _in_openslo_policies(context: Context) -> Iterator[Reference]:
    conditions, targets = context.names(AlertCondition), context.names(AlertNotificationTarget)
    for policy in context.catalog.documents(OpenSloAlertPolicy):
        for index, entry in enumerate(policy.value.spec.conditions):
            if entry.reference is not None:
                route = ("spec", "conditions", index, "conditionRef")
                yield Reference(
                    located=policy,
                    route=route,
                    what="AlertCondition",
                    name=entry.reference,
                    known=conditions,
                )
        for index, target in enumerate(policy.value.spec.notification_targets):
            if target.reference is not None:
                route = ("spec", "notificationTargets", index, "targetRef")
                yield Reference(
                    located=policy,
                    route=route,
                    what="AlertNotificationTarget",
                    name=target.reference,
                    known=targets,
                )


def _in_slis(context: Context) -> Iterator[Reference]:
    sources = context.names(DataSource)
    for sli in context.catalog.documents(Sli):
        yield from _in_sli(sli, sli.value.spec, ("spec",), sources=sources)


def _in_sli(
    located: Located[Any], spec: SliSpec, route: Pointer, sources: frozenset[str]
) -> Iterator[Reference]:
    for here, metric in _metrics(spec):
        name = metric.metric_source.metric_source_ref
        if name is not None:
            where = (*route, *here, "metricSource", "metricSourceRef")
            yield Reference(
                located=located, route=where, what=DATA_SOURCE, name=name, known=sources
            )


def _metrics(spec: SliSpec) -> Iterator[tuple[Pointer, Metric]]:
    if spec.threshold_metric is not None:
        yield ("thresholdMetric",), spec.threshold_metric
    for role in ("good", "bad", "total", "raw"):
        metric = getattr(spec.ratio_metric, role, None)
        if metric is not None:
            yield ("ratioMetric", role), metric
