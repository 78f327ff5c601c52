"""What tells alerts of one name apart: labels, matchers of the expression, group, file, line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
            _divide(texts, [_Aspects.of(index, alerts[index]) for index in indexes])
    return texts


@dataclass(frozen=True, slots=True)
class _Aspects:
    """What may tell the alert with this index apart: texts by aspect."""

    index: int
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, index: int, alert: NamedAlert) -> _Aspects:
        labels = {name: value for name, value in alert.labels.items() if "{{" not in value}
        return cls(
            index,
            {
                **{f"label {name}": f"{name}={value}" for name, value in labels.items() if value},
                **{f"matcher {name}": f"{name}={value}" for name, value in alert.matched.items()},
                **({"group": f"group {alert.group}"} if alert.group else {}),
                **({"file": alert.file} if alert.file else {}),
                **({"line": alert.line} if alert.line else {}),
            },
        )


def _divide(texts: list[str], alike: Sequence[_Aspects]) -> None:
    """Divide alerts by the first aspect that all of them have with several values, repeatedly."""
    aspect = next((name for name in _shared(alike) if len(_texts(alike, name)) > 1), None)
    if aspect is None:
        return

    parts: defaultdict[str, list[_Aspects]] = defaultdict(list)
    for alert in alike:
        parts[alert.texts[aspect]].append(alert)
    for text, part in parts.items():
        for alert in part:
            texts[alert.index] = ", ".join(filter(None, (texts[alert.index], text)))
        _divide(texts, part)


def _shared(alike: Sequence[_Aspects]) -> Iterator[str]:
    """Yield the aspects that all of these alerts have: labels, matchers, group, file, line."""
    names = set(alike[0].texts).intersection(*(alert.texts for alert in alike[1:]))
    for kind in ("label", "matcher"):
        of_kind = {name.removeprefix(f"{kind} ") for name in names if name.startswith(f"{kind} ")}
        of_kind.discard(SEVERITY)
        yield from (f"{kind} {name}" for name in FIRST if name in of_kind)
        yield from (f"{kind} {name}" for name in sorted(of_kind.difference(FIRST)))
    yield from (name for name in ("group", "file", "line") if name in names)


def _texts(alike: Sequence[_Aspects], aspect: str) -> set[str]:
    return {alert.texts[aspect] for alert in alike}
