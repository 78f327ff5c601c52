"""A label of ours overwrites one that an expression keeps.

## What it does

Finds signals whose expression is seen to keep `alertname`, a label that every signal carries, or a
label of its own `labels` (named in `by (...)`, `on (...)`, `label_replace`, or in a matcher of
several values); labels of a signal that ours overwrite; and SLOs grouped by a label that the rules
set themselves. Every signal carries `kind`, `service`, `team` and `tier`; if
`policies/notification.yaml` says `alertLabels: prefixed`, these begin with `reliability_`.

## Why it matters

A rule's label overwrites the series' own. Two series that differed in it alone are then equal,
and Prometheus fails the whole evaluation: no alert at all, at the moment there are two.

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

from collections.abc import Iterator

from reliability.alert_labels import AlertLabelNames
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.compile.prometheus.refusals import GROUP_BY, is_set_by_rules
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.model.openslo.slo import Slo
from reliability.promql import syntax
from reliability.resolve.alert_labels import alert_label_names


@catalog_rule(severity=Severity.WARNING, since="0.1")
def label_overwritten(context: Context) -> Iterator[Problem]:
    """Compare the labels that are kept with those that are set."""
    names = alert_label_names(context.catalog)
    for policy in context.catalog.each(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            yield from _in_signal(policy, index, signal, names)
    for slo in context.catalog.each(Slo):
        yield from _in_groups(slo, names)


def _in_signal(
    policy: Located[AlertPolicy], index: int, signal: Signal, names: AlertLabelNames
) -> Iterator[Problem]:
    ours = {"alertname", *names.of_signals, *((names.slo,) if signal.slo else ())}
    kept = sorted(syntax.kept_labels(syntax.parse(signal.expr)) & (ours | set(signal.labels)))
    if kept:
        is_own = set(kept) <= set(signal.labels)
        setter = (
            "the labels of this signal set" if is_own else "every alert of this repository gets"
        )
        message = (
            f"the expression keeps {listed(kept)}, and {setter} a label of that name, which "
            "overwrites the series' own, so that two series can become one"
        )
        help_text = f"aggregate {listed(kept)} away, or keep one value with a matcher"
        if set(kept) & set(names.of_signals) and not names.prefix:
            help_text += ", or write alertLabels: prefixed in policies/notification.yaml"
        yield Problem(policy.at("spec", "signals", index, "expr"), message, help_text)
    for name in sorted(ours & set(signal.labels)):
        at = policy.at("spec", "signals", index, "labels", name, part=EntryPart.KEY)
        message = f"label {name} is set by the rule itself, which overwrites this one"
        yield Problem(at, message, "take the label out")


def _in_groups(slo: Located[Slo], names: AlertLabelNames) -> Iterator[Problem]:
    for label in slo.value.review.group_labels:
        if is_set_by_rules(label, names) or label.startswith("__"):
            message = (
                f"groups keep the label {label}, and our own label of that name overwrites it, "
                "so that two groups become one"
            )
            help_text = f"give the metric another label for it than {label}"
            yield Problem(
                slo.at("metadata", "annotations", GROUP_BY), message, help_text, subject=label
            )
