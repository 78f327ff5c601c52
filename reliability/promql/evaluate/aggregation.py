"""All aggregations, over series of numbers, histograms or both.

Source: rangeEvalAgg, aggregation and aggregationCountValues in promql/engine.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.aggregates import (
    LabelGrouping,
    aggregated,
    counted_values,
    is_present,
)
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import (
    IncompatibleBounds,
    IncompatibleSchemas,
    NativeHistogram,
)
from reliability.promql.evaluate.histogram_ranges import annotated, mean, total
from reliability.promql.evaluate.lines import (
    EvaluatedSeries,
    HistogramArray,
    Labels,
    Scalar,
    Vector,
    is_histogram,
    no_histograms,
)
from reliability.promql.evaluate.ranking import (
    Ranking,
    check_counts,
    quantiles_of_groups,
    spread,
    without_histograms,
)
from reliability.promql.evaluate.relabeling import check_label
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.work import EvaluationWork

OF_NUMBERS: Final = ("max", "min")
RANKINGS: Final = ("topk", "bottomk")
SPREADS: Final = ("stddev", "stdvar")
WITH_NUMBER: Final = (*RANKINGS, "quantile")
NAMES: Final = (*OF_NUMBERS, *SPREADS, *WITH_NUMBER, "sum", "avg", "count", "group")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Aggregating:
    """One aggregation: its name, its grouping and, for some, a number per evaluation."""

    name: str
    grouping: LabelGrouping
    how: Semantics
    notes: QueryAnnotations
    number: Scalar = field(default_factory=lambda: np.array(()))

    def of(self, lines: Vector) -> Vector:
        """Return one series per group, or the series that a ranking keeps."""
        with np.errstate(all="ignore"):
            if self.name in ("count", "group"):
                result = self._plain(lines)
            elif self.name in ("sum", "avg"):
                result = self._added(lines)
            else:
                if self.name in RANKINGS:
                    check_counts(self.number, lines, self.how)
                seen = without_histograms(lines, self.name, self.how, notes=self.notes)
                result = self._of_numbers(seen)
        return result if self.name in RANKINGS else self._with_names(result, lines)

    def _plain(self, lines: Vector) -> Vector:
        return aggregated(self.name, lines, self.grouping, how=self.how)

    def _of_numbers(self, lines: Vector) -> Vector:
        groups = self._groups(lines)
        if self.name in RANKINGS:
            return Ranking(self.name == "topk").of([*groups.values()], self.number)
        if self.name == "quantile":
            values = quantiles_of_groups([*groups.values()], self.number, self.notes)
            return self._series(groups, values)
        if self.name in SPREADS:
            variances = [spread(group, self.how) for group in groups.values()]
            roots = [np.sqrt(variance) for variance in variances]
            return self._series(groups, roots if self.name == "stddev" else variances)
        return self._plain(lines)

    def _series(self, groups: Mapping[Labels, Vector], values: Sequence[FloatArray]) -> Vector:
        return tuple(
            EvaluatedSeries(labels, value, is_present(group))
            for (labels, group), value in zip(groups.items(), values, strict=True)
        )

    def _groups(self, lines: Vector) -> dict[Labels, Vector]:
        groups: dict[Labels, list[EvaluatedSeries]] = {}
        for series in lines:
            groups.setdefault(self.grouping.of(series.labels), []).append(series)
        return {labels: tuple(group) for labels, group in groups.items()}

    def _added(self, lines: Vector) -> Vector:
        """Return `sum` or `avg`, which has no result for a group of both numbers and histograms."""
        if all(series.histograms is None for series in lines):
            return self._plain(lines)
        groups = self._groups(lines)
        numbers = {
            series.labels: series
            for series in self._plain(tuple(series.floats for series in lines))
        }
        return tuple(self._of_group(numbers[labels], group) for labels, group in groups.items())

    def _of_group(self, numbers: EvaluatedSeries, group: Vector) -> EvaluatedSeries:
        kinds = [series.are_histograms for series in group]
        rows = np.any(kinds, axis=0)
        mixed = rows & numbers.there
        # As for ranges, a group of both kinds has no result (`aggregation` in promql/engine.go).
        if mixed.any():
            self.notes.mixed_aggregation()

        histograms = no_histograms(len(rows))
        for row in np.flatnonzero(rows & ~mixed).tolist():
            self._reduce(histograms, row, [series for series in group if series.there[row]])
        present = is_histogram(histograms)
        return replace(
            numbers,
            values=np.where(present, 0.0, numbers.values),
            there=(numbers.there & ~mixed) | present,
            histograms=histograms if present.any() else None,
        )

    def _reduce(
        self, histograms: HistogramArray, row: int, group: Sequence[EvaluatedSeries]
    ) -> None:
        samples: list[NativeHistogram] = [
            series.histograms[row] for series in group if series.histograms is not None
        ]
        reduce = total if self.name == "sum" else mean
        try:
            histograms[row] = reduce(samples).compact()
        except (IncompatibleSchemas, IncompatibleBounds):
            self._note_incompatible(samples, group)

    def _note_incompatible(
        self, samples: Sequence[NativeHistogram], group: Sequence[EvaluatedSeries]
    ) -> None:
        """Add the annotation for the first sample that is incompatible with those before it."""
        reduce = total if self.name == "sum" else mean
        for count in range(2, len(samples) + 1):
            # The whole group has no result; the second pass only finds which series to name in the
            # note.
            before = len(self.notes.known)
            with annotated(self.notes, group[count - 1].metric):
                reduce(samples[:count])
            if len(self.notes.known) > before:
                return

    def _with_names(self, result: Vector, lines: Vector) -> Vector:
        """Set `drops_name` of each series.

        Prometheus takes it from the input series at the index of the group.
        """
        if not self.how.delays_names:
            return result
        return tuple(
            replace(series, drops_name=before.drops_name)
            for series, before in zip(result, lines, strict=False)
        )


def counted(
    label: str, lines: Vector, grouping: LabelGrouping, how: Semantics, work: EvaluationWork
) -> Vector:
    """Return the result of `count_values`: one series per value, which is the value of `label`.

    Raises:
        WouldFail: the label name is not valid.
        CannotReplay: there are too many values.
    """
    check_label(label, how)
    if not how.is_left_open:
        lines = tuple(series.zeros for series in lines)
    if not grouping.without:
        # With `by`, the new label has to be kept explicitly; with `without`, it is kept anyway.
        grouping = LabelGrouping((*grouping.names, label))
    return counted_values(label, lines, grouping, work)
