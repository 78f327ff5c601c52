"""`PlanDetail`: how much of a plan every format shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reliability.render.tables import PIPE, TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetail:
    """A plan without diffs (`brief`), or also with all that only follows (`full`).

    `most_lines` limits the diff of an object in Markdown. `documents` are sentences about the
    changes of documents that lead to the plan; None without a base to compare with. `view` is where
    text is shown.
    """

    brief: bool = False
    full: bool = False
    most_lines: int | None = None
    documents: Sequence[str] | None = None
    view: TextView = PIPE


WHOLE: Final = PlanDetail(full=True)
FOLDED: Final = PlanDetail()
