"""Parts of an objective that are looser than at the base: target, SLI, window, method, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from reliability.burnrate import BurnRateAlert, SingleWindow, WindowPair
from reliability.check.changes.change_text import NOT_SET, changed_text, lowered_text, raised_text
from reliability.check.changes.queries import is_same, is_stricter
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.openslo.sli import SliSpec
from reliability.model.openslo.slo import Slo, TimeWindow
from reliability.render.durations import length_text
from reliability.resolve.indicator import LocatedQuery, queries, sli_spec
from reliability.resolve.objectives import AlertEntry, Objective, default_windows
from reliability.scalars import duration_text

LOOSER: Final = {("lt", "lte"), ("gt", "gte")}
TIGHTER: Final = {(new, old) for old, new in LOOSER}
UPPER: Final = frozenset(("lt", "lte"))
"""Operators whose threshold is an upper bound."""


@dataclass(frozen=True, slots=True)
class LooseningChange:
    """A looser part of an objective: its location, and a message with both values.

    `subject` is that of the problem.
    """

    at: Location
    message: Message
    subject: str = ""


def loosened(change: ObjectiveChange, before: Catalog, after: Catalog) -> Iterator[LooseningChange]:
    """Yield each part of an objective that is looser, or may be: a query can mean anything."""
    if change.new is None:
        slo = change.slo.new
        message = Message("the objective {objective} was removed", objective=change.old.identity)
        yield LooseningChange(slo.at("spec", "objectives"), message, change.old.name)
        return

    yield from _sli(change.slo.old, change.slo.new, before, after=after)
    yield from _method(change.slo.old, change.slo.new)
    yield from _objective(change.old, change.new)
    yield from _alerts(change.old, change.new, before, after=after)
    yield from _policies(change.old, change.new)


def _objective(old: Objective, new: Objective) -> Iterator[LooseningChange]:
    """Compare target, threshold and time slice."""
    was = old.slo.value.spec.objectives[old.index]
    now = new.slo.value.spec.objectives[new.index]
    where = ("spec", "objectives", new.index)
    if new.target < old.target:
        key = "target" if now.target is not None else "targetPercent"
        at = new.slo.at(*where, key)
        yield LooseningChange(at, lowered_text("target", old.target, new.target))

    if was.op != now.op and (was.op, now.op) not in TIGHTER:
        at = new.slo.at(*where, "op")
        yield LooseningChange(at, changed_text("op", was.op or NOT_SET, now.op or NOT_SET))
    if _is_wider(now.op, was.value, now.value):
        at = new.slo.at(*where, "value")
        message = Message(
            "the threshold was relaxed from {was} to {now}", was=was.value, now=now.value
        )
        yield LooseningChange(at, message)

    if (now.time_slice_target or 0) < (was.time_slice_target or 0):
        at = new.slo.at(*where, "timeSliceTarget")
        slice_target = now.time_slice_target or NOT_SET
        message = lowered_text("timeSliceTarget", was.time_slice_target, slice_target)
        yield LooseningChange(at, message)
    if was.time_slice_window != now.time_slice_window and was.time_slice_window is not None:
        at = new.slo.at(*where, "timeSliceWindow")
        lengths = [
            duration_text(length) if length else NOT_SET
            for length in (was.time_slice_window, now.time_slice_window)
        ]
        yield LooseningChange(at, changed_text("timeSliceWindow", *lengths))


def _is_wider(op: str | None, old: Decimal | None, new: Decimal | None) -> bool:
    """Return whether the new threshold accepts values that the old one did not."""
    if op is None or old is None or new is None:
        return False
    return new > old if op in UPPER else new < old


def _method(old: Located[Slo], new: Located[Slo]) -> Iterator[LooseningChange]:
    """Compare budgeting method, SLO period, groups and shards."""
    was, now = old.value.spec, new.value.spec
    if was.budgeting_method != now.budgeting_method:
        message = changed_text("budgetingMethod", was.budgeting_method, now.budgeting_method)
        yield LooseningChange(new.at("spec", "budgetingMethod"), message)

    if was.time_window != now.time_window:
        periods = [_period_text(spec.time_window[0]) for spec in (was, now)]
        message = Message(
            "the SLO period changed from {was} to {now}", was=periods[0], now=periods[1]
        )
        yield LooseningChange(new.at("spec", "timeWindow"), message)

    per_shard = [side.value.review.per_shard for side in (old, new)]
    if per_shard[0] != per_shard[1]:
        at = new.at("metadata", "annotations", "reliability/per-shard")
        yield LooseningChange(at, changed_text("reliability/per-shard", *per_shard))

    dropped = set(old.value.review.group_labels) - set(new.value.review.group_labels)
    if dropped:
        at = new.at("metadata", "annotations", "reliability/group-by")
        message = Message(
            "group-by lost {labels}, so groups no longer have error budgets of their own",
            labels=", ".join(sorted(dropped)),
        )
        yield LooseningChange(at, message)


def _period_text(window: TimeWindow) -> Message:
    length = duration_text(window.duration)
    if window.calendar is None:
        return Message("{length}, rolling", length=length)
    return Message(
        "{length} starting {start} {zone}",
        length=length,
        start=window.calendar.start_time,
        zone=window.calendar.time_zone,
    )


def _sli(
    old: Located[Slo], new: Located[Slo], before: Catalog, after: Catalog
) -> Iterator[LooseningChange]:
    """Compare the queries of an SLI by their roles."""
    yield from _own_indicators(old, new)
    was, now = sli_spec(old, before), sli_spec(new, after)
    if was is None or now is None:
        return

    former = {query.role: query for query in queries(old, before)}
    changed = [
        (query, former_query)
        for query in queries(new, after)
        if not is_same(former_query := former.pop(query.role, None), query)
    ]
    for query, former_query in changed:
        # Of two changed queries, one that is stricter alone can be looser together with the other.
        if len(changed) > 1 or not _counts(now) or not is_stricter(former_query, query):
            message = Message(
                "the {role} query changed and may count fewer failures", role=query.role
            )
            yield LooseningChange(_query_location(query, new), message, query.role)

    for role in former:
        message = Message("the {role} query of the SLI was removed", role=role)
        yield LooseningChange(_sli_location(now, new), message, f"no {role}")
    forms = [
        (sli[0].ratio_metric.counter, sli[0].ratio_metric.raw_type) if sli[0].ratio_metric else None
        for sli in (was, now)
    ]
    if not former and forms[0] != forms[1]:
        message = Message("counter or rawType of the SLI changed")
        yield LooseningChange(_sli_location(now, new), message, "counter")


def _counts(sli: tuple[SliSpec, Located[Any], Any]) -> bool:
    """Return whether an SLI counts events: more gauges can add up to less, counters cannot."""
    ratio = sli[0].ratio_metric
    return ratio is not None and ratio.counter is True


def _own_indicators(old: Located[Slo], new: Located[Slo]) -> Iterator[LooseningChange]:
    """Compare SLIs of objectives as they are written, because no compiler supports them yet."""
    was, now = old.value.spec.objectives, new.value.spec.objectives
    for index, (former, objective) in enumerate(zip(was, now, strict=False)):
        at = new.at("spec", "objectives", index)
        indicators = [(side.indicator, side.indicator_ref) for side in (former, objective)]
        if indicators[0] != indicators[1]:
            yield LooseningChange(at, Message("the SLI of the objective changed"), "indicator")
        if former.composite_weight != objective.composite_weight:
            weights = [side.composite_weight or NOT_SET for side in (former, objective)]
            message = changed_text("compositeWeight", *weights)
            yield LooseningChange(at, message, "compositeWeight")


def _query_location(query: LocatedQuery, slo: Located[Slo]) -> Location:
    """Locate a query; a query of a shared SLI at the reference of the SLO."""
    return query.at if query.located is slo else slo.at("spec", "indicatorRef")


def _sli_location(sli: tuple[Any, Located[Any], Any], slo: Located[Slo]) -> Location:
    _, located, route = sli
    return slo.at(*route) if located is slo else slo.at("spec", "indicatorRef")


def _alerts(
    old: Objective, new: Objective, before: Catalog, after: Catalog
) -> Iterator[LooseningChange]:
    """Compare the entries of the alert policies."""
    was, now = old.source, new.source
    if was is None or now is None:
        return
    policy, where = now.policy, ("spec", "objectives", now.index)

    minimums = [side.entry.minimum_failures or 0 for side in (was, now)]
    if minimums[1] > minimums[0]:
        at = policy.at(*where, "minimumFailures")
        yield LooseningChange(at, raised_text("minimumFailures", *minimums))

    sets = [_windows(was, before), _windows(now, after)]
    if sets[0] != sets[1]:
        at = policy.at(*where, "windows")
        yield LooseningChange(at, changed_text("windows", *sets))

    waits = [side.entry.no_data.after for side in (was, now)]
    if waits[1] > waits[0]:
        at = policy.at(*where, "noData", "after")
        yield LooseningChange(at, raised_text("noData.after", *map(length_text, waits)))


def _policies(old: Objective, new: Objective) -> Iterator[LooseningChange]:
    """Compare OpenSLO alert policies by their names."""
    at = new.slo.at("spec", "alertPolicies")
    absence = [any(alert.spec.alert_when_no_data for alert in side.openslo) for side in (old, new)]
    if absence[0] and not absence[1]:
        message = Message("missing data no longer fires an alert (alertWhenNoData)")
        yield LooseningChange(at, message, "alertWhenNoData")

    present = {alert.policy: alert for alert in new.declared_alerts}
    for was in (alert for alert in old.declared_alerts if alert.policy):
        now = present.get(was.policy)
        if now is None:
            message = Message("the alert policy {policy} was removed", policy=was.policy)
            yield LooseningChange(at, message, was.policy)
            continue
        if not _fires_as_early(now, was):
            message = Message(
                "{policy} needs {now}, and needed {was}",
                policy=was.policy,
                now=_burn_text(now),
                was=_burn_text(was),
            )
            yield LooseningChange(at, message, f"{was.policy} condition")
        if now.after > was.after:
            message = Message(
                "alertAfter of {policy} was raised from {was} to {now}",
                policy=was.policy,
                was=length_text(was.after),
                now=length_text(now.after),
            )
            yield LooseningChange(at, message, f"{was.policy} alertAfter")


def _fires_as_early(now: BurnRateAlert, was: BurnRateAlert) -> bool:
    """Return whether the new alert fires whenever the old one did.

    It does with the same window and no higher burn rate.
    """
    [new], [old] = now.pairs, was.pairs
    if new.long != old.long:
        return False
    burns = new.factor(now.period), old.factor(was.period)
    return burns[0] < burns[1] or (burns[0] == burns[1] and _includes(new) >= _includes(old))


def _includes(pair: WindowPair | SingleWindow) -> bool:
    """Return whether a burn rate of exactly the factor is enough (`op: gte`)."""
    return isinstance(pair, SingleWindow) and pair.inclusive


def _burn_text(alert: BurnRateAlert) -> Message:
    [pair] = alert.pairs
    factor, length = f"{pair.factor(alert.period):g}", length_text(pair.long)
    if _includes(pair):
        return Message(
            "a burn rate of at least {factor} over {length}", factor=factor, length=length
        )
    return Message("a burn rate above {factor} over {length}", factor=factor, length=length)


def _windows(source: AlertEntry, catalog: Catalog) -> str:
    return source.entry.windows or default_windows(catalog)
