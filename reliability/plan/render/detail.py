"""`PlanDetail`: how much of a plan every format shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reliability.plan.render.diff import LONGEST
from reliability.render.tables import PIPE, TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetail:
    """A plan without diffs (`brief`), or also with all that only follows (`full`).

    Markdown has at most `most_objects`, `most_lines` of each, and `longest` characters of a line.
    `documents` are sentences about the changes of documents that lead to the plan; None without a
    base to compare with. `view` is where text is shown.
    """

    brief: bool = False
    full: bool = False
    most_objects: int | None = None
    most_lines: int | None = None
    longest: int = LONGEST
    documents: Sequence[str] | None = None
    view: TextView = PIPE


WHOLE: Final = PlanDetail(full=True)
FOLDED: Final = PlanDetail()
