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
"""Name parts of series that change steadily: recorded series, TTLs, expiry times and ages."""
ONES: Final = frozenset(("absent", "absent_over_time", "group", "present_over_time"))
STATE_LABEL: Final = re.compile(
    r"(?:.*_)?(?:phase|status|state|operstate|condition|health|reason|result|outcome)"
)
BAD: Final = re.compile(
    r"(?i:down|fail|error|unknown|degraded|unhealthy|critical|offline|lost|abnormal|evicted|stuck)"
)
STATE_SET: Final = re.compile(r".*_(?:phase|status|state|condition|status_reason)")
"""Names of state sets: OpenMetrics has one series per state, with the value 0 or 1."""
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

    None means that a condition decides. `bare` has no comparison. `states` selects a state of a
    state set, which has a series even while the state does not hold. `bool` returns 0 or 1 instead
    of filtering. `fallback` ends in `or vector(...)`.
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
    """Return why a selector always has a result, or None if it selects a state by label.

    An info metric is always 1 and changes its labels, so selecting a state by label is a condition.
    kube_pod_status_phase instead has a series for every phase, and the value says which one holds.
    A recorded series may be a condition, too.
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
        # A comparison without `bool` filters: that is the condition.
        if not node.returns_bool:
            return None
        return "bool" if why_always(node.left) and why_always(node.right) else None
    match node.operator:
        case "unless":
            return None
        case "or":
            # `or vector(...)` answers whenever the left side has nothing, so the alert never ends.
            is_constant = isinstance(node.right, Call) and node.right.function == "vector"
            return "fallback" if is_constant else why_always(node.left) or why_always(node.right)
        case "and":
            left, right = why_always(node.left), why_always(node.right)
            # `and` with a bare selector is a usual way to ask whether something exists, and not a
            # forgotten comparison.
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
