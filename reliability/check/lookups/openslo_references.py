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
from reliability.model.openslo.slo import Slo, SloObjective, SloSpec

OPENSLO_POLICY: Final = Message("AlertPolicy of OpenSLO")
DATA_SOURCE: Final = Message("data source")

Named = tuple[Located[Any], Pointer, str, str | None, frozenset[str]]
"""A document, a route, the kind that is referred to, its name if there is one, known names."""


def openslo_references(context: Context) -> Iterator[Reference]:
    """Yield the references of SLOs, SLIs and OpenSLO alert policies."""
    for part in (_in_slos, _in_slis, _in_openslo_policies):
        for located, route, what, name, known in part(context):
            if name is not None:
                yield Reference(located=located, route=route, what=what, name=name, known=known)


def _in_slos(context: Context) -> Iterator[Named]:
    slis, policies = context.names(Sli), context.names(OpenSloAlertPolicy)
    for slo in context.catalog.documents(Slo):
        spec = slo.value.spec
        objectives = enumerate(spec.objectives)
        places: list[tuple[Pointer, SloSpec | SloObjective]] = [(("spec",), spec)]
        places += [(("spec", "objectives", index), each) for index, each in objectives]
        for route, each in places:
            yield slo, (*route, "indicatorRef"), "SLI", each.indicator_ref, slis
            if each.indicator is not None:
                yield from _in_sli(context, slo, each.indicator.spec, (*route, "indicator", "spec"))
        for index, entry in enumerate(spec.alert_policies):
            where = ("spec", "alertPolicies", index, "alertPolicyRef")
            yield slo, where, OPENSLO_POLICY, entry.reference, policies


def _in_openslo_policies(context: Context) -> Iterator[Named]:
    conditions, targets = context.names(AlertCondition), context.names(AlertNotificationTarget)
    for policy in context.catalog.documents(OpenSloAlertPolicy):
        for index, entry in enumerate(policy.value.spec.conditions):
            route = ("spec", "conditions", index, "conditionRef")
            yield policy, route, "AlertCondition", entry.reference, conditions
        for index, target in enumerate(policy.value.spec.notification_targets):
            route = ("spec", "notificationTargets", index, "targetRef")
            yield policy, route, "AlertNotificationTarget", target.reference, targets


def _in_slis(context: Context) -> Iterator[Named]:
    for sli in context.catalog.documents(Sli):
        yield from _in_sli(context, sli, sli.value.spec, ("spec",))


def _in_sli(
    context: Context, located: Located[Any], spec: SliSpec, route: Pointer
) -> Iterator[Named]:
    for here, metric in _metrics(spec):
        where = (*route, *here, "metricSource", "metricSourceRef")
        name = metric.metric_source.metric_source_ref
        yield located, where, DATA_SOURCE, name, context.names(DataSource)


def _metrics(spec: SliSpec) -> Iterator[tuple[Pointer, Metric]]:
    if spec.threshold_metric is not None:
        yield ("thresholdMetric",), spec.threshold_metric
    for role in ("good", "bad", "total", "raw"):
        metric = getattr(spec.ratio_metric, role, None)
        if metric is not None:
            yield ("ratioMetric", role), metric
