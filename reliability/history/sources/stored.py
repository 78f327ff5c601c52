"""What was pulled or imported, read from the store and put together as an SLI asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from reliability.history.family import Family
from reliability.history.increments import added
from reliability.history.month import months
from reliability.history.roles import Group, Role, Roles, roles_of
from reliability.history.series import MINUTE, FloatArray, NoHistory, Series
from reliability.history.sli import Counters, NotCounted, SliHistory
from reliability.history.store import Store
from reliability.history.timespan import TimeSpan

Sums: TypeAlias = dict[Group, FloatArray]


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A `SeriesSource` over the store."""

    store: Store

    @property
    def description(self) -> str:
        """That it is the store, and where."""
        return f"store: {self.store.folder.name}"

    @property
    def is_made_up(self) -> bool:
        """Never: what is in the store was measured by somebody."""
        return False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        """One series for each group; from the family that knows most of the span."""
        candidates = [
            (family, roles)
            for family in self.store.families(sli.service, sli.slo)
            if (roles := roles_of(family.definition, sli)) is not None
        ]
        found = [_series(family, roles, sli, span) for family, roles in candidates]
        if not any(found):
            return NoHistory(_why_nothing(sli, self.store, bool(candidates)))
        return max(found, key=_known)


def _known(found: tuple[Series, ...]) -> int:
    return sum(int(np.count_nonzero(series.known)) for series in found)


def _why_nothing(sli: SliHistory, store: Store, is_answerable: bool) -> str:
    if is_answerable:
        return "what is stored holds no event of this span; run `reliability history pull`"
    if isinstance(sli.counters, NotCounted):
        return sli.counters.reason
    if any(store.families(sli.service, sli.slo)):
        return "what is stored was fetched for another query; run `reliability history pull`"
    return "nothing is stored; run `reliability history pull` or `reliability history import`"


def _series(family: Family, roles: Roles, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...]:
    sums: dict[str, Sums] = {"good": {}, "bad": {}, "total": {}}
    source = ""
    for month, part in months(span):
        loaded = family.read(month, lambda column: any(roles(column)))
        if loaded is None:
            continue
        source = loaded.source
        here, there = loaded.part(part), _entries(span, part)
        for column, values in loaded.columns.items():
            for role in roles(column):
                _add(sums[role.name], role, values[here], there, span)
    counts = _counts(sli, sums)
    return tuple(
        _one(total, sums[counts].get(group), counts, (span, source, _labels(sli, group)))
        for group, total in sorted(sums["total"].items())
    )


def _entries(span: TimeSpan, part: TimeSpan) -> slice:
    return slice((part.start - span.start) // MINUTE, (part.end - span.start) // MINUTE)


def _add(into: Sums, role: Role, values: FloatArray, where: slice, span: TimeSpan) -> None:
    if role.group not in into:
        into[role.group] = np.full(span.steps(MINUTE), np.nan)
    target = into[role.group]
    target[where] = added(target[where], role.sign * values)


def _counts(sli: SliHistory, sums: Mapping[str, Sums]) -> str:
    """Whether good or bad events were counted; imported files need not agree with the SLI."""
    if sums["good"] or sums["bad"]:
        return "good" if sums["good"] else "bad"
    return sli.counters.counts if isinstance(sli.counters, Counters) else "bad"


def _labels(sli: SliHistory, group: Group) -> dict[str, str]:
    return dict(zip(sli.group_by, group, strict=True))


def _one(
    total: FloatArray,
    events: FloatArray | None,
    counts: str,
    about: tuple[TimeSpan, str, dict[str, str]],
) -> Series:
    """One group's series; a counter that is absent while all events are there has counted none."""
    known = ~np.isnan(total)
    every = np.where(known, total, 0.0)
    counted = np.zeros(len(total)) if events is None else np.where(known, events, 0.0)
    counted = np.nan_to_num(counted, nan=0.0)
    failed = every - counted if counts == "good" else counted
    span, source, labels = about
    return Series(span.start, MINUTE, failed, every, known, source, labels)
