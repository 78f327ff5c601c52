"""What was pulled or imported, read from the store and put together as an SLI asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.history.family import Family
from reliability.history.month import Month, longer, months
from reliability.history.roles import Group, Roles, roles_of
from reliability.history.series import NoHistory, Series
from reliability.history.sli import NotCounted, SliHistory
from reliability.history.store import Store
from reliability.message import Message
from reliability.timespan import MINUTE, TimeSpan


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Several columns added up: known where one of them is, and 0 where none is."""

    values: FloatArray
    known: BoolArray

    @classmethod
    def empty(cls, minutes: int) -> Sum:
        """So many minutes of which nothing is known."""
        return cls(np.zeros(minutes), np.zeros(minutes, dtype=np.bool_))

    def add(self, column: FloatArray, sign: int, where: slice) -> None:
        """Take a column in, or take it off where the sign is -1."""
        gaps = np.isnan(column)
        if gaps.any():
            column = np.where(gaps, 0.0, column)
            self.known[where] |= ~gaps
        else:
            self.known[where] = True
        values = self.values[where]
        (np.add if sign > 0 else np.subtract)(values, column, out=values)


DAY: Final = re.compile(rb"\d{4}-\d\d-\d\d")
Sums: TypeAlias = dict[Group, Sum]


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A `SeriesSource` over the store."""

    store: Store

    @property
    def description(self) -> str:
        """That it is the store, and where."""
        return Message("store: {folder}", folder=self.store.folder.name)

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
        series = [
            family_series(month_reader(family, roles), roles, sli, span)
            for family, roles in candidates
        ]
        if not any(series):
            return NoHistory(_why_nothing(sli, self.store, bool(candidates)))
        return max(series, key=_known)


def _known(stored: tuple[Series, ...]) -> int:
    return sum(int(np.count_nonzero(series.known)) for series in stored)


def _why_nothing(sli: SliHistory, store: Store, is_answerable: bool) -> str:
    if is_answerable:
        return Message("no data in the store for this time span; run `reliability history pull`")
    if isinstance(sli.counters, NotCounted):
        return sli.counters.reason
    if any(store.families(sli.service, sli.slo)):
        return Message("the stored data is from another query; run `reliability history pull`")
    return _why_missing(store.missing)


def _why_missing(restored: Path) -> Message:
    """Return why a store has nothing; `restored` exists after a restore that found nothing."""
    if not restored.is_file():
        return Message(
            "no data in the store; run `reliability history pull` or `reliability history import`"
        )
    with restored.open("rb") as file:
        day = DAY.match(file.read(10))
    if day is None:
        return Message(
            "no run of schedule.yml has stored history; set the variable RELIABILITY_SERVERS to "
            "true once a runner reaches your Prometheus"
        )
    return Message(
        "the history that schedule.yml stored on {day} has expired, and no run since then has "
        "stored more; see why the schedule stopped, and run it",
        day=day[0].decode(),
    )


MonthReader: TypeAlias = Callable[[date], Month | None]
"""Function that returns the columns of a month that have a role; None if nothing is stored."""


def month_reader(family: Family, roles: Roles) -> MonthReader:
    """Return a function that reads the months of a family from its files."""
    return lambda month: family.read(month, lambda column: any(roles(column)))


def family_series(
    read: MonthReader, roles: Roles, sli: SliHistory, span: TimeSpan
) -> tuple[Series, ...]:
    """One series for each group, over a span; none where no column has a role."""
    sums: dict[str, Sums] = {"good": {}, "bad": {}, "total": {}}
    source = ""
    interval: timedelta | None = None

    for month, part in months(span):
        loaded = read(month)
        if loaded is None:
            continue
        source, interval = loaded.source, longer(interval, loaded.interval)
        here, there = loaded.part(part), _entries(span, part)
        for column, values in loaded.columns.items():
            for role in roles(column):
                into = sums[role.name]
                if role.group not in into:
                    into[role.group] = Sum.empty(span.steps(MINUTE))
                into[role.group].add(values[here], role.sign, there)

    counts = _counts(sli, sums)
    return tuple(
        replace(
            _one(total, sums[counts].get(group), counts, about=(span, source, _labels(sli, group))),
            interval=interval,
        )
        for group, total in sorted(sums["total"].items(), key=itemgetter(0))
    )


def _entries(span: TimeSpan, part: TimeSpan) -> slice:
    return slice((part.start - span.start) // MINUTE, (part.end - span.start) // MINUTE)


def _counts(sli: SliHistory, sums: Mapping[str, Sums]) -> str:
    """Whether good or bad events were counted; imported files need not agree with the SLI."""
    if sums["good"] or sums["bad"]:
        return "good" if sums["good"] else "bad"
    return "bad" if isinstance(sli.counters, NotCounted) else sli.counters.counts


def _labels(sli: SliHistory, group: Group) -> dict[str, str]:
    return dict(zip(sli.group_by, group, strict=True))


def _one(
    total: Sum, events: Sum | None, counts: str, about: tuple[TimeSpan, str, dict[str, str]]
) -> Series:
    """One group's series; a counter that is absent while all events are there has counted none."""
    every, known = total.values, total.known
    counted = np.zeros(len(every)) if events is None else events.values
    if not known.all():
        counted[~known] = 0.0

    failed = every - counted if counts == "good" else counted
    span, source, labels = about
    return Series(
        start=span.start,
        step=MINUTE,
        bad=failed,
        total=every,
        known=known,
        source=source,
        labels=labels,
    )
