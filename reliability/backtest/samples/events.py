"""Events per minute from recorded series, for SLIs that counters do not count."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reliability.arrays import FloatArray
from reliability.compile.prometheus.names import ERRORS, TOTAL, SeriesNames
from reliability.history.series import NoHistory, Series
from reliability.message import Message
from reliability.promql.evaluate.replay import Replay
from reliability.promql.evaluate.semantics import milliseconds
from reliability.promql.evaluate.stored import StoredSeries
from reliability.promql.selector import Selector
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, MINUTE, TimeSpan


def recorded_events(
    objective: Objective, replay: Replay, span: TimeSpan, source: str
) -> tuple[Series, ...] | NoHistory:
    """Return all and failed events per minute, from five-minute rates, as a period sums them."""
    names = SeriesNames.of(objective)
    total, failed = (
        _by_group(objective, replay, names.select(record)) for record in (TOTAL, ERRORS)
    )
    if not total:
        return NoHistory(Message("the samples hold nothing that its query selects in this span"))

    return tuple(
        _series(series, failed.get(group), span, about=(source, _labels(objective, group)))
        for group, series in sorted(total.items())
    )


def _labels(objective: Objective, group: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(objective.group_by, group, strict=True))


def _by_group(
    objective: Objective, replay: Replay, selector: str
) -> dict[tuple[str, ...], StoredSeries]:
    selected = replay.storage.select(Selector.parse(selector))
    return {
        tuple(dict(series.labels).get(label, "") for label in objective.group_by): series.ranged
        for series in selected
    }


def _series(
    total: StoredSeries,
    failed: StoredSeries | None,
    span: TimeSpan,
    about: tuple[str, Mapping[str, str]],
) -> Series:
    source, labels = about
    every = _by_minute(total, span)
    known = ~np.isnan(every)
    bad = np.zeros(len(every)) if failed is None else np.nan_to_num(_by_minute(failed, span))
    total_events = np.where(known, every, 0.0)

    return Series(
        start=span.start,
        step=MINUTE,
        bad=np.where(known, bad, 0.0),
        total=total_events,
        known=known,
        source=source,
        labels=labels,
    )


def _by_minute(recorded: StoredSeries, span: TimeSpan) -> FloatArray:
    """Return the events of each minute at its end; NaN where nothing was recorded."""
    result = np.full(span.steps(MINUTE), np.nan)
    minute = (recorded.times - milliseconds(span.start - EPOCH)) // milliseconds(MINUTE) - 1
    within = (minute >= 0) & (minute < len(result))
    result[minute[within]] = recorded.values[within] * MINUTE.total_seconds()
    return result
