"""The selectors of SLIs and signals that should match series, with their locations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from reliability.check.index.expressions import Expressions
from reliability.check.index.queries import SliQuery
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.promql.tree import Binary, Call, Matcher, Node, VectorSelector, children, read
from reliability.resolve.indicator import Role

NAME: Final = "__name__"
RECORDED: Final = "slo:"
"""The prefix of the metrics that generated recording rules write."""
PLAIN: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
WHOLE: Final = re.compile(r"(-?\d+)(?:\.0)?")
ABSENCE: Final = frozenset(("absent", "absent_over_time"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Selected:
    """One selector at one location; `role` is None in a signal.

    `function` is the function around it, such as `rate`. `text` is the query for a server, without
    range and offset.
    """

    selector: VectorSelector
    text: str
    located: Located[Any]
    route: Pointer
    role: Role | None
    function: str

    @property
    def at(self) -> Location:
        """The location of the expression."""
        return self.located.at(*self.route)


def selected(queries: Iterable[SliQuery], expressions: Expressions) -> Iterator[Selected]:
    """Yield the selectors that should match series.

    Selectors inside `absent` and on either side of `or` may match nothing. Metrics of generated
    recording rules exist only after a sync, so they are left out as well.
    """
    for query in queries:
        tree = read(query.placed.text) if query.placed.text is not None else None
        if tree is not None:
            placed = query.placed
            selections = _of_tree(tree, placed.located, placed.route, role=placed.role)
            yield from map(_in_both_forms, selections) if query.is_rewritten else selections
    for expression in expressions.every:
        if expression.signal is not None:
            yield from _of_tree(
                expression.tree, expression.located, (*expression.route, "expr"), role=None
            )


def _in_both_forms(other: Selected) -> Selected:
    """Rewrite whole-number `le` as the compiler does: Prometheus 2 stores 1, Prometheus 3 1.0."""
    matchers = tuple(map(_both, other.selector.matchers))
    if matchers == other.selector.matchers:
        return other
    selector = replace(other.selector, matchers=matchers)
    return replace(other, selector=selector, text=selector_text(selector))


def _both(matcher: Matcher) -> Matcher:
    if matcher.sign != "=" or matcher.label not in ("le", "quantile"):
        return matcher
    whole = WHOLE.fullmatch(matcher.value)
    return Matcher(matcher.label, "=~", f"{whole[1]}|{whole[1]}\\.0") if whole else matcher


def _of_tree(
    tree: Node, located: Located[Any], route: Pointer, role: Role | None
) -> Iterator[Selected]:
    for selector, function in _expected(tree, ""):
        is_one = selector.written == selector.metric  # with the window in it there are many
        if is_one and not selector.alternatives and not selector.metric.startswith(RECORDED):
            text = selector_text(selector)
            yield Selected(
                selector=selector,
                text=text,
                located=located,
                route=route,
                role=role,
                function=function,
            )


def _expected(node: Node, function: str) -> Iterator[tuple[VectorSelector, str]]:
    """Yield the selectors that must match something, with the function around each."""
    match node:
        case VectorSelector():
            yield node, function
        case Call() if node.function in ABSENCE:
            return
        case Call():
            for inner in node.arguments:
                yield from _expected(inner, node.function)
        case Binary() if node.operator == "or":
            return
        case Binary() if node.operator == "unless":
            yield from _expected(node.left, "")
        case _:
            for inner in children(node):
                yield from _expected(inner, "")


def selector_text(selector: VectorSelector) -> str:
    """Format a selector as PromQL."""
    rest = [matcher_text(matcher) for matcher in selector.matchers if matcher.label != NAME]
    if not selector.metric:
        rest = [matcher_text(matcher) for matcher in selector.matchers]
    elif PLAIN.fullmatch(selector.metric):
        return f"{selector.metric}{{{','.join(rest)}}}" if rest else selector.metric
    else:
        rest = [matcher_text(Matcher(NAME, "=", selector.metric)), *rest]
    return f"{{{','.join(rest)}}}"


def metric_text(metric: str) -> str:
    """Format the selector of all series of a metric."""
    return selector_text(
        VectorSelector(
            metric=metric, matchers=(), range=None, offset=timedelta(), alternatives=False
        )
    )


def matcher_text(matcher: Matcher) -> str:
    """Format a matcher as PromQL."""
    label = matcher.label if PLAIN.fullmatch(matcher.label) else quoted(matcher.label)
    return f"{label}{matcher.sign}{quoted(matcher.value)}"


def quoted(text: str) -> str:
    """Quote a string for PromQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
