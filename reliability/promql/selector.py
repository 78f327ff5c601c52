"""PromQL vector selectors as values: which series they match, and which selectors they cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import promql_parser

from reliability.promql.parser import parse, shown
from reliability.regex import matches_whole

METRIC_NAME: Final = "__name__"
OPERATORS: Final = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


@dataclass(frozen=True, slots=True, order=True)
class SelectorMatcher:
    """One label matcher; `operator` is one of = != =~ !~."""

    label: str
    operator: str
    value: str

    def matches(self, value: str) -> bool:
        """Return whether a label value matches; a missing label has the empty value.

        Prometheus anchors a pattern at both ends, and its dot also matches a newline
        (model/labels/regexp.go: `^(?s:...)$`).
        """
        if self.operator in ("=", "!="):
            return (value == self.value) == (self.operator == "=")
        return matches_whole(f"(?s:{self.value})", value) == (self.operator == "=~")

    @property
    def text(self) -> str:
        """PromQL text of the matcher."""
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.operator}"{escaped}"'


@dataclass(frozen=True, slots=True)
class Selector:
    """Matchers of a selector, sorted; the metric name is a matcher on `__name__`."""

    matchers: tuple[SelectorMatcher, ...]

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Parse a selector.

        Raises:
            ValueError: the text is not a vector selector, or has `or` between its matchers.
        """
        tree = parse(text)
        if not isinstance(tree, promql_parser.VectorSelector):
            raise ValueError(f"{text} is not a vector selector")
        return cls.of_tree(tree)

    @classmethod
    def of_tree(cls, tree: Any) -> Selector:
        """Convert a parsed vector selector.

        Raises:
            ValueError: it has `or` between its matchers.
        """
        if tree.matchers.or_matchers:
            raise ValueError(f"{shown(tree)} joins its matchers by `or`")
        matchers = [
            SelectorMatcher(
                matcher.name, OPERATORS[str(matcher.op).rsplit(".", 1)[-1]], matcher.value
            )
            for matcher in tree.matchers.matchers
        ]

        if tree.name:
            matchers.append(SelectorMatcher(METRIC_NAME, "=", tree.name))
        return cls(tuple(sorted(set(matchers))))

    def covers(self, other: Selector) -> bool:
        """Return whether this selector matches all series of `other`, judged by its matchers."""
        return set(self.matchers) <= set(other.matchers)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Return whether a series with these labels (including `__name__`) is selected."""
        return all(matcher.matches(labels.get(matcher.label, "")) for matcher in self.matchers)

    @property
    def labels(self) -> frozenset[str]:
        """Labels that the matchers use, including `__name__`."""
        return frozenset(matcher.label for matcher in self.matchers)

    @property
    def text(self) -> str:
        """PromQL text of the selector, with the metric name in front if there is one."""
        names = [matcher.value for matcher in self.matchers if _is_name(matcher)]
        rest = [matcher.text for matcher in self.matchers if not (names and _is_name(matcher))]
        return f"{names[0] if names else ''}{{{','.join(rest)}}}"


def _is_name(matcher: SelectorMatcher) -> bool:
    return (matcher.label, matcher.operator) == (METRIC_NAME, "=")
