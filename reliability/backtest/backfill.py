"""Recordings that an SLO's rules would have made over the raw samples that a server still has.

Prometheus' own `promtool tsdb create-blocks-from rules` cannot do this: it evaluates each rule
against the server alone, so that a rule which reads another rule's recording finds nothing; it
stops three hours before now; and alerting rules become series that look like alerts
(https://prometheus.io/docs/prometheus/latest/storage/#limitations).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import numpy as np

from reliability.backtest.samples.objectives import groups_of
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import (
    ERRORS,
    SHORTEST,
    TARGET,
    TOTAL,
    events_record,
    ratio_record,
)
from reliability.compile.prometheus.period import PERIOD_ERRORS, PERIOD_TOTAL, STARTS
from reliability.compile.prometheus.recordings import counted_window
from reliability.errors import SourceError
from reliability.promql.evaluate.lines import NAME, EvaluatedSeries, Labels, Times
from reliability.promql.evaluate.order import Order, RulePosition
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.replay import (
    EvaluationGrid,
    evaluate,
    recorded,
    relabeled,
    replay,
)
from reliability.promql.evaluate.rules import Recording, Rule, RuleGroup, selectors
from reliability.promql.evaluate.semantics import Semantics, milliseconds
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.samples import Counter, ExpressionReader, SampleReader
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, TimeSpan

COUNTED: Final = (TARGET, STARTS)
"""Recordings by whose samples it is counted how much of a period is recorded."""
RECORDS: Final = (ratio_record(SHORTEST), TOTAL, ERRORS, PERIOD_TOTAL, PERIOD_ERRORS, *COUNTED)
"""Recordings that a period is summed from.

Ratios over longer windows are only read for the current time. The budget remaining would be wrong
in the past, because the period before it is not known; neither is the share of it that is recorded.
"""

MARGIN: Final = milliseconds(timedelta(minutes=1))
"""Distance kept before the server's own samples."""


class EvaluatingReader(SampleReader, ExpressionReader, Protocol):
    """Server that has raw samples, and evaluates expressions that need native histograms."""


@dataclass(frozen=True, slots=True)
class Backfilling:
    """Source of raw samples, and how that server evaluates expressions."""

    reader: EvaluatingReader
    directory: Directory
    how: Semantics

    def recordings(self, objective: Objective, span: TimeSpan) -> tuple[StoredSeries, ...]:
        """Return the recordings of an objective within a span.

        Raises:
            CannotReplay: its rules can be evaluated neither here nor by the server.
            SourceError: the server does not answer.
        """
        groups = groups_of(objective, self.directory)
        records = records_of(objective)

        def wanted(rule: Rule) -> bool:
            # Never an alert: it would be a series that looks like one.
            return isinstance(rule, Recording) and rule.name in records

        try:
            storage = replay(
                groups,
                reader=self.reader,
                span=span,
                how=self.how,
                grid=EvaluationGrid(),
                wanted=wanted,
            ).storage
        except (CannotReplay, SourceError) as error:
            # Any other error of the source is a fault of the connection, for which evaluating by
            # the server has no remedy.
            if isinstance(error, SourceError) and "native histograms" not in str(error):
                raise
            storage = self._by_server(groups, span, wanted)

        names = {rule.name for group in groups for rule in group.rules}
        series = [
            one_series for one_series in storage.series if dict(one_series.labels)[NAME] in records
        ]
        raw = [
            one_series
            for one_series in storage.series
            if dict(one_series.labels)[NAME] not in names
        ]
        measured = _measured(
            raw or [one_series for one_series in series if _name(one_series) == TOTAL]
        )
        cut = (_within(one_series, span) for one_series in series)

        return tuple(
            _where(stored_series, measured) if _name(stored_series) in COUNTED else stored_series
            for stored_series in cut
        )

    def _by_server(
        self, groups: tuple[RuleGroup, ...], span: TimeSpan, wanted: Callable[[Rule], bool]
    ) -> Storage:
        """Evaluate like `replay`, but let the server evaluate rules that read raw samples.

        This is for native histograms.
        """
        start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
        order = Order.of(groups, wanted, start, lookback=self.how.lookback_ms)
        storage = Storage()

        for placed in order.rules:
            times = EvaluationGrid().of(placed.group, order.since_of(placed), end)
            if not len(times):
                continue
            if _reads_raw(placed, order):
                storage.add(recorded(self._evaluate(placed, times), times))
            else:
                list(evaluate(placed, storage, times, how=self.how))

        return storage

    def _evaluate(self, placed: RulePosition, times: Times) -> tuple[EvaluatedSeries, ...]:
        rule, every = placed.rule, placed.group.every
        first = EPOCH + timedelta(milliseconds=int(times[0]))
        span = TimeSpan(first, first + len(times) * every)
        counters = self.reader.evaluated(rule.tree.prettify(), span, every)
        lines = tuple(_line(counter, times) for counter in counters)
        return tuple(relabeled(lines, {**rule.labels, NAME: rule.name}))


def records_of(objective: Objective) -> tuple[str, ...]:
    """Return the names of all recordings to backfill: also the events that texts tell of."""
    return (*RECORDS, events_record(counted_window(objective)))


def before_first(
    series: Iterable[StoredSeries], first: Mapping[Labels, int], until: int
) -> Iterator[StoredSeries]:
    """Yield the samples that do not conflict with existing ones; times are in ms since 1970.

    `first` has the times at which the server's own samples of each series begin: two samples of one
    evaluation would both count. `until` is the end of every series.
    """
    for one_series in series:
        # The margin keeps the last evaluation written here and the first one of the server apart,
        # whatever the server's offset within the interval is.
        end = min(first.get(one_series.labels, until + MARGIN) - MARGIN, until)
        there = (one_series.times < end) & np.isfinite(one_series.values)
        if there.any():
            yield StoredSeries(one_series.labels, one_series.times[there], one_series.values[there])


def _name(series: StoredSeries) -> str:
    return dict(series.labels)[NAME]


def _reads_raw(placed: RulePosition, order: Order) -> bool:
    return any(tree.name not in order.recorded for tree, _ in selectors(placed.rule.tree))


def _line(counter: Counter, times: Times) -> EvaluatedSeries:
    labels = tuple(sorted(counter.labels.items()))
    values = np.zeros(len(times))
    there = np.isin(times, counter.samples.times)
    values[there] = counter.samples.values
    return EvaluatedSeries(labels, values, there)


def _within(series: StoredSeries, span: TimeSpan) -> StoredSeries:
    start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
    there = (series.times >= start) & (series.times < end)
    return StoredSeries(series.labels, series.times[there], series.values[there])


def _measured(series: Iterable[StoredSeries]) -> Times:
    """Return the times of all samples of the measured series, ascending."""
    times = [one_series.ranged.times for one_series in series]
    return np.unique(np.concatenate(times)) if times else np.array([], dtype=np.int64)


def _where(series: StoredSeries, measured: Times) -> StoredSeries:
    """Keep only evaluations with a sample in the last five minutes.

    Nothing is known of the time before the service was scraped.
    """
    earlier = np.searchsorted(measured, series.times - milliseconds(SHORTEST), "right")
    there = np.searchsorted(measured, series.times, "right") > earlier
    return StoredSeries(series.labels, series.times[there], series.values[there])
