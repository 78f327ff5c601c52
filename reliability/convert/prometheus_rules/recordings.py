"""Recording rules of an import, and the SLI of an error ratio that they record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import promql_parser

from reliability.convert.converter import mapping
from reliability.convert.fields import Fields
from reliability.convert.prometheus_rules.burn_rate_alerts import (
    RANGE,
    RECORDED,
    WINDOW,
    Ratio,
    bare,
    length,
    one_line,
)
from reliability.convert.prometheus_rules.thresholds import number
from reliability.promql import syntax

Matchers = tuple[tuple[str, str, str], ...]
SAME: Final = "="

DEEPEST: Final = 3
"""Limit of levels of recording rules that are expanded."""
OPERATORS: Final = re.compile(r"[-+*/^(]|\b(?:or|and|unless)\b", re.IGNORECASE)
MAX_OPERATORS: Final = 300
"""Limit of operators and parentheses of an expression whose recording rules are expanded.

Each level may multiply the length: an expression may name a rule many times.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSli:
    """Queries of the good or bad events and of all events; `by` has the group-by labels.

    `variant` has the labels that distinguish several definitions of one recording rule.
    """

    role: str
    events: str
    total: str
    by: tuple[str, ...] = ()
    variant: tuple[tuple[str, str], ...] = ()


Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recordings:
    """Expression by window, of each recording rule (named without its window) and its labels."""

    by_stem: Mapping[str, Mapping[Labels, Mapping[timedelta, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Fields], stems: frozenset[str]) -> Recordings:
        """Index the recording rules whose name without its window is in `stems`."""
        records = [fields for fields in rules if "record" in fields.values] if stems else []
        plain = plain_texts(records)
        by_stem: dict[str, dict[Labels, dict[timedelta, str]]] = {}

        for rule in records:
            name = RECORDED.match(str(rule.values["record"]))
            if name is None or name["stem"] not in stems:
                continue
            labels = {
                key: str(value)
                for key, value in mapping(rule.values.get("labels")).items()
                if value != name["window"]
            }
            of_labels = by_stem.setdefault(name["stem"], {})
            texts = of_labels.setdefault(tuple(sorted(labels.items())), {})
            window, written = length(name["window"]), str(rule.values.get("expr"))
            if window is not None:
                texts[window] = without_range(expanded(written, plain), name["window"])

        return cls(by_stem)

    def slis(self, ratio: Ratio, windows: frozenset[timedelta]) -> list[RecordedSli] | str:
        """Return the SLIs of a ratio over some windows, or the reason why there are none."""
        if not ratio.stem:
            return _only(_sli(ratio.text, (), None, variant=()))
        variants = self.by_stem.get(ratio.stem)
        if variants is None:
            return f"the recording rules {ratio.stem}<window> are not part of this import"

        slis: list[RecordedSli] = []
        for labels, texts in variants.items():
            if not _may_match(labels, ratio.matchers):
                continue
            text = _one_text(texts, windows)
            if text is None:
                return f"the recording rules {ratio.stem}<window> differ in more than the window"
            rest = tuple(matcher for matcher in ratio.matchers if matcher[0] not in dict(labels))
            sli = _sli(text, rest, ratio.kept, variant=labels)
            if isinstance(sli, str):
                return sli
            slis.append(sli)

        return slis or f"no recording rule {ratio.stem}<window> has the labels of the selector"


def _one_text(texts: Mapping[timedelta, str], windows: frozenset[timedelta]) -> str | None:
    """Return the expression that all windows share; None if they differ or one is missing."""
    candidates = {texts.get(window, "") for window in windows}
    return candidates.pop() if len(candidates) == 1 and "" not in candidates else None


def _only(sli: RecordedSli | str) -> list[RecordedSli] | str:
    return sli if isinstance(sli, str) else [sli]


def _may_match(labels: tuple[tuple[str, str], ...], matchers: Matchers) -> bool:
    static = dict(labels)
    for name, sign, value in matchers:
        if name not in static:
            continue
        same = static[name] == value if sign in "=!=" else bool(re.fullmatch(value, static[name]))
        if same != (sign in ("=", "=~")):
            return False
    return True


def _sli(
    text: str,
    matchers: Matchers,
    kept: tuple[str, ...] | None,
    variant: tuple[tuple[str, str], ...],
) -> RecordedSli | str:
    tree = bare(syntax.parse(text.replace(WINDOW, "5m")))
    role = "bad"
    if str(getattr(tree, "op", "")) == "-" and str(getattr(bare(tree.lhs), "val", "")) == "1.0":
        role, tree = "good", bare(tree.rhs)
    if str(getattr(tree, "op", "")) != "/" or not hasattr(tree, "lhs"):
        return "its ratio is not a division of events by events"

    events, total = bare(tree.lhs), bare(tree.rhs)
    if _is_scaled(events) or _is_scaled(total):
        return "its events are scaled by a number, such as 100 for percent"

    if any(sign != SAME for _, sign, _ in matchers):
        return "it selects recorded series with an operator other than ="

    fixed = {name for name, _, _ in matchers}
    by = syntax.kept_labels(events) & syntax.kept_labels(total) - fixed
    by = by if kept is None else by & set(kept)

    return RecordedSli(
        role=role,
        events=_query(events, matchers),
        total=_query(total, matchers),
        by=tuple(sorted(by)),
        variant=variant,
    )


def _is_scaled(tree: Any) -> bool:
    """Return whether events are multiplied or divided by a number: the ratio is not in 0..1."""
    is_product = str(getattr(tree, "op", "")) in ("*", "/") and hasattr(tree, "rhs")
    return is_product and any(number(side) is not None for side in (tree.lhs, tree.rhs))


def _query(tree: Any, matchers: Matchers) -> str:
    """Return the selector of `sum(rate(...))`, or else the whole query with `{{.window}}`."""
    inner = tree
    if isinstance(tree, promql_parser.AggregateExpr) and str(tree.op).lower().endswith("sum"):
        inner = bare(tree.expr)
    if isinstance(inner, promql_parser.Call) and inner.func.name in ("rate", "increase"):
        selector = next(iter(syntax.selectors(inner.args[0])))
        if not selector.offset and not selector.at:
            return _chosen(selector.prettify(), matchers)

    text = one_line(tree.prettify())
    for selector_text in sorted(_selectors(tree), key=len, reverse=True):
        text = _replaced(text, selector_text, _chosen(selector_text, matchers))
    return RANGE.sub(f"[{WINDOW}]", text)


def _replaced(text: str, selector: str, chosen: str) -> str:
    """Replace a selector before its range; a longer metric name with the same end is kept."""
    return re.sub(rf"(?<![\w:]){re.escape(selector)}(?=\[)", lambda _: chosen, text)


def _selectors(tree: Any) -> Iterator[str]:
    yield from dict.fromkeys(selector.prettify() for selector in syntax.selectors(tree))


def _chosen(selector: str, matchers: Matchers) -> str:
    """Return a selector with more matchers; `foo{}` and `foo` are the same."""
    if not matchers:
        return selector
    more = ",".join(f'{name}{sign}"{value}"' for name, sign, value in matchers)
    head, brace, rest = selector.partition("{")
    inside = rest.removesuffix("}")
    return f"{head}{{{inside},{more}}}" if brace and inside else f"{head}{{{more}}}"


def plain_texts(records: Iterable[Fields]) -> dict[str, str]:
    """Return the expression of each recording rule with one definition and no labels."""
    definitions: dict[str, list[str | None]] = {}
    for record in records:
        expr = record.values.get("expr")
        is_plain = isinstance(expr, str) and not record.values.get("labels")
        name = str(record.values["record"])
        definitions.setdefault(name, []).append(str(expr) if is_plain else None)
    return {name: texts[0] for name, texts in definitions.items() if len(texts) == 1 and texts[0]}


def expanded(text: str, plain: Mapping[str, str]) -> str:
    """Replace the recording rules in an expression by their own expressions.

    A name with matchers, an offset or `@` is kept, since its expression would differ.
    """
    for _ in range(DEEPEST):
        tree = syntax.parse(text) if _is_short(text) else ""
        if isinstance(tree, str):
            return text

        names = {
            syntax.metric(selector)
            for selector in syntax.selectors(tree)
            if not list(syntax.matchers(selector)) and not selector.offset and not selector.at
        }
        known = sorted(names & plain.keys())
        if not known:
            return text

        for name in known:
            text = _written_out(text, name, plain[name])
    return text


def _is_short(text: str) -> bool:
    return len(OPERATORS.findall(text)) <= MAX_OPERATORS


def _written_out(text: str, name: str, expr: str) -> str:
    return re.sub(rf"(?<![\w:]){re.escape(name)}(?![\w:\[{{])", lambda _: f"({expr})", text)


def without_range(text: str, window: str) -> str:
    """Return the text with `{{.window}}` for its ranges; empty if another range occurs."""
    tree = syntax.parse(text)
    if isinstance(tree, str):
        return ""
    pretty: str = tree.prettify()
    if {match[1] for match in RANGE.finditer(pretty)} != {window}:
        return ""
    return RANGE.sub(f"[{WINDOW}]", pretty)
