"""Counts a minute straight from raw samples, without the store between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.definition import Definition
from reliability.history.increments import added
from reliability.history.month import MinuteCounts
from reliability.history.observed import sample_counts, server_counts
from reliability.history.pull import book
from reliability.history.roles import Group, roles_of
from reliability.history.series import NoHistory, Series
from reliability.history.sli import (
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliHistory,
)
from reliability.message import Message
from reliability.promql.samples import ExpressionReader, SampleReader
from reliability.timespan import MINUTE, TimeSpan


@dataclass(frozen=True, slots=True)
class DirectHistory:
    """A `SeriesSource` over a reader of samples."""

    reader: SampleReader

    @property
    def description(self) -> str:
        """What is read."""
        return self.reader.description

    @property
    def is_made_up(self) -> bool:
        """Never: somebody measured it."""
        return False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        """One series for each group that has any event in the span."""
        if isinstance(sli.counters, NotCounted | Evaluated):
            return NoHistory(sli.counters.reason)
        if isinstance(sli.counters, DatadogQueries):
            return NoHistory(
                Message("its queries are Datadog's, and these are samples of Prometheus")
            )

        if isinstance(sli.counters, HistogramCounters):
            definition = Definition.of_queries(sli.counters, sli.group_by)
            booked = self._observed(sli.counters, sli.group_by, span)
        else:
            definition = Definition.of(sli.counters, sli.group_by)
            booked = book(definition, self.reader, span)
        sums = _sums(booked, definition, sli)
        if not sums.get("total"):
            return NoHistory(
                Message("the samples hold nothing that its query selects in this span")
            )

        counts = sli.counters.counts
        counted = sums.get(counts, {})
        return tuple(
            replace(
                self._series(total, counted.get(group), counts, about=(sli, group, span)),
                interval=booked.interval,
            )
            for group, total in sorted(sums["total"].items())
        )

    def _observed(self, counters: HistogramCounters, by: Group, span: TimeSpan) -> MinuteCounts:
        """Return counts of native histograms, which a server evaluates: its API has no schemas."""
        if isinstance(self.reader, ExpressionReader):
            return MinuteCounts(server_counts(counters, by, self.reader, span))
        return MinuteCounts(sample_counts(counters, by, self.reader, span))

    def _series(
        self,
        total: FloatArray,
        counted: FloatArray | None,
        counts: str,
        about: tuple[SliHistory, Group, TimeSpan],
    ) -> Series:
        """A counter that is absent while all events are there has counted none."""
        sli, group, span = about
        known = ~np.isnan(total)
        every = np.where(known, total, 0.0)
        events = np.zeros(len(total)) if counted is None else np.where(known, counted, 0.0)
        events = np.nan_to_num(events, nan=0.0)
        bad = every - events if counts == "good" else events
        labels = dict(zip(sli.group_by, group, strict=True))

        return Series(
            start=span.start,
            step=MINUTE,
            bad=bad,
            total=every,
            known=known,
            source=self.description,
            labels=labels,
        )


def _sums(
    booked: MinuteCounts, definition: Definition, sli: SliHistory
) -> dict[str, dict[Group, FloatArray]]:
    """What was booked, added up for each role and group."""
    roles = roles_of(definition, sli)
    sums: dict[str, dict[Group, FloatArray]] = {}
    for column, values in booked.columns.items():
        for role in roles(column) if roles else ():
            of_role, signed = sums.setdefault(role.name, {}), role.sign * values
            before = of_role.get(role.group)
            of_role[role.group] = signed if before is None else added(before, signed)

    return sums
