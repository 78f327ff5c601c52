"""Hand-written multiwindow burn-rate alerts, recognized by their expressions.

Forms: The Site Reliability Workbook, chapter 5, and variants found in public rule files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import promql_parser
from pydantic_core import PydanticCustomError

from reliability.convert.prometheus_rules.thresholds import factor_and_budget
from reliability.model.kind import parse_duration
from reliability.promql import syntax

WINDOW: Final = "{{.window}}"
RECORDED: Final = re.compile(r"^(?P<stem>.*[a-z_:])(?P<window>(?:\d+[smhdw])+)$")
RANGE: Final = re.compile(r"\[([^\]:]+)\]")
SPACES: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s+""")
TIGHT: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\() +| +(\))""")
MAY_BURN: Final = re.compile(r"\band\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ratio:
    """An error ratio over a window, with a placeholder for the window in its text.

    `stem` is the name of a recording rule without its window, or empty if the ratio is written
    out. `kept` are the labels that an aggregation around it keeps; None without an aggregation.
    """

    text: str
    stem: str
    matchers: tuple[tuple[str, str, str], ...]
    kept: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class AlertWindows:
    """The long and short window of an alert, and its burn-rate factor."""

    long: timedelta
    short: timedelta
    factor: Fraction


@dataclass(frozen=True, slots=True)
class ImportedBurnRate:
    """A burn-rate alert: its error ratio, the error budget, and the window pairs joined by `or`."""

    ratio: Ratio
    budget: Fraction
    pairs: tuple[AlertWindows, ...]


def read_burn_rate(expr: str) -> ImportedBurnRate | None:
    """Read an expression as a burn-rate alert; None if it is something else."""
    candidates = [_pair(alternative) for alternative in _alternatives(_parsed(expr))]
    pairs = [candidate for candidate in candidates if candidate is not None]
    if len(pairs) != len(candidates) or len({(ratio, budget) for ratio, budget, _ in pairs}) != 1:
        return None

    ratio, budget, _ = pairs[0]
    return ImportedBurnRate(ratio, budget, tuple(pair for _, _, pair in pairs))


def resembles_burn_rate(expr: str) -> bool:
    """Return whether an expression compares one ratio over two windows, among other conditions."""
    windows: dict[Ratio, set[timedelta]] = {}
    for comparison in map(_compared, _conditions(_parsed(expr))):
        if comparison is not None:
            windows.setdefault(comparison[0], set()).add(comparison[1])

    return any(len(of_ratio) > 1 for of_ratio in windows.values())


def _parsed(expr: str) -> Any:
    """Return the tree, or a text if the expression does not parse or has no `and`."""
    return syntax.parse(expr) if MAY_BURN.search(expr) else ""


def _conditions(tree: Any) -> Iterator[Any]:
    tree = bare(tree)
    if _operator(tree) in ("and", "or", "unless"):
        yield from _conditions(tree.lhs)
        yield from _conditions(tree.rhs)
    else:
        yield tree


def _alternatives(tree: Any) -> Iterator[Any]:
    tree = bare(tree)
    if _operator(tree) == "or":
        yield from _alternatives(tree.lhs)
        yield from _alternatives(tree.rhs)
    else:
        yield tree


def _pair(tree: Any) -> tuple[Ratio, Fraction, AlertWindows] | None:
    if _operator(tree) != "and":
        return None
    one, other = _compared(tree.lhs), _compared(tree.rhs)
    if one is None or other is None or one[0] != other[0] or one[1] == other[1]:
        return None

    (ratio, long, threshold), (_, short, lower) = sorted(
        (one, other), key=lambda comparison: comparison[1], reverse=True
    )
    split, again = factor_and_budget(threshold, long), factor_and_budget(lower, long)
    if split is None or split != again:
        return None

    return ratio, split[1], AlertWindows(long, short, split[0])


def _compared(tree: Any) -> tuple[Ratio, timedelta, Any] | None:
    """Return a ratio, its window and the threshold that it must exceed, or None for other forms."""
    tree = bare(tree)
    operator = _operator(tree)
    if operator in (">", ">="):
        side, threshold = tree.lhs, tree.rhs
    elif operator in ("<", "<="):
        side, threshold = tree.rhs, tree.lhs
    else:
        return None

    ratio = _ratio(side)
    return (*ratio, threshold) if ratio else None


def _ratio(tree: Any) -> tuple[Ratio, timedelta] | None:
    tree = bare(tree)
    kept: tuple[str, ...] | None = None
    if isinstance(tree, promql_parser.AggregateExpr) and _is_selector(bare(tree.expr)):
        kept, tree = _kept(tree), bare(tree.expr)
    if _is_selector(tree):
        return _recorded(tree, kept)

    text = tree.prettify()
    windows = {match[1] for match in RANGE.finditer(text)}
    window = length(windows.pop()) if len(windows) == 1 else None
    if window is None or _operator(tree) not in ("/", "-"):
        return None

    return Ratio(windowed(tree), "", (), kept=None), window


def windowed(tree: Any) -> str:
    """Return an expression on one line, with `{{.window}}` for its ranges."""
    text: str = tree.prettify()
    return one_line(RANGE.sub(f"[{WINDOW}]", text))


def one_line(text: str) -> str:
    """Return PromQL without line breaks and indentation; quoted text is not changed."""
    joined = SPACES.sub(lambda match: match[1] or " ", text).strip()
    return TIGHT.sub(lambda match: match[1] or match[2] or match[3], joined)


def _recorded(selector: Any, kept: tuple[str, ...] | None) -> tuple[Ratio, timedelta] | None:
    match = RECORDED.match(syntax.metric(selector))
    window = length(match["window"]) if match else None
    if match is None or window is None or selector.offset or selector.at:
        return None
    matchers = tuple(
        (name, sign, value)
        for name, sign, value in syntax.matchers(selector)
        if name not in ("__name__", "sloth_window", "window")
    )
    return Ratio(match["stem"] + WINDOW, match["stem"], matchers, kept=kept), window


def _kept(tree: Any) -> tuple[str, ...] | None:
    if tree.modifier is None:
        return ()
    return tuple(tree.modifier.labels) if str(tree.modifier.type).endswith("By") else None


def length(text: str) -> timedelta | None:
    """Return a Prometheus duration; None if the text is not one."""
    try:
        return parse_duration(text)
    except PydanticCustomError:
        return None


def _is_selector(tree: Any) -> bool:
    return isinstance(tree, promql_parser.VectorSelector)


def _operator(tree: Any) -> str:
    return str(tree.op) if isinstance(tree, promql_parser.BinaryExpr) else ""


def bare(tree: Any) -> Any:
    """Return an expression without the parentheses around it."""
    while isinstance(tree, promql_parser.ParenExpr):
        tree = tree.expr
    return tree
