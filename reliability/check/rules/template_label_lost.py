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

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.promql.label_bounds import Bounds, bounds
from reliability.promql.tree import read

TEMPLATE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LABEL: Final = re.compile(r"\$labels\.(\w+)", re.ASCII)
EITHER: Final = re.compile(r"(?:\$labels|\.Labels)\.(\w+)", re.ASCII)
MOVED: Final = re.compile(r"\{\{-?\s*(?:with|range)\b")


@rule(on=AlertPolicy, severity=Severity.WARNING, since="0.1")
def template_label_lost(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Compare the labels in templates with the labels that the expression can have."""
    for index, signal in enumerate(policy.value.spec.signals):
        for route, text in _texts(signal):
            names = _labels(text)
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


def _texts(signal: Signal) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the templates of a signal, with their routes."""
    yield ("summary",), signal.summary or ""
    yield ("description",), signal.description or ""
    for name, text in signal.labels.items():
        yield ("labels", name), text


def _labels(text: str) -> frozenset[str]:
    """Return the labels that the templates of a text use.

    Inside `with` and `range`, `.Labels` are those of another value.
    """
    pattern = LABEL if MOVED.search(text) else EITHER
    return frozenset(
        name for template in TEMPLATE.findall(text) for name in pattern.findall(template)
    )


def _has(kept: Bounds, label: str) -> bool:
    return label == "alertname" or kept.may(label)
