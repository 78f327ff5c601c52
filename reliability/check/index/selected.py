"""Every selector of SLIs and signals: where it is written, and what may be expected of it."""

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
"""How the metrics begin that our own rules record."""
PLAIN: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
WHOLE: Final = re.compile(r"(-?\d+)(?:\.0)?")
ABSENCE: Final = frozenset(("absent", "absent_over_time"))


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """One selector in one place; `role` is None where a signal has it.

    `function` is what is called with it, as `rate`. `text` is how a server is asked for it,
    without range and offset.
    """

    selector: VectorSelector
    text: str
    located: Located[Any]
    route: Pointer
    role: Role | None
    function: str

    @property
    def at(self) -> Location:
        """Where its expression is written."""
        return self.located.at(*self.route)


def selected(queries: Iterable[SliQuery], expressions: Expressions) -> Iterator[Selected]:
    """What should be there: not what `absent` looks for, nor what has an `or` to stand in for it.

    Metrics that our own rules record are left out, as they come with the sync.
    """
    for query in queries:
        tree = read(query.placed.text) if query.placed.text is not None else None
        if tree is not None:
            placed = query.placed
            found = _of_tree(tree, placed.located, placed.route, placed.role)
            yield from map(_in_both_forms, found) if query.is_rewritten else found
    for each in expressions.every:
        if each.signal is not None:
            yield from _of_tree(each.tree, each.located, (*each.route, "expr"), None)


def _in_both_forms(each: Selected) -> Selected:
    """A selector as the compiler writes it: a whole-number `le` as Prometheus 2 and 3 store it."""
    matchers = tuple(map(_both, each.selector.matchers))
    if matchers == each.selector.matchers:
        return each
    selector = replace(each.selector, matchers=matchers)
    return replace(each, selector=selector, text=selector_text(selector))


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
            yield Selected(selector, text, located, route, role, function)


def _expected(node: Node, function: str) -> Iterator[tuple[VectorSelector, str]]:
    """The selectors that must match something, with the function around each."""
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
    """A selector as PromQL writes it."""
    rest = [matcher_text(each) for each in selector.matchers if each.label != NAME]
    if not selector.metric:
        rest = [matcher_text(each) for each in selector.matchers]
    elif PLAIN.fullmatch(selector.metric):
        return f"{selector.metric}{{{','.join(rest)}}}" if rest else selector.metric
    else:
        rest = [matcher_text(Matcher(NAME, "=", selector.metric)), *rest]
    return f"{{{','.join(rest)}}}"


def metric_text(metric: str) -> str:
    """The selector of all series of a metric."""
    return selector_text(VectorSelector(metric, (), None, timedelta(), False))


def matcher_text(matcher: Matcher) -> str:
    """A matcher as PromQL writes it."""
    label = matcher.label if PLAIN.fullmatch(matcher.label) else quoted(matcher.label)
    return f"{label}{matcher.sign}{quoted(matcher.value)}"


def quoted(text: str) -> str:
    """A text between double quotes, as PromQL reads it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
