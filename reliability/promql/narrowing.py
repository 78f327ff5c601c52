"""Adds label matchers to every selector of an expression, without changing anything else.

The text is scanned and not printed from its tree, so that comments, `{{.window}}` and the form of
the query stay as written. The result is parsed again, and must be the same tree with the matchers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from reliability.promql import syntax
from reliability.promql.parser import TEXT
from reliability.promql.query import WINDOW
from reliability.promql.selector import SelectorMatcher
from reliability.promql.tree import STAND_IN
from reliability.regex import RegexRefusedError

LABEL_LISTS: Final = frozenset(("by", "without", "on", "ignoring", "group_left", "group_right"))
WORDS: Final = frozenset(
    ("and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", *LABEL_LISTS)
)
"""Words of PromQL that are not metric names where no parenthesis follows."""
TOKEN: Final = re.compile(
    rf"""
    (?P<skipped> {TEXT} | \#[^\n]*+ | \[[^\]]*+\]? )
    | (?P<name> [a-zA-Z_:][a-zA-Z0-9_:]*+ )
    | (?P<number> [0-9][0-9a-zA-Z_.]*+ )
    | (?P<braces> \{{ (?: [^}}"'`\#] | \#[^\n]*+ | {TEXT} )*+ \}} )
    """,
    re.VERBOSE,
)
NEXT: Final = re.compile(r"(?:\s|#[^\n]*)*")
LABELS: Final = re.compile(rf"\((?:[^()\"'`#]|#[^\n]*+|{TEXT})*+\)?")

PREFIX: Final = "slo:"
RECORDED: Final = re.compile(rf"(?<![a-zA-Z0-9_:]){PREFIX}[a-zA-Z0-9_:]*\Z")
"""Name of a series of our recording rules, directly before its braces."""

Labels = tuple[tuple[str, str], ...]


class NarrowingError(ValueError):
    """The matchers cannot be added to this expression."""


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A selector that already excludes a label's value; `matcher` is the one that does."""

    label: str
    value: str
    matcher: str


@lru_cache(maxsize=4096)
def narrowed(text: str, labels: Labels, recorded: Labels = ()) -> str:
    """Add `label="value"` to each selector that does not have this matcher yet.

    `recorded` are the labels for the series of our recording rules, whose names begin with `slo:`.

    Raises:
        NarrowingError: the text is not PromQL, or the result is not the same expression with the
            matchers added.
    """
    if not labels and not recorded:
        return text
    parts, end = [], 0
    for position, closing in _insertions(text):
        inner = text[position + 1 : closing - 1] if closing > position else ""
        is_recorded = RECORDED.search(text, 0, position) is not None
        matchers = _missing(inner, recorded if is_recorded else labels)
        parts.append(text[end:position])
        if not matchers:
            end = position
            continue
        if closing == position:
            parts.append(f"{{{matchers}}}")
            end = position
        else:
            parts.append(f"{{{matchers}{',' if inner.strip() else ''}")
            end = position + 1
    result = "".join((*parts, text[end:]))
    _ensure_same(text, result, labels, recorded)
    return result


def other_values(text: str, labels: Labels) -> Iterator[OtherValue]:
    """Yield the matchers of an expression that exclude the value of one of the labels."""
    tree = syntax.parse(_parseable(text))
    for selector in () if isinstance(tree, str) else syntax.selectors(tree):
        for name, sign, value in syntax.matchers(selector):
            matcher = SelectorMatcher(name, sign, value)
            for label, wanted in labels:
                if name == label and _excludes(matcher, wanted):
                    yield OtherValue(label, wanted, matcher.text)


def _excludes(matcher: SelectorMatcher, value: str) -> bool:
    """Return whether a matcher rejects a value; a pattern that RE2 refuses rejects none."""
    try:
        return not matcher.matches(value)
    except RegexRefusedError:
        return False


def _insertions(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of the braces of each selector; equal if it has no braces."""
    position = 0
    while (token := TOKEN.search(text, position)) is not None:
        position = token.end()
        if token.lastgroup == "braces" and not text.startswith("{{", token.start()):
            yield token.start(), token.end()
        elif token.lastgroup == "name":
            braces = _braces(text, token)
            if braces is not None:
                yield braces
                position = braces[1]
            elif token["name"].lower() in LABEL_LISTS:
                # The labels of `by (...)` are names, and what a call has in its parentheses are
                # expressions.
                position = _end(LABELS, text, _end(NEXT, text, position))


def _braces(text: str, name: re.Match[str]) -> tuple[int, int] | None:
    """Return the start and the end of the braces after a metric name, or None for another word."""
    after = _end(NEXT, text, name.end())
    if text.startswith("{", after) and not text.startswith("{{", after):
        braces = TOKEN.match(text, after)
        return braces.span() if braces is not None and braces.lastgroup == "braces" else None
    is_metric = name["name"].lower() not in WORDS and not text.startswith("(", after)
    return (name.end(), name.end()) if is_metric and not _is_modified(text, after) else None


def _is_modified(text: str, after: int) -> bool:
    """Return whether an aggregation's `by` or `without` follows, as in `sum by (job) (x)`."""
    following = TOKEN.match(text, after)
    if following is None or following.lastgroup != "name":
        return False
    return following["name"].lower() in ("by", "without")


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    matched = pattern.match(text, position)
    return matched.end() if matched else position


def _missing(inner: str, labels: Labels) -> str:
    """Return the text of the matchers that a selector's braces do not contain."""
    tree = syntax.parse(f"{{{inner}}}") if inner.strip() else ""
    there = frozenset() if isinstance(tree, str) else frozenset(syntax.matchers(tree))
    return ",".join(
        SelectorMatcher(label, "=", value).text
        for label, value in labels
        if (label, "=", value) not in there
    )


def _ensure_same(text: str, result: str, labels: Labels, recorded: Labels) -> None:
    """Raise NarrowingError unless both have the same selectors but for the matchers."""
    before, after = (syntax.parse(_parseable(part)) for part in (text, result))
    if isinstance(before, str) or isinstance(after, str):
        raise NarrowingError(f"not PromQL: {before if isinstance(before, str) else after}")
    was, now = (list(syntax.selectors(tree)) for tree in (before, after))
    if len(was) != len(now) or any(
        syntax.metric(old) != syntax.metric(new)
        or {*syntax.matchers(old), *_wanted(old, labels, recorded)} != {*syntax.matchers(new)}
        for old, new in zip(was, now, strict=True)
    ):
        raise NarrowingError(f"the labels cannot be added to {text}")


def _wanted(selector: Any, labels: Labels, recorded: Labels) -> Iterator[tuple[str, str, str]]:
    name = str(selector.name or "")
    for label, value in recorded if name.startswith(PREFIX) else labels:
        yield label, "=", value


def _parseable(text: str) -> str:
    return WINDOW.sub(STAND_IN, text) if "{{" in text else text
