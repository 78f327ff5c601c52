"""What tells alerts of one name apart: labels, matchers of the expression, group, file, line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Final

from reliability.promql import syntax
from reliability.promql.selector import METRIC_NAME

FIRST: Final = ("service", "job", "app", "component", "namespace", "cluster", "team")
"""Labels that people recognize an alert by; the others follow in the order of their names."""

SEVERITY: Final = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAlert:
    """An alerting rule as files or servers have it; `labels` include those of its group.

    `line` is `path:line`; without it, alerts that only their line tells apart stay together.
    """

    name: str
    labels: Mapping[str, str]
    expr: str
    group: str
    file: str
    line: str = ""

    @property
    def matched(self) -> dict[str, str]:
        """The labels for which every equality matcher of the expression has the same value."""
        values: defaultdict[str, set[str]] = defaultdict(set)
        tree = syntax.parse(self.expr)
        for selector in () if isinstance(tree, str) else syntax.selectors(tree):
            for label, sign, value in syntax.matchers(selector):
                if sign == "=" and label != METRIC_NAME:
                    values[label].add(value)
        return {label: value for label, (value, *more) in values.items() if value and not more}


def distinctions(alerts: Sequence[NamedAlert]) -> list[str]:
    """Return what tells each alert from the others of its name and severity.

    That is `service=checkout` (a label, or else a matcher), `group checkout`, a file or a line, or
    several of these, joined by commas. It is empty if name and severity are enough.
    """
    sharing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, alert in enumerate(alerts):
        sharing[alert.name, alert.labels.get(SEVERITY, "").lower()].append(index)

    texts = [""] * len(alerts)
    for indexes in sharing.values():
        if len(indexes) > 1:
            _divide(texts, [_Aspects(index, alerts[index]) for index in indexes])
    return texts


@dataclass(frozen=True)
class _Aspects:
    """What may tell the alert with this index apart, by aspect; not all of it is ever needed."""

    index: int
    alert: NamedAlert

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels whose values are the same in every alert of the rule."""
        labels = self.alert.labels.items()
        return {name: f"{name}={value}" for name, value in labels if value and "{{" not in value}

    @cached_property
    def matchers(self) -> dict[str, str]:
        """Matchers of the expression, which is parsed for them."""
        return {name: f"{name}={value}" for name, value in self.alert.matched.items()}

    @cached_property
    def place(self) -> dict[str, str]:
        """Group, file and line."""
        group = f"group {self.alert.group}" if self.alert.group else ""
        places = {"group": group, "file": self.alert.file, "line": self.alert.line}
        return {name: text for name, text in places.items() if text}


def _divide(texts: list[str], alike: Sequence[_Aspects]) -> None:
    """Divide alerts by the first aspect that all of them have with several values, repeatedly."""
    dividing = next((values for values in _shared(alike) if len(set(values)) > 1), None)
    if dividing is None:
        return

    parts: defaultdict[str, list[_Aspects]] = defaultdict(list)
    for text, alert in zip(dividing, alike, strict=True):
        parts[text].append(alert)
    for text, part in parts.items():
        for alert in part:
            texts[alert.index] = ", ".join(filter(None, (texts[alert.index], text)))
        _divide(texts, part)


def _shared(alike: Sequence[_Aspects]) -> Iterator[list[str]]:
    """Yield the texts of each aspect that all of these alerts have: labels, matchers, place."""
    kinds = (
        (attrgetter("labels"), FIRST),
        (attrgetter("matchers"), FIRST),
        (attrgetter("place"), ("group", "file", "line")),
    )
    for of_kind, first in kinds:
        every: list[dict[str, str]] = [of_kind(alert) for alert in alike]
        names = set(every[0]).intersection(*every[1:]) - {SEVERITY}
        for name in (*(one for one in first if one in names), *sorted(names.difference(first))):
            yield [texts[name] for texts in every]
