"""How far back everything looks that people have written: windows of SLOs, ranges of signals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from reliability.check.wording import length_text
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.openslo.slo import Slo
from reliability.promql.tree import Node, Subquery, VectorSelector, children
from reliability.scalars import duration_text

if TYPE_CHECKING:
    from typing import Any

    from reliability.check.index.declarations import Declarations


@dataclass(frozen=True, slots=True, eq=False)
class Lookback:
    """Something that looks back; `words` say what and how far, `help` what to do."""

    located: Located[Any]
    route: Pointer
    length: timedelta
    words: str
    help: str

    @property
    def at(self) -> Location:
        """Where it is written."""
        return self.located.at(*self.route)


def reaches(context: Declarations) -> Iterator[Lookback]:
    """The windows of SLOs, then the expressions of signals that look back at all."""
    for slo in context.catalog.each(Slo):
        if slo.value.spec.time_window:
            period = slo.value.period
            words = f"the window is {duration_text(period)}"
            route = ("spec", "timeWindow", 0, "duration")
            yield Lookback(slo, route, period, words, "keep the data longer, or promise less long")
    for each in context.expressions.every:
        back = looks_back(each.tree) if each.signal is not None else timedelta()
        if back:
            words = f"the expression looks back {_length(back)}"
            yield Lookback(each.located, (*each.route, "expr"), back, words, "keep the data longer")


def _length(back: timedelta) -> str:
    """As PromQL writes it, and rounded where that would be a number of minutes beyond days."""
    exact = back < timedelta(days=2) or back % timedelta(hours=1) == timedelta()
    return duration_text(back) if exact else length_text(back)


def looks_back(node: Node) -> timedelta:
    """How far back an expression looks: ranges and offsets, those of subqueries on top."""
    deepest = max(map(looks_back, children(node)), default=timedelta())
    match node:
        case VectorSelector():
            return (node.range or timedelta()) + node.offset
        case Subquery():
            return node.range + node.offset + deepest
        case _:
            return deepest
