"""Times at which a selector looks: `offset`, and `@` with a time, `start()` or `end()`.

Source: PreprocessExpr and setOffsetForAtModifier in promql/engine.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import promql_parser as promql

from reliability.promql.evaluate.lines import (
    EvaluatedSeries,
    HistogramArray,
    Labels,
    Scalar,
    Times,
    Vector,
    no_histograms,
)
from reliability.promql.evaluate.semantics import MILLISECOND, milliseconds
from reliability.promql.syntax import parts
from reliability.timespan import EPOCH

BEFORE_1970: Final = 200_000_000_000
"""`@ -5` is encoded as this time plus 5 s, because promql-parser has no negative times."""


@dataclass(frozen=True, slots=True)
class QuerySpan:
    """Start and end of a range query, in milliseconds."""

    start: int
    end: int


def offset(tree: Any) -> int:
    """Return the offset of a selector or subquery, in milliseconds."""
    return milliseconds(tree.offset) if tree.offset else 0


def is_fixed(tree: Any, span: QuerySpan | None) -> bool:
    """Return whether a selector looks at the same time in all evaluations."""
    return tree.at is not None and (span is not None or tree.at.at is not None)


def of(tree: Any, times: Times, span: QuerySpan | None) -> Times:
    """Return the time at which a selector or subquery looks, for each evaluation."""
    at, fixed = tree.at, fixed_time(tree.at)
    if fixed is None:
        if at is None or span is None:
            return times - offset(tree)
        fixed = span.start if str(at.type).endswith("Start") else span.end
    return np.full(len(times), fixed - offset(tree), dtype=np.int64)


def fixed_time(at: Any) -> int | None:
    """Return the time of `@` in milliseconds if it is a number, or None."""
    if at is None or at.at is None:
        return None
    time = int((at.at - EPOCH) // MILLISECOND)
    return time if time < BEFORE_1970 * 1000 else BEFORE_1970 * 1000 - time


def depends_on_query(tree: Any) -> bool:
    """Return whether a subquery contains `@ start()` or `@ end()`, which differ per evaluation."""
    return any(
        inner.at is not None and inner.at.at is None
        for node in _walk(tree)
        if isinstance(node, promql.SubqueryExpr)
        for inner in _walk(node.expr)
        if isinstance(inner, (promql.VectorSelector, promql.SubqueryExpr))
    )


def _walk(tree: Any) -> Iterator[Any]:
    yield tree
    for inner in parts(tree):
        yield from _walk(inner)


def joined(results: Sequence[Scalar | Vector]) -> Scalar | Vector:
    """Join the results of single evaluations into one result."""
    vectors = [result for result in results if isinstance(result, tuple)]
    if not vectors:
        return np.concatenate([result for result in results if not isinstance(result, tuple)])

    rows: dict[Labels, list[tuple[int, EvaluatedSeries]]] = {}
    for row, lines in enumerate(vectors):
        for series in lines:
            if series.there[0]:
                rows.setdefault(series.labels, []).append((row, series))
    return tuple(_series(labels, samples, len(vectors)) for labels, samples in rows.items())


def _series(
    labels: Labels, samples: Sequence[tuple[int, EvaluatedSeries]], count: int
) -> EvaluatedSeries:
    values, there = np.zeros(count), np.zeros(count, dtype=bool)
    histograms: HistogramArray | None = None
    for row, series in samples:
        values[row], there[row] = series.values[0], True
        if series.histograms is not None and series.histograms[0] is not None:
            histograms = no_histograms(count) if histograms is None else histograms
            histograms[row] = series.histograms[0]
    return EvaluatedSeries(labels, values, there, histograms=histograms)
