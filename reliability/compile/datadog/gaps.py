"""What the SLOs and alerts of a repository ask for and Datadog cannot express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from reliability.burnrate import AT_ONCE, BurnRateAlert, SingleWindow
from reliability.compile.datadog.compiler import for_datadog
from reliability.compile.datadog.texts import Recipients
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.model.environments import Environments
from reliability.resolve import target_gaps as gaps
from reliability.resolve.datadog_nearest import (
    LONGEST_LONG,
    SHORTEST_LONG,
    impossible_windows,
    nearest_percentage,
    nearest_period,
    nearest_slice,
    nearest_windows,
    number_text,
    window_text,
)
from reliability.resolve.declared_targets import writes_to_datadog
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

GROUP_BY = "reliability/group-by"


def datadog_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for each place that gets something else in Datadog than it asks for.

    Of several problems of one feature at one location, the second and later have their number in
    the subject, so that accepting one in a baseline does not accept the others.
    """
    counts: Counter[tuple[Location, str]] = Counter()
    for problem in dict.fromkeys(_gaps(catalog)):
        key = (problem.at, problem.subject)
        counts[key] += 1
        number = counts[key]
        yield problem if number == 1 else replace(problem, subject=f"{problem.subject} {number}")


def _gaps(catalog: Catalog) -> Iterator[Problem]:
    if not writes_to_datadog(catalog):
        return
    recipients, several = Recipients.of(catalog), _environments(catalog)
    for objective in for_datadog(catalog):
        if several:
            at = objective.slo.at("metadata", "name")
            yield gaps.ENVIRONMENTS.problem(at, ", ".join(several))
        yield from _period(objective)
        yield from _target(objective)
        yield from _slices(objective)
        if groups := objective.slo.value.review.group_labels:
            at = objective.slo.at("metadata", "annotations", GROUP_BY)
            yield gaps.GROUPS.problem(at, ", ".join(groups))
        for alert in objective.declared_alerts:
            yield from _alert(objective, alert)
        yield from _handles(objective, recipients)


def _environments(catalog: Catalog) -> tuple[str, ...]:
    """Return the names of the environments if there are several."""
    declared = catalog.only(Environments)
    names = [each.name for each in declared.value.spec.environments] if declared else []
    return tuple(names) if len(names) > 1 else ()


def _period(objective: Objective) -> Iterator[Problem]:
    period = objective.period
    nearest = duration_text(nearest_period(period))
    at = ("spec", "timeWindow", 0)
    calendar = objective.calendar
    if calendar is not None:
        asked = f"{calendar.amount}{calendar.unit}"
        yield gaps.CALENDAR_PERIOD.problem(objective.slo.at(*at), asked, nearest)
    elif nearest_period(period) != period:
        location = objective.slo.at(*at, "duration")
        yield gaps.ROLLING_PERIOD.problem(location, duration_text(period), nearest)


def _target(objective: Objective) -> Iterator[Problem]:
    asked, nearest = objective.target * 100, nearest_percentage(objective.target)
    if asked != nearest:
        declared = objective.slo.value.spec.objectives[objective.index]
        key = "targetPercent" if declared.target is None else "target"
        at = objective.slo.at("spec", "objectives", objective.index, key)
        yield gaps.TARGET_PRECISION.problem(at, f"{asked.normalize():f}%", f"{nearest}%")


def _slices(objective: Objective) -> Iterator[Problem]:
    spec = objective.slo.value.spec
    length = spec.objectives[objective.index].time_slice_window
    if spec.budgeting_method == "Occurrences":
        if "threshold" in dict(objective.metrics):
            yield gaps.COUNTED_THRESHOLD.problem(objective.slo.at("spec", "budgetingMethod"))
    elif length is not None and nearest_slice(length) != length:
        at = objective.slo.at("spec", "objectives", objective.index, "timeSliceWindow")
        nearest = duration_text(nearest_slice(length))
        yield gaps.SLICE_LENGTH.problem(at, duration_text(length), nearest)


def _alert(objective: Objective, alert: BurnRateAlert) -> Iterator[Problem]:
    at = _at(objective)
    for pair in alert.pairs:
        nearest = nearest_windows(pair, alert.period)
        factor = number_text(pair.factor(alert.period))
        asked = f"{window_text(pair.long)}/{window_text(pair.short)} at {factor}"
        if isinstance(pair, SingleWindow):
            yield gaps.SINGLE_WINDOW.problem(at, window_text(pair.long), nearest.text)
        if pair.long > LONGEST_LONG:
            yield gaps.LONG_WINDOW.problem(at, asked, nearest.text)
        elif pair.long < SHORTEST_LONG:
            yield gaps.SHORTER_WINDOW.problem(at, asked, nearest.text)

    for windows in impossible_windows(alert):
        yield gaps.FACTOR_TOO_HIGH.problem(at, windows.text)
    if alert.after > AT_ONCE:
        yield gaps.PENDING_TIME.problem(at, duration_text(alert.after))
    if alert.minimum_failures and objective.source is not None:
        source = objective.source
        location = source.policy.at("spec", "objectives", source.index, "minimumFailures")
        yield gaps.MINIMUM_FAILURES.problem(location, str(alert.minimum_failures))


def _handles(objective: Objective, recipients: Recipients) -> Iterator[Problem]:
    """Yield tiers that should notify somebody, and for which the team has no handle."""
    tiers = {alert.tier for alert in objective.alerts}
    if objective.alerts_on_no_data:
        tiers.add(objective.no_data.tier)
    for tier in sorted(tiers - {"log"}):
        if not recipients.of_tier(objective, tier):
            yield gaps.HANDLES.problem(_at(objective), f"{objective.team or '-'}, {tier}")


def _at(objective: Objective) -> Location:
    """Return the location that declares the alerts of an objective."""
    if objective.source is not None:
        return objective.source.policy.at("spec", "objectives", objective.source.index)
    return objective.slo.at("spec", "alertPolicies")
