"""Long chains of one operator as a shallow tree.

The tree of a chain is as deep as the chain is long, and this project's parser has a limit
(`reliability.promql.parser.DEEPEST`). A calendar of 261 weeks or forty corrections exceed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LONGEST: Final = 20


def chained(joint: str, parts: Sequence[str]) -> str:
    """Join parts by an associative operator, in parentheses of twenty if there are more.

    `joint` is the operator with the space around it.
    """
    if len(parts) <= LONGEST:
        return joint.join(parts)
    groups = (parts[at : at + LONGEST] for at in range(0, len(parts), LONGEST))
    return chained(joint, [f"({joint.join(group)})" for group in groups])
