"""Which imported alerts would lose a label, or fail, if our labels had the names of theirs.

A signal keeps the labels of its series. The alerts of an SLO keep those of its groups.
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
    """The first label of a set by which a drafted SLO groups; None for everything else."""
    if not isinstance(converted, Draft) or converted.document.body["kind"] != "SLO":
        return None
    metadata: Any = converted.document.body["metadata"]
    written = metadata.get("annotations", {}).get(GROUP_BY, "")
    groups = [label.strip() for label in str(written).split(",")]
    return next((label for label in groups if label in names.of_objectives), None)


def colliding_label(rule: Fields, group: OriginalRuleGroup, names: AlertLabelNames) -> str | None:
    """The first label of a set that the rule sets itself or that its series may carry.

    What a selector leaves on its series is not known before it is asked: under the Prometheus
    operator all series have `service`. So a label that is not proved to be gone counts.
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
