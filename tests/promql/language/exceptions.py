"""Syntax behind feature flags of Prometheus, which rules are refused by name and tests may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from reliability.promql.evaluate.semantics import Semantics

OF_BOTH: Final = ("mad_over_time", "sort_by_label", "sort_by_label_desc")
OF_3: Final = (
    "limitk",
    "limit_ratio",
    "double_exponential_smoothing",
    "info",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
    "ts_of_last_over_time",
)
DURATION_EXPRESSIONS: Final = re.compile(
    r"\[[^\]:]*[-+*/%^(][^\]]*\] | \[[^\]]*:[^\]]*[-+*/%^(][^\]]*\] | \boffset\s*-?\s*\(",
    re.VERBOSE,
)
"""Arithmetic in a range, a step or an offset."""


def exception(expression: str, how: Semantics) -> str | None:
    """The name of the syntax behind a feature flag that an expression has, if any."""
    patterns = _patterns(how)
    return next((name for name, pattern in patterns.items() if pattern.search(expression)), None)


def _patterns(how: Semantics) -> Mapping[str, re.Pattern[str]]:
    names = (*OF_BOTH, *OF_3) if how.is_left_open else OF_BOTH
    functions = {name: re.compile(rf"\b{name}\b\s*(?:by|without|\()") for name in names}
    if not how.is_left_open:
        return functions
    return {**functions, "duration expressions": DURATION_EXPRESSIONS}
