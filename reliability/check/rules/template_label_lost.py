"""A template with a label that the expression drops.

## What it does

Compares `{{ $labels.x }}` in summaries, descriptions and labels with the labels that the expression
can have. An aggregation keeps the labels of `by (...)`, and `absent` keeps the labels of its `=`
matchers.

## Why it matters

A missing label is an empty text. With "Host is out of memory (instance )", the on-call engineer has
to look at every host.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum by (site) (attendance_queue_depth) > 1000
      summary: "clock-ins wait on {{ $labels.instance }}"  # <- template-label-lost
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum by (site) (attendance_queue_depth) > 1000
      summary: "clock-ins wait in {{ $labels.site }}"
```

## Source

The Prometheus documentation, "Alerting rules", on templates. pint's `alerts/template`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.templates import template_labels, templates
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy
from reliability.promql.label_bounds import Bounds, bounds
from reliability.promql.tree import read


@rule(on=AlertPolicy, severity=Severity.WARNING, since="0.1")
def template_label_lost(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Compare the labels in templates with the labels that the expression can have."""
    for index, signal in enumerate(policy.value.spec.signals):
        for route, text in templates(signal):
            names = template_labels(text)
            tree = read(signal.expr) if names else None
            lost = sorted(name for name in names if tree and not _has(bounds(tree), name))
            if lost:
                at = policy.at("spec", "signals", index, *route)
                labels = listed(lost)
                message = Message(
                    "the text uses {labels}, which the expression drops", labels=labels
                )
                help_text = Message(
                    "keep {labels} with by (...), or remove it from the text", labels=labels
                )
                yield Problem(at, message, help_text)


def _has(kept: Bounds, label: str) -> bool:
    return label == "alertname" or kept.may(label)
