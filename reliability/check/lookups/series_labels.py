"""What reads a label of alerts, in files of any tool."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.alert_labels import OF_SERIES, AlertLabelNames
from reliability.alertmanager.matcher import Operator, RouteMatcher, parse_matchers
from reliability.finding import Problem
from reliability.location import Location, Pointer
from reliability.message import Message, listed

LABEL: Final = re.compile(rf"\b(?:{'|'.join(OF_SERIES)})\b")
MATCH: Final = re.compile(r"(?:source_|target_)?match(?:_re)?")
MATCHERS: Final = re.compile(r"(?:source_|target_)?matchers|alertInstanceLabelFilter")
NAMES: Final = ("equal", "group_by")
MATCHER: Final = re.compile(r'[\s{,]*"?([A-Za-z_][A-Za-z0-9_]*)"?\s*(?:=~|!=|!~|=)')
VALUE: Final = re.compile(r'(=~|!=|!~|=)\s*"(?:[^"\\]|\\.)*"')
ALERTS: Final = r"\bALERTS(?:_FOR_STATE)?\s*"
OTHER: Final = re.compile(
    # `.Labels.x` and `index .Labels "x"` of a template, but not the `$labels` of a rule.
    rf'Labels(?:\.|\s+"){LABEL.pattern}'
    rf"|{ALERTS}\{{[^}}]*?{LABEL.pattern}"
    # `label_values(ALERTS{{...}}, x)`, `count(ALERTS) by (x)`, `count by (x) (ALERTS)`
    rf"|{ALERTS}(?:\{{[^}}]*\}}\s*)?(?:,\s*|\)\s*by\s*\([^)]*){LABEL.pattern}"
    rf"|\bby\s*\([^)]*{LABEL.pattern}[^)]*\)\s*\(\s*{ALERTS}"
)


@dataclass(frozen=True, slots=True)
class LabelReader:
    """A text that reads `label`, below the key `key`; `text` is its whole value."""

    pointer: Pointer
    key: str
    label: str
    text: str

    def differs(self, value: str) -> bool:
        """Return whether it reads an alert otherwise whose label leaves with this value.

        Raises:
            MatcherRefusedError: Alertmanager does not accept the matcher.
        """
        if "match" not in self.key:
            return True
        text = self.text
        if not self.key.endswith("matchers"):
            sign: Operator = "=~" if self.key.endswith("_re") else "="
            text = str(RouteMatcher(self.label, sign, text))
        matchers = [matcher for matcher in parse_matchers(text) if matcher.name == self.label]
        return any(one.matches({self.label: value}) != one.matches({}) for one in matchers)

    def problem(self, at: Location, names: AlertLabelNames) -> Problem:
        """Return what reads a label that alerts do not have, and what to use instead."""
        message = Message(
            "{key} reads {label}, which alerts of SLOs do not have", key=self.key, label=self.label
        )
        help_text = Message(
            "use {labels}, or set keepSlothLabels: true in policies/notification.yaml",
            labels=listed((names.service, names.slo, names.objective)),
        )
        return Problem(at, message, help_text, subject=self.label)


def label_readers(
    value: Any, labels: Collection[str] = OF_SERIES, pointer: Pointer = ()
) -> Iterator[LabelReader]:
    """Yield what reads one of these labels of alerts, of what a YAML or JSON file has.

    Of labels that are not those of series, only routes and inhibition rules are found.
    """
    if isinstance(value, Mapping | list):
        for step, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from label_readers(inner, labels, (*pointer, step))
    else:
        *_, above, last = ("", "", *pointer)
        key = str(above if isinstance(last, int) or MATCH.fullmatch(str(above)) else last)
        for label in dict.fromkeys(_read(key, str(last), str(value))):
            if label in labels:
                yield LabelReader(pointer, key, label, str(value))


def _read(key: str, last: str, text: str) -> list[str]:
    """Return the labels that a text reads, below a key; `last` is the step that leads to it."""
    if MATCH.fullmatch(key):
        return [last]
    if key in NAMES:
        return [text]
    if MATCHERS.fullmatch(key):
        # Quoted text after an operator is a value.
        return MATCHER.findall(VALUE.sub(r"\1", text))
    return LABEL.findall(" ".join(found[0] for found in OTHER.finditer(text)))
