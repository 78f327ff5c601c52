"""Labels of an imported alert: its own labels override those of its group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.alert_labels import AlertLabelNames
from reliability.convert.converter import Diagnostic, left_out, mapping
from reliability.convert.fields import Fields, text_of
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup

LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def labels_of(rule: Fields, group: OriginalRuleGroup) -> dict[str, Any]:
    """Return the labels that Prometheus sets; an empty one in the rule removes the group's."""
    own = mapping(rule.values.get("labels"))
    together = {**mapping(group.fields.values.get("labels")), **own}
    return {name: value for name, value in together.items() if value not in (None, "")}


def kept_labels(rule: Fields, group: OriginalRuleGroup, names: AlertLabelNames) -> dict[str, str]:
    """Return the labels that a signal keeps, those of the group first."""
    own, shared = rule.inner("labels"), group.fields.inner("labels")
    given = labels_of(rule, group)
    texts = {
        name: text_of(value, (own if name in own.values else shared).at(name))
        for name, value in given.items()
        if why_left_out(name, value, names) is None
    }
    return {name: texts[name] for name in (*shared.values, *own.values) if name in texts}


def label_diagnostics(
    labels: Fields, shared: Mapping[str, Any], names: AlertLabelNames
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each label that is not kept.

    An empty label that only removes one of the group's labels (`shared`) needs no diagnostic.
    """
    for name, value in labels.values.items():
        why = None if value == "" and name in shared else why_left_out(name, value, names)
        if why is not None:
            is_generated = name in names.of_signals
            source = "its new value comes from the service, the team or the tier"
            yield left_out(labels.at(name), why, source if is_generated else None)


def why_left_out(name: str, value: Any, names: AlertLabelNames) -> str | None:
    """Return why a label is not kept, or None if it is."""
    if name in names.of_signals:
        return f"label {name}: {value} is replaced by the generated label {name}"
    if value in (None, "") or isinstance(value, dict | list):
        return f"the value of label {name} is not text"
    if not LABEL_NAME.fullmatch(name):
        return f"label {name} is not a valid label name in Prometheus 2"
    return None
