"""Compares SLI queries: whether a changed one selects the same, or is stricter."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from reliability.promql.parser import parse
from reliability.promql.query import WINDOW
from reliability.promql.subsets import is_part
from reliability.promql.tree import Aggregation, Call, Node, VectorSelector, read
from reliability.resolve.indicator import PROMETHEUS, LocatedQuery

MATCHER: Final = r'\w+(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*+"'
MATCHERS: Final = re.compile(rf"\{{{MATCHER}(?:,\s*{MATCHER})*+\}}")


def is_same(old: LocatedQuery | None, new: LocatedQuery) -> bool:
    """Return whether two queries select the same; layout and order of matchers do not matter."""
    if old is None or old.type != new.type:
        return False
    if old.text == new.text or old.text is None or new.text is None:
        return old.text == new.text
    return new.type == PROMETHEUS and _canonical(old.text) == _canonical(new.text)


def is_stricter(old: LocatedQuery | None, new: LocatedQuery) -> bool:
    """Return whether a sum counts fewer of the former good events, or more bad ones.

    The new good events must be a subset of the former ones, or the new bad events a superset. This
    holds only if nothing else of the SLI changes. It is about counters, not about gauges.
    """
    if old is None or not old.is_promql or not new.is_promql or "@" in f"{old.text}{new.text}":
        return False
    was, now = _summed(read(old.text or "")), _summed(read(new.text or ""))
    if was is None or now is None or not _differ_in_matchers(was, now):
        return False

    match new.role:
        case "good":
            return is_part(now, was) is True
        case "bad":
            return is_part(was, now) is True
        case _:
            return False


def _differ_in_matchers(one: VectorSelector, other: VectorSelector) -> bool:
    """Return whether two selectors differ only in matchers other than the threshold `le`."""
    bounds = [
        {matcher for matcher in side.matchers if matcher.label == "le"} for side in (one, other)
    ]
    return bounds[0] == bounds[1] and replace(one, matchers=()) == replace(other, matchers=())


def _summed(node: Node | None) -> VectorSelector | None:
    """Return the only selector that a query sums; None if it does more than sum one."""
    match node:
        case VectorSelector():
            return node
        case Aggregation(operator="sum"):
            return _summed(node.inner)
        case Call(function="rate", arguments=(inner,)):
            return _summed(inner)
        case _:
            return None


@lru_cache(maxsize=1024)
def _canonical(text: str) -> str:
    """Format PromQL as the parser does, with the matchers of each selector in order."""
    try:
        written: str = parse(WINDOW.sub("5m", text)).prettify()
    except ValueError:
        return text
    return f"{bool(WINDOW.search(text))} {MATCHERS.sub(_in_order, written)}"


def _in_order(matchers: re.Match[str]) -> str:
    return "{" + ",".join(sorted(re.findall(MATCHER, matchers[0]))) + "}"
