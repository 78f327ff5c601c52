"""Counts by minute of an SLI that is not a sum of counters, as a server evaluates it.

They are the values of the generated recording rules: rates over five minutes at the end of each
minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.month import Column
from reliability.history.sli import Evaluated
from reliability.promql.samples import Counter, ExpressionReader
from reliability.promql.selector import METRIC_NAME
from reliability.timespan import EPOCH, MINUTE, TimeSpan

Group = tuple[str, ...]
MILLISECONDS: Final = 60_000


def minutes(
    evaluated: Evaluated, by: Group, reader: ExpressionReader, span: TimeSpan
) -> dict[Column, FloatArray]:
    """Return all and bad events of each minute of a span, with NaN if the server has no value.

    Raises:
        SourceError: the server does not answer.
    """
    ends = TimeSpan(span.start + MINUTE, span.end + MINUTE)
    ratios = dict(_by_group(reader.evaluated(evaluated.ratio, ends, MINUTE), by, span))
    booked: dict[Column, FloatArray] = {}

    for group, total in _by_group(reader.evaluated(evaluated.total, ends, MINUTE), by, span):
        events = np.where(total >= 0, total * MINUTE.total_seconds(), np.nan)
        # The ratio is missing if there were no events; then nothing failed.
        ratio = np.nan_to_num(ratios.get(group, np.zeros(len(events))), nan=0.0)
        booked[_column("total", group, by)] = events
        booked[_column("bad", group, by)] = events * ratio

    return booked


def _by_group(
    counters: Iterable[Counter], by: Group, span: TimeSpan
) -> Iterator[tuple[Group, FloatArray]]:
    """Yield each group with its values, one a minute: the value at the end of that minute."""
    values: dict[Group, FloatArray] = {}
    first = (span.start - EPOCH) // MINUTE + 1
    for counter in counters:
        group = tuple(counter.labels.get(label, "") for label in by)
        of_group = values.setdefault(group, np.full(span.steps(MINUTE), np.nan))
        of_group[counter.samples.times // MILLISECONDS - first] = counter.samples.values
    yield from values.items()


def _column(role: str, group: Group, by: Group) -> Column:
    labels = {METRIC_NAME: role, **dict(zip(by, group, strict=True))}
    return Column(0, tuple(sorted((name, value) for name, value in labels.items() if value)))
