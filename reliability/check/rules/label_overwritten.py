"""An alerting rule that overwrites a label of its series.

## What it does

Finds signals whose expression keeps a label that the alerting rule sets itself: `alertname`, a
label that every signal carries, or one of the signal's own `labels`. A label is kept if it appears
in `by (...)`, `on (...)`, `label_replace`, or in a matcher of several values. A label that is
written from itself (`namespace: "{{ $labels.namespace }}"`) keeps its values and is not reported,
nor is one that all matchers describe (`node: n1` beside `node=~"n1.*"`).

Also finds `labels` of a signal that the rule overwrites, and SLOs grouped by a label that the rules
set. Every signal carries `kind`, `service`, `team` and `tier`; with `alertLabels: prefixed` in
`policies/notification.yaml`, these labels begin with `reliability_`. If environments are declared,
alerts carry `environment`, and `shard` if an environment has several servers, too.

## Why it matters

A rule's label overwrites the label of the series. Two series that differ only in that label then
become equal, and Prometheus fails the whole evaluation: as soon as there are two, no alert fires
at all.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum by (service) (queue_depth) > 1000  # <- label-overwritten
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(queue_depth{service="attendance"}) > 1000
```

## Source

Measured on Prometheus 2.53: "vector contains metrics with the same labelset after applying alert
labels".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from reliability.alert_labels import AlertLabelNames
from reliability.check.context import Context
from reliability.check.lookups.environments import environment_labels
from reliability.check.rule import catalog_rule
from reliability.compile.prometheus.refusals import GROUP_BY, is_set_by_rules
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.model.openslo.slo import Slo
from reliability.promql import syntax
from reliability.promql.subsets import takes
from reliability.promql.tree import Matcher
from reliability.resolve.alert_labels import alert_label_names


@catalog_rule(severity=Severity.WARNING, since="0.1")
def label_overwritten(context: Context) -> Iterator[Problem]:
    """Compare the labels that expressions keep with those that rules set."""
    names = _LabelsOfRules(alert_label_names(context.catalog), environment_labels(context.catalog))
    for policy in context.catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            yield from _in_signal(policy, index, signal, names=names)
    for slo in context.catalog.documents(Slo):
        yield from _in_groups(slo, names)


@dataclass(frozen=True, slots=True)
class _LabelsOfRules:
    """Names of the labels of alerts, and of those about environments with whether series differ."""

    alerts: AlertLabelNames
    environments: Mapping[str, bool]

    def of_signal(self, signal: Signal) -> frozenset[str]:
        """Return the labels that the rule of a signal sets by itself."""
        slo = (self.alerts.slo,) if signal.slo else ()
        return frozenset(("alertname", *self.alerts.of_signals, *slo))

    @property
    def mixed(self) -> frozenset[str]:
        """Labels about environments of which series can have several values."""
        return frozenset(name for name, differs in self.environments.items() if differs)


def _in_signal(
    policy: Located[AlertPolicy], index: int, signal: Signal, names: _LabelsOfRules
) -> Iterator[Problem]:
    set_by_rules = names.of_signal(signal)
    tree = syntax.parse(signal.expr)
    changed = {
        name
        for name, value in signal.labels.items()
        if not _is_copy(name, value) and not _is_described(tree, name, value)
    }
    overwritten = syntax.kept_labels(tree) & (set_by_rules | names.mixed | changed)
    if overwritten:
        at = policy.at("spec", "signals", index, "expr")
        yield Problem(at, _message(overwritten, signal), _help(overwritten, names.alerts))

    for name in sorted((set_by_rules | set(names.environments)) & set(signal.labels)):
        at = policy.at("spec", "signals", index, "labels", name, part=EntryPart.KEY)
        message = Message(
            "the alerting rule sets {label} itself and overwrites this label", label=name
        )
        yield Problem(at, message, Message("remove the label"))


def _is_copy(label: str, value: str) -> bool:
    """Return whether a label is written from itself: two values of it then stay two."""
    return re.search(rf"[lL]abels(?:\.| [\"`]){re.escape(label)}\b", value) is not None


def _is_described(tree: Any, label: str, value: str) -> bool:
    """Return whether each matcher of a label means this value and what may follow it."""
    described = [
        "|" not in matcher.value
        and matcher.value.replace("\\", "").removeprefix("^").startswith(value)
        and takes(matcher, value)
        for selector in syntax.selectors(tree)
        for matcher in starmap(Matcher, syntax.matchers(selector))
        if matcher.label == label and matcher.sign == "=~"
    ]
    return bool(described) and all(described)


def _message(overwritten: frozenset[str], signal: Signal) -> Message:
    labels = ", ".join(sorted(overwritten))
    if overwritten <= set(signal.labels):
        return Message(
            "the expression keeps {labels}, which the labels of this signal overwrite, so two "
            "series can become one",
            labels=labels,
        )

    return Message(
        "the expression keeps {labels}, which every alerting rule overwrites, so two series can "
        "become one",
        labels=labels,
    )


def _help(overwritten: frozenset[str], names: AlertLabelNames) -> Message:
    labels = ", ".join(sorted(overwritten))
    if overwritten & set(names.of_signals) and not names.prefix:
        return Message(
            "aggregate {labels} away, match one value, or write alertLabels: prefixed in "
            "policies/notification.yaml",
            labels=labels,
        )
    return Message("aggregate {labels} away, or match one value", labels=labels)


def _in_groups(slo: Located[Slo], names: _LabelsOfRules) -> Iterator[Problem]:
    for label in slo.value.review.group_labels:
        is_set = is_set_by_rules(label, names.alerts) or label in names.environments
        if is_set or label.startswith("__"):
            message = Message(
                "the SLO is grouped by {label}, and the generated rules overwrite that label, so "
                "two groups become one",
                label=label,
            )
            help_text = Message("rename the label {label} of the metric", label=label)
            yield Problem(
                slo.at("metadata", "annotations", GROUP_BY), message, help_text, subject=label
            )
