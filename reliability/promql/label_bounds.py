"""Labels that the result of a PromQL expression certainly has, and those it cannot have.

The analysis errs on the safe side: an unknown label is possible and not certain. A label in `by
(...)` is assumed to exist, because somebody grouped by it, and so are `job` and `instance` of
scraped series. Both can be wrong: `by (cluster)` keeps nothing if no series has `cluster`, and a
scrape configuration can drop any label. A caller that must be certain passes `assumes=False`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from reliability.promql.syntax import LABELLESS, RANKING
from reliability.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Matcher,
    Negative,
    Node,
    Subquery,
    VectorMatching,
    VectorSelector,
    is_scalar,
)
from reliability.regex import RegexRefusedError, matches_whole

NAME: Final = "__name__"
NEW_LABEL: Final = frozenset(("label_replace", "label_join"))
ABSENCE: Final = frozenset(("absent", "absent_over_time"))
SCRAPED: Final = frozenset(("job", "instance"))
"""Labels that Prometheus adds to every scraped series."""
NOT_SCRAPED: Final = frozenset(("", "ALERTS", "ALERTS_FOR_STATE"))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Certain, possible and impossible labels of a result.

    `sure` labels are always present. Only labels in `only` (None: any label) and not in `never` are
    possible. If `is_mixed`, series from different origins are combined (both sides of `or`, or a
    label that was added), and some of them may lack a label that `by` names.
    """

    sure: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    is_mixed: bool = False

    def may(self, label: str) -> bool:
        """Return whether a series of the result can have the label."""
        return label not in self.never and (self.only is None or label in self.only)

    def keeping(self, labels: frozenset[str]) -> Bounds:
        """Return the bounds after keeping only these labels."""
        possible = frozenset(label for label in labels if self.may(label))
        return Bounds(self.sure & labels, possible, is_mixed=self.is_mixed)

    def without(self, labels: frozenset[str]) -> Bounds:
        """Return the bounds after removing these labels."""
        return Bounds(self.sure - labels, self.only, self.never | labels, is_mixed=self.is_mixed)

    def adding(self, labels: frozenset[str]) -> Bounds:
        """Return the bounds after an operation that may set these labels."""
        only = None if self.only is None else self.only | labels
        return Bounds(self.sure - labels, only, self.never - labels, is_mixed=True)

    def either(self, other: Bounds) -> Bounds:
        """Return the bounds of a series that comes from either of two results."""
        never = frozenset(
            label
            for label in self.never | other.never
            if not self.may(label) and not other.may(label)
        )
        only = None if self.only is None or other.only is None else self.only | other.only
        differ = (self.only, self.never) != (other.only, other.never)
        is_mixed = self.is_mixed or other.is_mixed or differ
        return Bounds(self.sure & other.sure, only, never, is_mixed=is_mixed)


NONE: Final = Bounds(only=frozenset())


@lru_cache(maxsize=16384)
def bounds(node: Node, *, assumes: bool = True) -> Bounds:
    """Return the bounds of an expression's labels, without the metric name.

    `assumes` treats the labels in `by (...)`, `job` and `instance` as labels that the series have.
    """
    match node:
        case VectorSelector():
            return _of_selector(node, assumes=assumes)
        case Aggregation():
            return _of_aggregation(node, assumes=assumes)
        case Binary():
            return _of_binary(node, assumes=assumes)
        case Call():
            return _of_call(node, assumes=assumes)
        case Subquery() | Negative():
            return bounds(node.inner, assumes=assumes)
        case _:
            return NONE


def _of_selector(node: VectorSelector, *, assumes: bool) -> Bounds:
    if node.alternatives:
        return Bounds()
    named = [matcher for matcher in node.matchers if matcher.label != NAME]
    sure = frozenset(matcher.label for matcher in named if not _matches_empty(matcher))
    empty = frozenset(
        matcher.label for matcher in named if (matcher.sign, matcher.value) == ("=", "")
    )
    is_scraped = assumes and node.metric not in NOT_SCRAPED and ":" not in node.metric
    unmatched = (
        SCRAPED.difference(matcher.label for matcher in named) if is_scraped else frozenset()
    )
    return Bounds(sure | unmatched, None, empty)


def _matches_empty(matcher: Matcher) -> bool:
    """Return whether a matcher also selects series without the label; True if unknown."""
    match matcher.sign:
        case "=":
            return matcher.value == ""
        case "!=":
            return matcher.value != ""
        case "=~":
            return _takes_empty(matcher.value) is not False
        case _:
            return _takes_empty(matcher.value) is not True


def _takes_empty(pattern: str) -> bool | None:
    try:
        return matches_whole(pattern, "")
    except RegexRefusedError:
        return None


def _of_aggregation(node: Aggregation, *, assumes: bool) -> Bounds:
    inner = bounds(node.inner, assumes=assumes)
    # `topk` and its kin return series as they are; `by` only says among which they choose.
    if node.operator in RANKING:
        return inner

    match node.grouping:
        case "by":
            kept = _named(inner, node.labels) if assumes else inner.keeping(node.labels)
        case "without":
            kept = inner.without(node.labels)
        case None:
            kept = NONE

    if node.operator == "count_values":
        label = getattr(node.parameter, "text", None)
        return kept.adding(frozenset((label,))) if isinstance(label, str) else Bounds()

    return kept


def _named(inner: Bounds, labels: frozenset[str]) -> Bounds:
    kept = inner.keeping(labels)
    # Who writes `by (a)` expects series with `a`. With series of several origins that expectation
    # does not hold for all of them.
    return kept if inner.is_mixed else Bounds(kept.only or frozenset(), kept.only)


def _of_call(node: Call, *, assumes: bool) -> Bounds:
    if node.function in ABSENCE:
        return _of_absence(node.arguments[0])
    if node.function in LABELLESS:
        return NONE
    if node.function == "info":
        return Bounds()

    vectors = (argument for argument in node.arguments if _is_vector(argument))
    inner = next((bounds(vector, assumes=assumes) for vector in vectors), NONE)
    if node.function.startswith("histogram_quantile"):
        return inner.without(frozenset(("le",)))
    if node.function in NEW_LABEL:
        label = getattr(node.arguments[1], "text", None)
        return inner.adding(frozenset((label,))) if isinstance(label, str) else Bounds()

    return inner


def _is_vector(node: Node) -> bool:
    return isinstance(
        node, VectorSelector | Aggregation | Binary | Call | Subquery | Negative
    ) and (not is_scalar(node))


def _of_absence(inner: Node) -> Bounds:
    """Return the labels of `absent(x{a="b"})`: those matched once, with `=`."""
    if not isinstance(inner, VectorSelector):
        return NONE
    named = [matcher.label for matcher in inner.matchers]
    equal = frozenset(
        matcher.label
        for matcher in inner.matchers
        if matcher.sign == "="
        and matcher.value
        and named.count(matcher.label) == 1
        and matcher.label != NAME
    )

    return Bounds(equal, equal)


def _of_binary(node: Binary, *, assumes: bool) -> Bounds:
    left = bounds(node.left, assumes=assumes)
    right = bounds(node.right, assumes=assumes)
    if is_scalar(node.left) or is_scalar(node.right):
        return right if is_scalar(node.left) else left
    how = node.matching
    # Set operators return series of the left side unchanged.
    if node.operator in ("and", "unless"):
        return left
    if node.operator == "or":
        return left.either(right)
    return Bounds() if how.is_filled else _matched(left, right, how)


def _matched(left: Bounds, right: Bounds, how: VectorMatching) -> Bounds:
    """Return the bounds of an arithmetic or comparison operation between vectors."""
    match how.many:
        case "left":
            return _taking(left, right, how.taken)
        case "right":
            return _taking(right, left, how.taken)
        case None:
            return left.keeping(how.labels) if how.on else left.without(how.labels)


def _taking(many: Bounds, one: Bounds, labels: frozenset[str]) -> Bounds:
    """Return the bounds of the "many" side with the labels that it copies from the "one" side.

    Copying also removes a label that the "one" side lacks.
    """
    taken = many.without(labels).adding(frozenset(label for label in labels if one.may(label)))
    is_mixed = many.is_mixed or one.is_mixed
    return Bounds(taken.sure | (one.sure & labels), taken.only, taken.never, is_mixed=is_mixed)


Side = Literal["left", "right"]


def never_match(node: Binary, *, assumes: bool = True) -> tuple[str, Side] | None:
    """Return the first of `mismatches`, or None if series of the two sides may match."""
    return next(mismatches(node, assumes=assumes), None)


def mismatches(node: Binary, *, assumes: bool = True) -> Iterator[tuple[str, Side]]:
    """Yield each label that one side always has and the other cannot have, and the side with it.

    With such a label, no series of the two sides match.
    """
    if (
        node.operator == "or"
        or is_scalar(node.left)
        or is_scalar(node.right)
        or node.matching.is_filled
    ):
        return

    left = bounds(node.left, assumes=assumes)
    right = bounds(node.right, assumes=assumes)
    for label in sorted(left.sure | right.sure):
        # This label is not compared: `on` names those that are, `ignoring` those that are not.
        if (label in node.matching.labels) is not node.matching.on:
            continue
        if label in left.sure and not right.may(label):
            yield label, "left"
        if label in right.sure and not left.may(label):
            yield label, "right"
