"""The lookback of SLO periods and of expressions of signals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.promql.tree import Node, Subquery, VectorSelector, children
from reliability.render.durations import length_text
from reliability.scalars import duration_text

if TYPE_CHECKING:
    from typing import Any

    from reliability.check.index.declarations import Declarations


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lookback:
    """An SLO period or an expression: how far it looks back, a message and its help."""

    located: Located[Any]
    route: Pointer
    length: timedelta
    words: Message
    help: Message

    @property
    def at(self) -> Location:
        """The location of the value."""
        return self.located.at(*self.route)


def reaches(context: Declarations) -> Iterator[Lookback]:
    """Yield the periods of SLOs, then the expressions of signals that look back."""
    for slo in context.catalog.documents(Slo):
        if slo.value.spec.time_window:
            period = slo.value.period
            words = Message("the SLO period is {length}", length=duration_text(period))
            help_text = Message(
                "extend the retention, or shorten the SLO period; no alert states a budget of "
                "which less than 98 % is recorded"
            )
            route = ("spec", "timeWindow", 0, "duration")
            yield Lookback(located=slo, route=route, length=period, words=words, help=help_text)

    for expression in context.expressions.every:
        if expression.signal is None:
            continue
        back = looks_back(expression.tree)
        if back:
            words = Message("the expression looks back {length}", length=_length(back))
            help_text = Message("extend the retention, or look back less far")
            expr: Pointer = (*expression.route, "expr")
            yield Lookback(
                located=expression.located, route=expr, length=back, words=words, help=help_text
            )


def _length(back: timedelta) -> str:
    """Format a length as PromQL does, or rounded if that would be thousands of minutes."""
    exact = back < timedelta(days=2) or back % timedelta(hours=1) == timedelta()
    return duration_text(back) if exact else length_text(back)


def looks_back(node: Node) -> timedelta:
    """Return how far back an expression looks: ranges and offsets, and those of subqueries."""
    deepest = max(map(looks_back, children(node)), default=timedelta())
    match node:
        case VectorSelector():
            return (node.range or timedelta()) + node.offset
        case Subquery():
            return node.range + node.offset + deepest
        case _:
            return deepest
