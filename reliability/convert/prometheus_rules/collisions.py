"""Imported alerts that would lose a label because a generated label has the same name.

A signal keeps the labels of its series. The alerts of an SLO keep its group-by labels.
"""

from __future__ import annotations

from typing import Any, Final

from reliability.alert_labels import AlertLabelNames
from reliability.convert.converter import Converted, Draft
from reliability.convert.fields import Fields
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup
from reliability.convert.prometheus_rules.labels import labels_of
from reliability.promql.label_bounds import bounds
from reliability.promql.tree import read

GROUP_BY: Final = "reliability/group-by"


def colliding_group(converted: Converted, names: AlertLabelNames) -> str | None:
    """Return the first label of the set that a drafted SLO groups by; None for anything else."""
    if not isinstance(converted, Draft) or converted.document.body["kind"] != "SLO":
        return None
    metadata: Any = converted.document.body["metadata"]
    written = metadata.get("annotations", {}).get(GROUP_BY, "")
    groups = [label.strip() for label in str(written).split(",")]
    return next((label for label in groups if label in names.of_objectives), None)


def colliding_label(rule: Fields, group: OriginalRuleGroup, names: AlertLabelNames) -> str | None:
    """Return the first label of the set that the rule sets or its series may carry, or None.

    The labels of a series are unknown before a query: under the Prometheus Operator all series have
    `service`. So every label counts that the expression does not provably remove.
    """
    tree = read(str(rule.values.get("expr") or "").strip())
    written = labels_of(rule, group)
    return next(
        (
            name
            for name in names.of_signals
            if name in written or (tree is not None and bounds(tree).may(name))
        ),
        None,
    )
