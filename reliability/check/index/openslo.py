"""The parts of OpenSLO documents, whether they are documents of their own or inline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart, Located
from reliability.location import Location, Pointer
from reliability.model.openslo.alerting import (
    AlertCondition,
    AlertConditionSpec,
    OpenSloAlertPolicy,
    OpenSloAlertPolicySpec,
)
from reliability.model.openslo.sli import Metric, Sli, SliSpec
from reliability.model.openslo.slo import Slo, SloObjective

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentPart(Generic[T]):
    """A part of a document: its value, and the route to it."""

    value: T
    located: Located[Any]
    route: Pointer

    def at(self, *route: str | int, part: EntryPart = EntryPart.VALUE) -> Location:
        """Return the location of something inside the part."""
        return self.located.at(*self.route, *route, part=part)

    def within(self, value: Any, *route: str | int) -> DocumentPart[Any]:
        """Return a part of this part."""
        return DocumentPart(value, self.located, (*self.route, *route))


def objectives(catalog: Catalog) -> Iterator[tuple[Located[Slo], DocumentPart[SloObjective]]]:
    """Yield every objective with its SLO."""
    for slo in catalog.documents(Slo):
        for index, objective in enumerate(slo.value.spec.objectives):
            yield slo, DocumentPart(objective, slo, ("spec", "objectives", index))


def slis(catalog: Catalog) -> Iterator[DocumentPart[SliSpec]]:
    """Yield the contents of SLIs, wherever they are declared."""
    for sli in catalog.documents(Sli):
        yield DocumentPart(sli.value.spec, sli, ("spec",))
    for slo in catalog.documents(Slo):
        if slo.value.spec.indicator:
            yield DocumentPart(slo.value.spec.indicator.spec, slo, ("spec", "indicator", "spec"))
    for _, objective in objectives(catalog):
        if objective.value.indicator:
            yield objective.within(objective.value.indicator.spec, "indicator", "spec")


def metrics(catalog: Catalog) -> Iterator[DocumentPart[Metric]]:
    """Yield every metric of every SLI."""
    for sli in slis(catalog):
        if sli.value.threshold_metric:
            yield sli.within(sli.value.threshold_metric, "thresholdMetric")
        for role in ("good", "bad", "total", "raw"):
            metric = getattr(sli.value.ratio_metric, role, None)
            if metric is not None:
                yield sli.within(metric, "ratioMetric", role)


def alert_policies(catalog: Catalog) -> Iterator[DocumentPart[OpenSloAlertPolicySpec]]:
    """Yield the OpenSLO alert policies, whether or not an SLO uses them."""
    for policy in catalog.documents(OpenSloAlertPolicy):
        yield DocumentPart(policy.value.spec, policy, ("spec",))
    for slo in catalog.documents(Slo):
        for index, entry in enumerate(slo.value.spec.alert_policies):
            if entry.spec is not None:
                yield DocumentPart(entry.spec, slo, ("spec", "alertPolicies", index, "spec"))


def alert_conditions(catalog: Catalog) -> Iterator[DocumentPart[AlertConditionSpec]]:
    """Yield the alert conditions."""
    for condition in catalog.documents(AlertCondition):
        yield DocumentPart(condition.value.spec, condition, ("spec",))
    for policy in alert_policies(catalog):
        for index, entry in enumerate(policy.value.conditions):
            if entry.spec is not None:
                yield policy.within(entry.spec, "conditions", index, "spec")


def durations(catalog: Catalog) -> Iterator[DocumentPart[timedelta]]:
    """Yield every duration in OpenSLO's shorthand."""
    for slo in catalog.documents(Slo):
        for index, window in enumerate(slo.value.spec.time_window):
            yield DocumentPart(window.duration, slo, ("spec", "timeWindow", index, "duration"))

    for _, objective in objectives(catalog):
        if objective.value.time_slice_window is not None:
            yield objective.within(objective.value.time_slice_window, "timeSliceWindow")

    for condition in alert_conditions(catalog):
        written = condition.value.condition
        yield condition.within(written.lookback_window, "condition", "lookbackWindow")
        if written.alert_after is not None:
            yield condition.within(written.alert_after, "condition", "alertAfter")


def zero_durations(catalog: Catalog) -> Iterator[DocumentPart[timedelta]]:
    """Yield durations of zero, except `alertAfter: 0m`, which means at once."""
    for duration in durations(catalog):
        if not duration.value and duration.route[-1] != "alertAfter":
            yield duration


def long_slices(catalog: Catalog) -> Iterator[tuple[timedelta, DocumentPart[timedelta]]]:
    """Yield the SLO period and the slice of each objective whose slice is longer."""
    for slo, objective in objectives(catalog):
        length, window = objective.value.time_slice_window, slo.value.period
        sliced = slo.value.spec.budgeting_method != "Occurrences"
        if sliced and length is not None and length > window > timedelta(0):
            yield window, objective.within(length, "timeSliceWindow")
