"""Labels of an imported alert: its own over those of its group, as text the way it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reliability.alert_labels import AlertLabelNames
from reliability.convert.converter import Remark, left_out, mapping
from reliability.convert.fields import Fields, text_of
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup

LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def labels_of(rule: Fields, group: OriginalRuleGroup) -> dict[str, Any]:
    """What Prometheus gives the alert: an empty text of the rule takes a group's label away."""
    own = mapping(rule.values.get("labels"))
    together = {**mapping(group.fields.values.get("labels")), **own}
    return {name: value for name, value in together.items() if value not in (None, "")}


def kept_labels(rule: Fields, group: OriginalRuleGroup, names: AlertLabelNames) -> dict[str, str]:
    """The labels that a signal keeps, those of the group first."""
    own, shared = rule.inner("labels"), group.fields.inner("labels")
    given = labels_of(rule, group)
    texts = {
        name: text_of(value, (own if name in own.values else shared).at(name))
        for name, value in given.items()
        if why_left_out(name, value, names) is None
    }
    return {name: texts[name] for name in (*shared.values, *own.values) if name in texts}


def label_remarks(
    labels: Fields, shared: Mapping[str, Any], names: AlertLabelNames
) -> Iterator[Remark]:
    """A remark for each label that is not kept; an empty one may take one of `shared` away."""
    for name, value in labels.values.items():
        labels.taken.add(name)
        why = None if value == "" and name in shared else why_left_out(name, value, names)
        if why is not None:
            is_ours = name in names.of_signals
            help_text = "see the service, its team and the tier" if is_ours else None
            yield left_out(labels.at(name), why, help_text)


def why_left_out(name: str, value: Any, names: AlertLabelNames) -> str | None:
    """Why a label is not carried over; None where it is."""
    if name in names.of_signals:
        return f"label {name}: {value} is left out, as ours of that name is set"
    if value in (None, "") or isinstance(value, dict | list):
        return f"label {name} has no text as its value"
    if not LABEL_NAME.fullmatch(name):
        return f"label {name} is no name that Prometheus 2 takes"
    return None
