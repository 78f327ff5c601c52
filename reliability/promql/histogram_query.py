"""SLI queries of native histograms: all observations, or those within bounds.

A native histogram is one series, without `_bucket` and `_count`. `histogram_count(x)` is the number
of its observations, and `histogram_fraction(0, 0.5, x)` the share of them above 0, up to 0.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import promql_parser

COUNT: Final = "histogram_count"
FRACTION: Final = "histogram_fraction"


@dataclass(frozen=True, slots=True)
class HistogramQuery:
    """Observations of native histograms since their start; `rate` is added later.

    `bounds` are numbers of PromQL, the lower exclusive and the upper inclusive; None counts all
    observations. `by` has the labels that the written aggregation keeps.
    """

    selector: str
    bounds: tuple[str, str] | None = None
    by: tuple[str, ...] = ()


def read_histogram(tree: Any) -> HistogramQuery | None:
    """Return the observations that an expression counts since the start; None for another form.

    The forms are `histogram_count(x)` and `histogram_fraction(a, b, x) * histogram_count(x)`,
    optionally inside one `sum`.
    """
    outer = _without_parentheses(tree)
    if _is_sum(outer) and outer.modifier and not _kept(outer):
        return None  # without (...): the labels that it keeps are not known
    return _observed(tree, _plain_selector)


def rated_histogram(tree: Any) -> HistogramQuery | None:
    """Return the observations that an expression of rates counts; None for another form.

    The histograms may be summed before or after they are counted, and `>= 0` may drop the NaN of a
    histogram without observations.
    """
    return _observed(tree, _rated_selector)


def is_share(tree: Any) -> bool:
    """Return whether an expression is `histogram_fraction`, a share and not a number of events."""
    return _call(_without_sums(tree), FRACTION) is not None


def observed_per_second(query: HistogramQuery, window: str) -> str:
    """Return PromQL for the observations per second of each series over a window.

    The fraction of a histogram without observations is NaN, and one NaN would make the sum over all
    series NaN. `>= 0` drops it.
    """
    return _counted(query, f"rate({query.selector}[{window}])")


def observed_since_start(query: HistogramQuery) -> str:
    """Return PromQL for the observations of each series since its start, as a counter.

    A histogram without observations counts 0, so that its first one is an increase.
    """
    counted = _counted(query, query.selector)
    return counted if query.bounds is None else f"{counted} or {COUNT}({query.selector}) * 0"


def _counted(query: HistogramQuery, histogram: str) -> str:
    count = f"{COUNT}({histogram})"
    if query.bounds is None:
        return count
    return f"({FRACTION}({', '.join(query.bounds)}, {histogram}) >= 0) * {count}"


def _observed(tree: Any, selected: Callable[[Any], str | None]) -> HistogramQuery | None:
    kept = _kept(tree)
    inner = _without_sums(tree)
    counted = _call(inner, COUNT)
    if counted is not None:
        selector = selected(counted[0])
        return None if selector is None else HistogramQuery(selector, by=kept)

    if isinstance(inner, promql_parser.BinaryExpr) and str(inner.op) == "*" and not inner.modifier:
        for share, other in ((inner.lhs, inner.rhs), (inner.rhs, inner.lhs)):
            fraction = _call(_guarded(share), FRACTION)
            counted = _call(_without_sums(other), COUNT)
            if fraction is not None and counted is not None:
                return _within(fraction, selected(counted[0]), selected, by=kept)
    return None


def _within(
    fraction: list[Any],
    selector: str | None,
    selected: Callable[[Any], str | None],
    by: tuple[str, ...],
) -> HistogramQuery | None:
    lower, upper, histogram = fraction
    bounds = (_number(lower), _number(upper))
    if selector is None or selected(histogram) != selector or None in bounds:
        return None
    return HistogramQuery(selector, (bounds[0] or "", bounds[1] or ""), by)


def _guarded(tree: Any) -> Any:
    """Return the share in `share >= 0`, or the expression itself."""
    inner = _without_parentheses(tree)
    is_guard = isinstance(inner, promql_parser.BinaryExpr) and str(inner.op) == ">="
    if is_guard and _number(inner.rhs) == "0":
        return _without_parentheses(inner.lhs)
    return inner


def _call(tree: Any, function: str) -> list[Any] | None:
    """Return the arguments of a call of a function; None for any other expression."""
    is_call = isinstance(tree, promql_parser.Call) and tree.func.name == function
    return list(tree.args) if is_call else None


def _plain_selector(tree: Any) -> str | None:
    inner = _without_parentheses(tree)
    is_plain = isinstance(inner, promql_parser.VectorSelector) and not (inner.offset or inner.at)
    return inner.prettify() if is_plain else None


def _rated_selector(tree: Any) -> str | None:
    inner = _without_sums(tree)
    for function in ("rate", "increase"):
        arguments = _call(inner, function)
        if arguments is not None and isinstance(arguments[0], promql_parser.MatrixSelector):
            return _plain_selector(arguments[0].vector_selector)
    return None


def _without_sums(tree: Any) -> Any:
    while isinstance(tree, promql_parser.ParenExpr) or _is_sum(tree):
        tree = tree.expr
    return tree


def _without_parentheses(tree: Any) -> Any:
    while isinstance(tree, promql_parser.ParenExpr):
        tree = tree.expr
    return tree


def _is_sum(tree: Any) -> bool:
    is_aggregation = isinstance(tree, promql_parser.AggregateExpr)
    return is_aggregation and str(tree.op).lower().endswith("sum")


def _kept(tree: Any) -> tuple[str, ...]:
    """Return the labels that the outermost sum keeps by name."""
    outer = _without_parentheses(tree)
    if not _is_sum(outer) or not outer.modifier or not str(outer.modifier.type).endswith("By"):
        return ()
    return tuple(outer.modifier.labels)


def _number(tree: Any) -> str | None:
    """Return a number as PromQL; None for any other expression."""
    match tree:
        case promql_parser.NumberLiteral():
            return _number_text(tree.val)
        case promql_parser.UnaryExpr() if isinstance(tree.expr, promql_parser.NumberLiteral):
            return _number_text(-tree.expr.val)
        case promql_parser.ParenExpr():
            return _number(tree.expr)
        case _:
            return None


def _number_text(value: float) -> str:
    """Return a bound as PromQL writes it: `0.5`, `2`, `+Inf`."""
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
