"""Upper bound of how long an alert condition holds after one event, such as a restart."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from reliability.promql.tree import Binary, Call, Node, Number, VectorSelector

STARTED: Final = re.compile(r".*(?:start_time|boot_time|started_at)(?:_seconds)?|.*_created")
"""Names of metrics whose value is a start time, and which change on each restart."""


def holds_at_most(node: Node) -> timedelta | None:
    """Return the longest time that a condition holds after one event, or None if unknown."""
    match node:
        case Binary(operator="and"):
            known = [
                duration for duration in map(holds_at_most, (node.left, node.right)) if duration
            ]
            return min(known, default=None)
        case Binary(operator="unless"):
            return holds_at_most(node.left)
        case Binary(
            operator=">" | ">=" as sign,
            left=Call(function=name, arguments=(VectorSelector(range=length) as of,)),
            right=Number(value=least),
        ) if _is_once(sign, least) and _is_event(name, of):
            return length
        case Binary(operator="<" | "<=", left=left, right=Number(value=limit)) if _is_age(left):
            return timedelta(seconds=limit) if 0 < limit < timedelta.max.total_seconds() else None
        case _:
            return None


def _is_once(sign: str, least: float) -> bool:
    return (sign, least) in ((">", 0), (">=", 1))


def _is_event(function: str, of: VectorSelector) -> bool:
    is_start = STARTED.fullmatch(of.metric) is not None
    return function == "resets" or (function == "changes" and is_start)


def _is_age(node: Node) -> bool:
    match node:
        case Binary(operator="-", left=Call(function="time"), right=VectorSelector(metric=metric)):
            return STARTED.fullmatch(metric) is not None
        case _:
            return False
