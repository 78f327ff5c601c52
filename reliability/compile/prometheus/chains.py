"""Long chains of one operator as a shallow tree.

A chain of operators is as deep a tree as it is long, and what reads PromQL here follows a tree to
a limit (`reliability.promql.parser.DEEPEST`): 261 weeks of a calendar, or forty corrections, are
more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LONGEST: Final = 20


def chained(joint: str, parts: Sequence[str]) -> str:
    """Parts joined by an operator that is associative, in parentheses of twenty if there are more.

    `joint` is the operator with the space around it.
    """
    if len(parts) <= LONGEST:
        return joint.join(parts)
    groups = (parts[at : at + LONGEST] for at in range(0, len(parts), LONGEST))
    return chained(joint, [f"({joint.join(group)})" for group in groups])
