"""Static analysis of alert expressions: always firing, never firing, or depending on a condition.

Only what follows from the text of the expression is reported. Anything unknown counts as a
condition.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from reliability.promql.label_bounds import ABSENCE
from reliability.promql.metric_kinds import is_quantity
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

Reason = Literal["bare", "bound", "states", "bool", "fallback", "unknown"]
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
"""Name parts of series that change steadily: recorded series, TTLs, expiry times and ages."""
ONES: Final = frozenset(("absent", "absent_over_time", "group", "present_over_time"))
STATE_LABEL: Final = re.compile(
    r"(?:.*_)?(?:phase|status|state|operstate|condition|health|reason|result|outcome)"
)
BAD: Final = re.compile(
    r"(?i:down|fail|error|unknown|degraded|unhealthy|critical|offline|lost|abnormal|evicted|stuck)"
)
STATE_SET: Final = re.compile(
    r"kube_\w+_status_(?:phase|condition|ready|scheduled)|kube_pod_status_reason"
    r"|node_systemd_unit_state"
)
"""Metrics known to have one series per state, with the value 0 or 1.

Other metrics ending in `_status` or `_state` may have a series only for the state that holds.
"""
COMPUTING: Final = frozenset(("sum", "max", "min", "avg"))
"""Aggregations whose result is about values; `count` and `group` are about which series exist."""
PLACES: Final = frozenset(("job", "instance", "namespace", "cluster", "environment", "service"))
"""Labels that identify the source of a series rather than its state."""
WHILE_FIRING: Final = frozenset(("ALERTS", "ALERTS_FOR_STATE"))
"""Series that exist only while an alert is pending or firing."""


def has_value(node: Node) -> bool:
    """Return whether an expression is neither a range vector nor a string."""
    match node:
        case VectorSelector():
            return node.range is None
        case Subquery() | StringLiteral():
            return False
        case _:
            return True


def why_always(node: Node) -> Reason | None:
    """Return why an expression has a result whenever its series exist, or None.

    None means that a condition decides, or that the series may exist only while something is
    wrong. `bare` has no comparison, and `bound` one that binds to the right side of `or` alone.
    `states` selects a state of a state set, which has a series even while the state does not hold.
    `bool` returns 0 or 1 instead of filtering. `fallback` ends in `or vector(...)`.
    """
    why = _why(node)
    return None if why == "unknown" else why


def _why(node: Node) -> Reason | None:
    """Return why an expression always has a result; `unknown` if no condition is visible."""
    match node:
        case VectorSelector():
            return _why_selector(node)
        case Aggregation(operator=name, inner=VectorSelector() as inner) if name in COMPUTING:
            return "bare" if is_quantity(inner.metric) else _why_selector(inner)
        case Binary():
            return _why_binary(node)
        case Call():
            return _why_call(node)
        case Aggregation() | Negative() | Subquery():
            return _why(node.inner)
        case _:
            return "bare"


def _why_selector(node: VectorSelector) -> Reason | None:
    """Return why a selector always has a result, or None if it selects a state by label.

    An info metric is always 1 and changes its labels, so selecting a state by label is a condition.
    kube_pod_status_phase instead has a series for every phase, and the value says which one holds.
    A recorded series may be a condition, too.
    """
    if node.metric in WHILE_FIRING or ":" in node.metric:
        return None
    picking = [matcher for matcher in node.matchers if matcher.label not in PLACES]
    is_state = any(
        STATE_LABEL.fullmatch(matcher.label) or BAD.search(matcher.value) for matcher in picking
    )
    if STATE_SET.fullmatch(node.metric):
        return "states" if is_state else "bare"
    is_info = node.metric.endswith("_info")
    if is_state or (is_info and picking):
        return None
    is_usual = is_info or node.metric == "up" or is_quantity(node.metric)
    return "bare" if is_usual and all(matcher.sign == "=" for matcher in picking) else "unknown"


def _is_filter(node: Node) -> bool:
    """Return whether an expression is a comparison without `bool`."""
    return isinstance(node, Binary) and node.operator in COMPARISONS and not node.returns_bool


def _why_binary(node: Binary) -> Reason | None:
    if _is_filter(node):
        return None
    if node.operator in COMPARISONS:
        return "bool" if _why(node.left) and _why(node.right) else None
    match node.operator:
        case "unless":
            return None
        case "or":
            # `or vector(...)` answers whenever the left side has nothing, so the alert never ends.
            is_constant = isinstance(node.right, Call) and node.right.function == "vector"
            left = "fallback" if is_constant else why_always(node.left)
            is_bound = left == "bare" and _is_filter(node.right)
            return "bound" if is_bound else left or _why(node.right)
        case "and":
            left, right = why_always(node.left), _why(node.right)
            # `and` with a bare selector is a usual way to ask whether something exists, and not a
            # forgotten comparison.
            return left if left and right and left not in ("bare", "states") else None
        case _:
            return _why_arithmetic(node)


def _why_arithmetic(node: Binary) -> Reason | None:
    if is_scalar(node.left) or is_scalar(node.right):
        return _why(node.left if is_scalar(node.right) else node.right)
    left, right = _why(node.left), _why(node.right)
    return (right if left == "unknown" else left) if left and right else None


def _why_call(node: Call) -> Reason | None:
    if node.function in ABSENCE:
        return None
    for argument in node.arguments:
        if not isinstance(argument, Number) and not is_scalar(argument):
            # A rate is 0 while nothing happens; `max_over_time` exists as its series does.
            is_change = isinstance(argument, VectorSelector) and argument.range is not None
            is_change = is_change and not node.function.endswith("_over_time")
            return "bare" if is_change else _why(argument)
    return "bare"


def never_fires(node: Node) -> str | None:
    """Return the name of a function whose result makes the comparison impossible, or None.

    `count` of an empty vector has no result instead of 0, and `absent` is 1 or has no result.
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
    """Return the function whose result can never satisfy the comparison, or None if it can."""
    sign = node.operator
    if isinstance(node.right, Number):
        counted, limit = node.left, node.right.value
    elif isinstance(node.left, Number):
        # With the number on the left the comparison is read from the other side.
        counted, limit, sign = node.right, node.left.value, MIRRORED.get(sign, sign)
    else:
        return None

    name = counted.operator if isinstance(counted, Aggregation) else None
    name = counted.function if isinstance(counted, Call) else name
    if name in COUNTING and sign in ("==", "<", "<="):
        # `count` of nothing has no result in PromQL, so its smallest value is 1 and `count(...) ==
        # 0` never holds.
        return name if not COMPARE[sign](1, limit) and limit <= 1 else None
    if name in ONES and not COMPARE[sign](1, limit):
        return name

    return None


def is_instant(node: Node) -> bool:
    """Return whether an expression uses only the newest sample, so that one bad scrape decides.

    A recorded series (with a colon in its name) counts as smoothed, because it is usually computed
    over a range. `time()` only moves forward.
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
