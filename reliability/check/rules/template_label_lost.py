"""A template with a label that the expression drops.

## What it does

Compares `{{ $labels.x }}` in summaries, descriptions and labels with the labels that the expression
can have. An aggregation keeps the labels of `by (...)`, and `absent` keeps the labels of its `=`
matchers. Each side of an `or` is compared, unless the template asks with `if` or `with` whether the
label exists.

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

from collections.abc import Iterable, Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.compile.prometheus.templates import reading_of, templates
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy
from reliability.promql.label_bounds import Bounds, bounds
from reliability.promql.tree import Binary, Node, read


@rule(on=AlertPolicy, severity=Severity.WARNING, since="0.1")
def template_label_lost(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Compare the labels in templates with the labels that the expression can have."""
    for index, signal in enumerate(policy.value.spec.signals):
        tree = read(signal.expr)
        for route, text in templates(signal):
            reading = reading_of(text)
            if reading is None or tree is None:
                continue
            lost = _lost(reading.labels, bounds(tree))
            message = Message(
                "the text uses {labels}, which the expression drops", labels=listed(lost)
            )
            for side in () if lost else _sides(tree):
                lost = lost or _lost(reading.labels - reading.tested, bounds(side))
                message = Message(
                    "the text uses {labels}, which one side of `or` drops", labels=listed(lost)
                )
            if lost:
                at = policy.at("spec", "signals", index, *route)
                help_text = Message(
                    "keep {labels} with by (...), or remove it from the text", labels=listed(lost)
                )
                yield Problem(at, message, help_text)


def _lost(names: Iterable[str], kept: Bounds) -> list[str]:
    return sorted(name for name in names if name != "alertname" and not kept.may(name))


def _sides(node: Node) -> Iterator[Node]:
    """Yield what the operands of `or` are, each of which can be the alert."""
    if isinstance(node, Binary) and node.operator == "or":
        yield from _sides(node.left)
        yield from _sides(node.right)
    else:
        yield node
