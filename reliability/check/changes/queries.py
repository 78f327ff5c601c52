"""Whether a query of an SLI still asks the same as before, or lets no more pass."""

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
    """Whether two queries ask the same, however they are laid out and their matchers ordered."""
    if old is None or old.type != new.type:
        return False
    if old.text == new.text or old.text is None or new.text is None:
        return old.text == new.text
    return new.type == PROMETHEUS and _canonical(old.text) == _canonical(new.text)


def is_stricter(old: LocatedQuery | None, new: LocatedQuery) -> bool:
    """Whether the good events of a sum are a part of those before, or its bad ones all and more.

    True is sure as long as nothing else of the SLI changes, and says nothing of values.
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
    """Whether two selectors differ in nothing else; the bound of a bucket is a threshold."""
    bounds = [{each for each in side.matchers if each.label == "le"} for side in (one, other)]
    return bounds[0] == bounds[1] and replace(one, matchers=()) == replace(other, matchers=())


def _summed(node: Node | None) -> VectorSelector | None:
    """The one selector whose events a query sums; None where it does more."""
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
    """PromQL as its parser writes it, with the matchers of each selector in order."""
    try:
        written: str = parse(WINDOW.sub("5m", text)).prettify()
    except ValueError:
        return text
    return f"{bool(WINDOW.search(text))} {MATCHERS.sub(_in_order, written)}"


def _in_order(found: re.Match[str]) -> str:
    return "{" + ",".join(sorted(re.findall(MATCHER, found[0]))) + "}"
