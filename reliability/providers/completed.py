"""Status of an SLO of which a server recorded only a part of the period, completed from history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray, runs
from reliability.backtest.coverage import NEARLY_ALL, Coverage
from reliability.backtest.slis import budget_history
from reliability.backtest.status import (
    ObjectiveStatus,
    SloStatus,
    UnknownStatus,
    looked_at,
    period_of,
    status_of,
)
from reliability.burnrate import SLOW_EVERY
from reliability.compile.prometheus.formulas import total_rate
from reliability.compile.prometheus.names import ERRORS, SHORTEST, TARGET, TOTAL, SeriesNames
from reliability.history.series import NoHistory, Series, SeriesSource
from reliability.history.sources.prometheus import PrometheusServer
from reliability.http.prometheus import Points, instant, samples
from reliability.providers.http import HttpServer
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text
from reliability.timespan import DAY, EPOCH, MINUTE, TimeSpan

Group = tuple[str, ...]
SECONDS: Final = 60
LONG_GAP: Final = DAY // MINUTE
"""Length in minutes from which a gap is worth a command; a pull ends with the last whole day."""
MOST_GAPS: Final = 3
SHORT: Final = "extend the server's retention of {kept}, or shorten the SLO period"
EARLIER: Final = timedelta(minutes=10)
"""Distance before what is known; the window of a rate, and a late evaluation, are shorter."""


def completed(
    server: HttpServer, status: SloStatus, at: datetime, share: float, past: SeriesSource | None
) -> SloStatus:
    """Compute the status from recordings and history; `share` (0..1) of the period is recorded.

    What neither of them knows is missing, and the status says how to get it if the server has it.

    Raises:
        ProviderError: the server does not answer.
        SourceError: the stored history cannot be read.
    """
    objective, minute = status.objective, at.replace(second=0, microsecond=0)
    period = period_of(objective, minute)
    if period is None:
        reason = f"no period of its calendar is written out for {at:%Y-%m-%d}"
        return UnknownStatus(objective=objective, reason=reason, coverage=Coverage(share))

    span = looked_at(period, minute)
    kept = _kept(objective, past, span)
    remedies: list[str] = []
    if isinstance(kept, NoHistory):
        found = _recorded_only(status, kept, share=share)
        gaps = [_first_recorded(server, objective, span) or minute]
        retention = PrometheusServer(server).retention()
        if isinstance(found, ObjectiveStatus):
            found = replace(found, kept=retention)
        if retention is not None and retention < NEARLY_ALL * objective.period:
            remedies = [SHORT.format(kept=duration_text(retention))]
    else:
        recorded = Recorded.of(objective, _fetched(server, objective, span), span)
        groups = recorded.completed(kept)
        found = status_of(objective, groups, period, at=minute, recorded=share)
        if isinstance(found, UnknownStatus) and isinstance(status, ObjectiveStatus):
            found = status
        gaps = [*_ends_of_gaps(groups)] if groups else [minute]

    if _holds_more(server, objective, [gap for gap in gaps if gap - EARLIER > period.start]):
        pulls = past is not None and not past.is_made_up
        remedies.insert(0, _remedy(objective, pulls=pulls))
    return replace(found, remedy=", or ".join(remedies))


def _recorded_only(status: SloStatus, kept: NoHistory, share: float) -> SloStatus:
    """Return what the server alone knows, which may be a part of the period."""
    if isinstance(status, UnknownStatus):
        more = f"; {kept.reason}" if kept.reason else ""
        return replace(status, reason=f"{status.reason}{more}")
    if share:
        return status
    return UnknownStatus(
        objective=status.objective,
        reason="nothing of the period is recorded",
        coverage=status.coverage,
    )


def _first_recorded(server: HttpServer, objective: Objective, span: TimeSpan) -> datetime | None:
    """Return when the first recording in a span was made; None without any."""
    target = SeriesNames.of(objective).select(TARGET)
    seconds = int(span.length.total_seconds())
    query = f"min(min_over_time(timestamp({target})[{seconds}s:5m]))"
    return next(
        (
            EPOCH + timedelta(seconds=sample.value[1])
            for sample in instant(server, query, span.end.timestamp())
        ),
        None,
    )


def _ends_of_gaps(groups: Sequence[Series]) -> Iterator[datetime]:
    """Yield the end of each long gap in what is known of all groups, of the longest ones."""
    series = groups[0]
    gaps = [(begin, end) for begin, end in runs(~series.known) if end - begin >= LONG_GAP]
    for _, end in sorted(gaps, key=lambda gap: gap[0] - gap[1])[:MOST_GAPS]:
        yield series.start + end * series.step


def _holds_more(server: HttpServer, objective: Objective, ends: Iterable[datetime]) -> bool:
    """Return whether the server has samples of the SLI shortly before any of these times.

    It has none after `history pull` or `history backfill` took all of them, or if they are older
    than its retention; then only waiting helps.
    """
    sli = objective.sli
    if sli is None:
        return False
    total = total_rate(sli, SHORTEST, objective.group_by)
    return any(instant(server, total, (end - EARLIER).timestamp()) for end in ends)


def _kept(
    objective: Objective, past: SeriesSource | None, span: TimeSpan
) -> tuple[Series, ...] | NoHistory:
    """Return the stored history; synthetic figures are never mixed with those of a server."""
    if past is None:
        return NoHistory("")
    if past.is_made_up:
        return NoHistory("the history in policies/history.yaml is synthetic and is not used here")
    kept = past.series(budget_history(objective), span)
    # How to get it is said with what the server still has.
    return NoHistory("") if isinstance(kept, NoHistory) else kept


def _remedy(objective: Objective, *, pulls: bool) -> str:
    """Return how to get what the server still has, in the imperative."""
    commands = ["history pull", "history backfill"] if pulls else ["history backfill"]
    name = objective.placement.name
    of = f" --environment {name}" if name else ""
    return f"run {' or '.join(f'`reliability {command}{of}`' for command in commands)}"


def _fetched(server: HttpServer, objective: Objective, span: TimeSpan) -> list[Points]:
    names, seconds = SeriesNames.of(objective), int(span.length.total_seconds())
    records = "|".join((TARGET, TOTAL, ERRORS))
    selector = f'{{__name__=~"{records}", {names.matchers}}}'
    return samples(server, selector, seconds, at=span.end.timestamp())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Recorded:
    """Counts per minute that a server recorded of one objective in a span, by group.

    `there` is true for the minutes in which the rules were evaluated.
    """

    objective: Objective
    span: TimeSpan
    there: BoolArray
    total: dict[Group, FloatArray]
    bad: dict[Group, FloatArray]

    @classmethod
    def of(cls, objective: Objective, pointses: Iterable[Points], span: TimeSpan) -> Recorded:
        """Convert the samples of the recordings from which the period is computed."""
        there = np.zeros(span.steps(MINUTE), dtype=np.bool_)
        total: dict[Group, FloatArray] = {}
        bad: dict[Group, FloatArray] = {}

        for points in pointses:
            minutes, values = _by_minute(points, span)
            # The target is recorded by the slow group, so a sample stands for several minutes.
            if points.metric["__name__"] == TARGET:
                for earlier in range(SLOW_EVERY // MINUTE):
                    there[np.maximum(minutes - earlier, 0)] = True
                continue
            into = total if points.metric["__name__"] == TOTAL else bad
            group = tuple(points.metric.get(label, "") for label in objective.group_by)
            counts = into.setdefault(group, np.zeros(len(there)))
            counts[minutes] = values * SECONDS

        return cls(objective=objective, span=span, there=there, total=total, bad=bad)

    def completed(self, kept: Iterable[Series]) -> tuple[Series, ...]:
        """Return a series per group: recorded counts while the rules ran, stored history otherwise.

        A group that is in only one of the two sources has no events in the time of the other.
        """
        by_group = {self._group(series): series for series in kept}
        known = self.there.copy()
        for series in by_group.values():
            known |= series.known
        groups = sorted({*self.total, *by_group})
        return tuple(self._series(group, by_group.get(group), known) for group in groups)

    def _group(self, series: Series) -> Group:
        return tuple(series.labels.get(label, "") for label in self.objective.group_by)

    def _series(self, group: Group, kept: Series | None, known: BoolArray) -> Series:
        none = np.zeros(len(self.there))
        bad, total = (kept.bad, kept.total) if kept else (none, none)
        return Series(
            start=self.span.start,
            step=MINUTE,
            bad=np.where(self.there, self.bad.get(group, none), bad),
            total=np.where(self.there, self.total.get(group, none), total),
            known=known,
            source="recorded, and history",
            labels=dict(zip(self.objective.group_by, group, strict=True)),
        )


def _by_minute(points: Points, span: TimeSpan) -> tuple[np.ndarray, FloatArray]:
    """Return the index of the minute that ends at each sample, and the sample's value.

    Samples outside of the span are left out, and those that are not finite.
    """
    times, values = np.array(points.values, dtype=np.float64).reshape(-1, 2).T
    first = (span.start - EPOCH) / timedelta(seconds=SECONDS)
    # Evaluations are offset within the minute. The tiny addition is for a time that is a whole
    # minute but slightly less as a double.
    minutes = np.floor(times / SECONDS - first + 1e-9).astype(np.int64) - 1
    within = (minutes >= 0) & (minutes < span.steps(MINUTE)) & np.isfinite(values)
    return minutes[within], values[within]
