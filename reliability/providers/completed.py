"""Status of an SLO of which a server recorded only a part of the period, completed from history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.slis import budget_history
from reliability.backtest.status import (
    Coverage,
    SloStatus,
    UnknownStatus,
    looked_at,
    period_of,
    status_of,
)
from reliability.burnrate import SLOW_EVERY
from reliability.compile.prometheus.names import ERRORS, TARGET, TOTAL, SeriesNames
from reliability.history.series import MINUTE, NoHistory, Series, SeriesSource
from reliability.http.prometheus import Points, samples
from reliability.providers.http import HttpServer
from reliability.render.numbers import significant_percent
from reliability.render.times import utc_minute
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, TimeSpan

Group = tuple[str, ...]
SECONDS: Final = 60


def completed(
    server: HttpServer, status: SloStatus, at: datetime, share: float, past: SeriesSource | None
) -> SloStatus:
    """Compute the status from recordings and history; `share` (0..1) of the period is recorded.

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
    if isinstance(kept, NoHistory):
        reason = _reason(share) if share else _reason_of(status)
        more = f"; {kept.reason}" if kept.reason else ""
        unknown = UnknownStatus(
            objective=objective, reason=f"{reason}{more}", coverage=Coverage(share)
        )
    else:
        recorded = Recorded.of(objective, _fetched(server, objective, span), span)
        groups = recorded.completed(kept)
        judged = status_of(objective, groups, period, at=minute, recorded=share)
        if not isinstance(judged, UnknownStatus):
            return judged
        unknown = judged

    pulls = past is not None and not past.is_made_up
    return replace(unknown, remedy=_remedy(objective, period, minute, share=share, pulls=pulls))


def _kept(
    objective: Objective, past: SeriesSource | None, span: TimeSpan
) -> tuple[Series, ...] | NoHistory:
    """Return the stored history; synthetic figures are never mixed with those of a server."""
    if past is None:
        return NoHistory("")
    if past.is_made_up:
        return NoHistory("the history in policies/history.yaml is synthetic and is not used here")
    return past.series(budget_history(objective), span)


def _reason(share: float) -> str:
    return f"{significant_percent(share, 4)} of the period is recorded, and 90 % is needed"


def _reason_of(status: SloStatus) -> str:
    return status.reason if isinstance(status, UnknownStatus) else _reason(0.0)


def _remedy(
    objective: Objective, period: TimeSpan, at: datetime, share: float, *, pulls: bool
) -> str:
    """Return what to do to get the budget, in the imperative."""
    commands = ["history pull", "history backfill"] if pulls else ["history backfill"]
    name = objective.placement.name
    of = f" --environment {name}" if name else ""
    runs = " or ".join(f"`reliability {command} {objective.slo_name}{of}`" for command in commands)
    day = known_from(objective, period, at, share=share)
    return f"run {runs}, or wait until {utc_minute(day)}"


def known_from(objective: Objective, period: TimeSpan, at: datetime, share: float) -> datetime:
    """Return when the rules will have recorded 90 % of a period by themselves.

    A rolling period drops the time before the rules. A calendar period keeps it until its end,
    but the next period is recorded from its beginning.
    """
    if objective.calendar is None:
        return at + (MIN_COVERAGE - share) * objective.period
    missing = (1 - share) * (at - period.start)
    return min(period.start + missing / (1 - MIN_COVERAGE), period.end)


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
