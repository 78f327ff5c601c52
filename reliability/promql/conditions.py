"""When an alert's expression has a result: always, never, or as it should, when a condition holds.

Only what follows from the expression itself is said; anything else counts as a condition.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from reliability.promql.label_bounds import ABSENCE
from reliability.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    StringLiteral,
    Subquery,
    VectorSelector,
    is_scalar,
    walk,
)

Reason = Literal["bare", "states", "bool", "fallback"]
COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
COUNTING: Final = frozenset(("count", "count_over_time"))
STEADY: Final = re.compile(r":|_ttl|_expir|_age_")
"""Names of series that do not jump: recorded ones, and the time that is left."""
ONES: Final = frozenset(("absent", "absent_over_time", "group", "present_over_time"))
STATE_LABEL: Final = re.compile(
    r"(?:.*_)?(?:phase|status|state|operstate|condition|health|reason|result|outcome)"
)
BAD: Final = re.compile(
    r"(?i:down|fail|error|unknown|degraded|unhealthy|critical|offline|lost|abnormal|evicted|stuck)"
)
STATE_SET: Final = re.compile(r".*_(?:phase|status|state|condition|status_reason)")
"""Names of sets of states, of which OpenMetrics has a series for each state, with 0 or 1."""
PLACES: Final = frozenset(("job", "instance", "namespace", "cluster", "environment", "service"))
"""Labels that say whose series it is and not how it is."""
WHILE_FIRING: Final = frozenset(("ALERTS", "ALERTS_FOR_STATE"))
"""Series that exist only while something fires; recorded ones may be conditions as well."""


def has_value(node: Node) -> bool:
    """Whether an expression has a value, and is neither a range of samples nor a text."""
    match node:
        case VectorSelector():
            return node.range is None
        case Subquery() | StringLiteral():
            return False
        case _:
            return True


def why_always(node: Node) -> Reason | None:
    """Why an expression has a result as long as its series exist; None where a condition decides.

    `bare` has no comparison, `states` picks a state that has a series while it does not hold, too,
    `bool` answers 0 or 1 instead of filtering, `fallback` ends in `or vector(...)`.
    """
    match node:
        case VectorSelector():
            return _why_selector(node)
        case Aggregation():
            return why_always(node.inner)
        case Binary():
            return _why_binary(node)
        case Call():
            return _why_call(node)
        case Negative() | Subquery():
            return why_always(node.inner)
        case _:
            return "bare"


def _why_selector(node: VectorSelector) -> Reason | None:
    """A state that is picked by a label is a condition, unless every state has a series.

    An info metric changes its labels and is always 1; kube_pod_status_phase has a series for every
    phase, and its value says which holds.
    """
    if node.metric in WHILE_FIRING or ":" in node.metric:
        return None
    is_state = any(STATE_LABEL.fullmatch(matcher.label) for matcher in node.matchers)
    picking = [
        matcher
        for matcher in node.matchers
        if matcher.label not in PLACES and matcher.sign[0] == "="
    ]
    if is_state or any(BAD.search(matcher.value) for matcher in picking):
        return "states" if STATE_SET.fullmatch(node.metric) else None

    return None if picking and node.metric.endswith("_info") else "bare"


def _why_binary(node: Binary) -> Reason | None:
    if node.operator in COMPARISONS:
        if not node.returns_bool:
            return None
        return "bool" if why_always(node.left) and why_always(node.right) else None
    match node.operator:
        case "unless":
            return None
        case "or":
            is_constant = isinstance(node.right, Call) and node.right.function == "vector"
            return "fallback" if is_constant else why_always(node.left) or why_always(node.right)
        case "and":
            left, right = why_always(node.left), why_always(node.right)
            return left if left and right and left not in ("bare", "states") else None
        case _:
            return _why_arithmetic(node)


def _why_arithmetic(node: Binary) -> Reason | None:
    if is_scalar(node.left) or is_scalar(node.right):
        return why_always(node.left if is_scalar(node.right) else node.right)
    left, right = why_always(node.left), why_always(node.right)
    return left if left and right else None


def _why_call(node: Call) -> Reason | None:
    if node.function in ABSENCE:
        return None
    for argument in node.arguments:
        if not isinstance(argument, Number) and not is_scalar(argument):
            return (
                why_always(argument)
                if not isinstance(argument, VectorSelector) or not argument.range
                else "bare"
            )
    return "bare"


def never_fires(node: Node) -> str | None:
    """What makes a comparison impossible: the function whose result can never be so; or None.

    A count of nothing has no result instead of 0, and `absent` is 1 or has no result.
    """
    match node:
        case Binary(operator="and"):
            return never_fires(node.left) or never_fires(node.right)
        case Binary(operator="unless"):
            return never_fires(node.left)
        case Binary(operator="or"):
            left = never_fires(node.left)
            return left if left and never_fires(node.right) else None
        case Binary(operator=sign) if sign in COMPARISONS and not node.returns_bool:
            return impossible_count(node)
        case _:
            return None


def impossible_count(node: Binary) -> str | None:
    """The function whose result can never compare so; None if it can."""
    sign = node.operator
    if isinstance(node.right, Number):
        counted, limit = node.left, node.right.value
    elif isinstance(node.left, Number):
        counted, limit, sign = node.right, node.left.value, MIRRORED.get(sign, sign)
    else:
        return None

    name = counted.operator if isinstance(counted, Aggregation) else None
    name = counted.function if isinstance(counted, Call) else name
    if name in COUNTING and sign in ("==", "<", "<="):
        return name if not COMPARE[sign](1, limit) and limit <= 1 else None
    if name in ONES and not COMPARE[sign](1, limit):
        return name

    return None


def is_instant(node: Node) -> bool:
    """Whether an expression looks at the last sample alone, so that one bad scrape decides.

    Recorded series (with a colon in their names) are mostly made of a range, and time goes one way.
    """
    return not any(map(_is_steady, walk(node)))


def _is_steady(node: Node) -> bool:
    match node:
        case VectorSelector():
            return node.range is not None or STEADY.search(node.metric) is not None
        case Call():
            return node.function == "time"
        case _:
            return isinstance(node, Subquery)
