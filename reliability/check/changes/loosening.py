"""What of an objective lets more pass than before: target, SLI, window, method, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from reliability.burnrate import BurnRateAlert, SingleWindow, WindowPair
from reliability.check.changes.queries import is_same, is_stricter
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.wording import length_text
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.openslo.sli import SliSpec
from reliability.model.openslo.slo import Slo, TimeWindow
from reliability.resolve.indicator import LocatedQuery, queries, sli_spec
from reliability.resolve.objectives import AlertEntry, Objective, default_windows
from reliability.scalars import duration_text

LOOSER: Final = {("lt", "lte"), ("gt", "gte")}
TIGHTER: Final = {(new, old) for old, new in LOOSER}
SIDES: Final = {"lt": 1, "lte": 1, "gt": -1, "gte": -1}


@dataclass(frozen=True, slots=True)
class LooseningChange:
    """One change that lets more pass: where it is written now, and what it was and is.

    `subject` tells apart what is at one place, as of a problem.
    """

    at: Location
    message: str
    subject: str = ""


def loosened(change: ObjectiveChange, before: Catalog, after: Catalog) -> Iterator[LooseningChange]:
    """Everything about one objective that lets more pass, or may: a query can mean anything."""
    if change.new is None:
        slo = change.slo.new
        message = f"the objective {change.old.identity} of the base is gone"
        yield LooseningChange(slo.at("spec", "objectives"), message, change.old.name)
        return
    yield from _sli(change.slo.old, change.slo.new, before, after)
    yield from _method(change.slo.old, change.slo.new)
    yield from _objective(change.old, change.new)
    yield from _alerts(change.old, change.new, before, after)
    yield from _policies(change.old, change.new)


def _objective(old: Objective, new: Objective) -> Iterator[LooseningChange]:
    was = old.slo.value.spec.objectives[old.index]
    now = new.slo.value.spec.objectives[new.index]
    where = ("spec", "objectives", new.index)
    if new.target < old.target:
        key = "target" if now.target is not None else "targetPercent"
        at = new.slo.at(*where, key)
        yield LooseningChange(
            at, f"target {new.target} lets more pass than {old.target} at the base"
        )
    if was.op != now.op and (was.op, now.op) not in TIGHTER:
        at = new.slo.at(*where, "op")
        yield LooseningChange(at, f"op is {now.op}, and was {was.op} at the base")
    if _lets_more(now.op, was.value, now.value):
        at = new.slo.at(*where, "value")
        yield LooseningChange(at, f"value {now.value} lets more pass than {was.value} at the base")
    if (now.time_slice_target or 0) < (was.time_slice_target or 0):
        at = new.slo.at(*where, "timeSliceTarget")
        said = f"timeSliceTarget {now.time_slice_target} lets more pass"
        yield LooseningChange(at, f"{said} than {was.time_slice_target} at the base")
    if was.time_slice_window != now.time_slice_window and was.time_slice_window is not None:
        at = new.slo.at(*where, "timeSliceWindow")
        slices = [
            duration_text(each) if each else "none"
            for each in (now.time_slice_window, was.time_slice_window)
        ]
        yield LooseningChange(at, f"a slice is {slices[0]}, and was {slices[1]} at the base")


def _lets_more(op: str | None, old: Decimal | None, new: Decimal | None) -> bool:
    """Whether a measured value may be further from good than before."""
    if op is None or old is None or new is None:
        return False
    return (new - old) * SIDES[op] > 0


def _method(old: Located[Slo], new: Located[Slo]) -> Iterator[LooseningChange]:
    was, now = old.value.spec, new.value.spec
    if was.budgeting_method != now.budgeting_method:
        message = (
            f"budgetingMethod is {now.budgeting_method}, and was {was.budgeting_method} at the base"
        )
        yield LooseningChange(new.at("spec", "budgetingMethod"), message)
    if was.time_window != now.time_window:
        window = [_window_text(spec.time_window[0]) for spec in (now, was)]
        message = f"the window is {window[0]}, and was {window[1]} at the base"
        yield LooseningChange(new.at("spec", "timeWindow"), message)
    dropped = set(old.value.review.group_labels) - set(new.value.review.group_labels)
    if dropped:
        at = new.at("metadata", "annotations", "reliability/group-by")
        message = f"each {', '.join(sorted(dropped))} had a budget of its own at the base"
        yield LooseningChange(at, message)


def _window_text(window: TimeWindow) -> str:
    length = duration_text(window.duration)
    if window.calendar is None:
        return f"{length}, rolling"
    return f"{length} from {window.calendar.start_time} {window.calendar.time_zone}"


def _sli(
    old: Located[Slo], new: Located[Slo], before: Catalog, after: Catalog
) -> Iterator[LooseningChange]:
    yield from _own_indicators(old, new)
    was, now = sli_spec(old, before), sli_spec(new, after)
    if was is None or now is None:
        return
    asked = {each.role: each for each in queries(old, before)}
    changed = [
        (query, before_it)
        for query in queries(new, after)
        if not is_same(before_it := asked.pop(query.role, None), query)
    ]
    for query, before_it in changed:
        if len(changed) > 1 or not _counts(now) or not is_stricter(before_it, query):
            message = f"the {query.role} query is another than at the base, and may let more pass"
            yield LooseningChange(_place(query, new), message, query.role)
    forms = [
        (each[0].ratio_metric.counter, each[0].ratio_metric.raw_type)
        if each[0].ratio_metric
        else None
        for each in (was, now)
    ]
    for role in asked:
        message = f"the SLI had a {role} query at the base"
        yield LooseningChange(_sli_place(now, new), message, f"no {role}")
    if not asked and forms[0] != forms[1]:
        message = "the SLI counts otherwise than at the base"
        yield LooseningChange(_sli_place(now, new), message, "counter")


def _counts(found: tuple[SliSpec, Located[Any], Any]) -> bool:
    """Whether an SLI counts events; what values add up to may be less where there are more."""
    ratio = found[0].ratio_metric
    return ratio is not None and ratio.counter is True


def _own_indicators(old: Located[Slo], new: Located[Slo]) -> Iterator[LooseningChange]:
    """Objectives with an SLI of their own, which no compiler takes yet, are compared as written."""
    was, now = old.value.spec.objectives, new.value.spec.objectives
    for index, (one, other) in enumerate(zip(was, now, strict=False)):
        at = new.at("spec", "objectives", index)
        indicators = [(each.indicator, each.indicator_ref) for each in (one, other)]
        if indicators[0] != indicators[1]:
            yield LooseningChange(
                at, "the objective's SLI is another than at the base", "indicator"
            )
        if one.composite_weight != other.composite_weight:
            weights = [each.composite_weight or "not set" for each in (other, one)]
            message = f"compositeWeight is {weights[0]}, and was {weights[1]} at the base"
            yield LooseningChange(at, message, "compositeWeight")


def _place(query: LocatedQuery, slo: Located[Slo]) -> Location:
    """A query of a shared SLI is spoken of where the SLO refers to it."""
    return query.at if query.located is slo else slo.at("spec", "indicatorRef")


def _sli_place(found: tuple[Any, Located[Any], Any], slo: Located[Slo]) -> Location:
    _, located, route = found
    return slo.at(*route) if located is slo else slo.at("spec", "indicatorRef")


def _alerts(
    old: Objective, new: Objective, before: Catalog, after: Catalog
) -> Iterator[LooseningChange]:
    was, now = old.source, new.source
    if was is None or now is None:
        return
    policy, where = now.policy, ("spec", "objectives", now.index)
    floors = [each.entry.minimum_failures or 0 for each in (was, now)]
    if floors[1] > floors[0]:
        at = policy.at(*where, "minimumFailures")
        yield LooseningChange(
            at, f"{floors[1]} failures are waited for, and {floors[0]} at the base"
        )
    sets = [_windows(was, before), _windows(now, after)]
    if sets[0] != sets[1]:
        at = policy.at(*where, "windows")
        yield LooseningChange(at, f"the windows are {sets[1]}, and were {sets[0]} at the base")
    waits = [each.entry.no_data.after for each in (was, now)]
    if waits[1] > waits[0]:
        at = policy.at(*where, "noData", "after")
        said = f"missing data is told after {length_text(waits[1])}"
        yield LooseningChange(at, f"{said}, and after {length_text(waits[0])} at the base")


def _policies(old: Objective, new: Objective) -> Iterator[LooseningChange]:
    """OpenSLO's own alert policies, by their names: gone, waiting longer, or wanting more."""
    absence = [any(each.spec.alert_when_no_data for each in side.openslo) for side in (old, new)]
    if absence[0] and not absence[1]:
        message = "missing data alerts nobody, and did at the base (alertWhenNoData)"
        yield LooseningChange(new.slo.at("spec", "alertPolicies"), message, "alertWhenNoData")
    kept = {alert.policy: alert for alert in new.alerts if alert.policy}
    for was in (alert for alert in old.alerts if alert.policy):
        at, now = new.slo.at("spec", "alertPolicies"), kept.get(was.policy)
        if now is None:
            message = f"the alert policy {was.policy} of the base is gone"
            yield LooseningChange(at, message, was.policy)
            continue
        if not _fires_as_early(now, was):
            message = f"{was.policy} wants {_burn_text(now)}, and wanted {_burn_text(was)}"
            yield LooseningChange(at, f"{message} at the base", f"{was.policy} condition")
        if now.after > was.after:
            message = f"{was.policy} waits {length_text(now.after)}"
            message = f"{message}, and waited {length_text(was.after)} at the base"
            yield LooseningChange(at, message, f"{was.policy} alertAfter")


def _fires_as_early(now: BurnRateAlert, was: BurnRateAlert) -> bool:
    """Whether the new alert fires whenever the old one did: the same window, no higher burn."""
    [new], [old] = now.pairs, was.pairs
    if new.long != old.long:
        return False
    burns = new.factor(now.period), old.factor(was.period)
    return burns[0] < burns[1] or (burns[0] == burns[1] and _includes(new) >= _includes(old))


def _includes(pair: WindowPair | SingleWindow) -> bool:
    """Whether a burn rate of exactly the factor is enough (`op: gte`)."""
    return isinstance(pair, SingleWindow) and pair.inclusive


def _burn_text(alert: BurnRateAlert) -> str:
    [pair] = alert.pairs
    comparison = "of at least" if _includes(pair) else "above"
    return f"a burn rate {comparison} {pair.factor(alert.period):g} over {length_text(pair.long)}"


def _windows(source: AlertEntry, catalog: Catalog) -> str:
    return source.entry.windows or default_windows(catalog)
