"""A text that asks for a label which the expression has lost.

## What it does

Compares `{{ $labels.x }}` in summaries, descriptions and labels with the labels that the expression
can have: an aggregation keeps those of `by (...)`, `absent` those that are matched with `=`.

## Why it matters

A label that is not there is an empty text. "Host is out of memory (instance )" is read at three in
the morning, by somebody who then looks at every host.

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

The Prometheus documentation, "Alerting rules", on templates; pint's `alerts/template`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import listed
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.promql.label_bounds import Bounds, bounds
from reliability.promql.tree import read

TEMPLATE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LABEL: Final = re.compile(r"\$labels\.(\w+)", re.ASCII)
EITHER: Final = re.compile(r"(?:\$labels|\.Labels)\.(\w+)", re.ASCII)
MOVED: Final = re.compile(r"\{\{-?\s*(?:with|range)\b")


@rule(on=AlertPolicy, severity=Severity.WARNING, since="0.1")
def template_label_lost(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Compare the labels in templates with those of the expression."""
    for index, signal in enumerate(policy.value.spec.signals):
        for route, text in _texts(signal):
            names = _asked(text)
            tree = read(signal.expr) if names else None
            lost = sorted(each for each in names if tree and not _has(bounds(tree), each))
            if lost:
                at = policy.at("spec", "signals", index, *route)
                message = f"the text asks for {listed(lost)}, which the expression has lost"
                help_text = f"keep {listed(lost)} with by (...), or leave it out of the text"
                yield Problem(at, message, help_text)


def _texts(signal: Signal) -> Iterator[tuple[tuple[str, ...], str]]:
    if signal.summary and "abels." in signal.summary:
        yield ("summary",), signal.summary
    if signal.description and "abels." in signal.description:
        yield ("description",), signal.description
    for name, text in signal.labels.items():
        yield ("labels", name), text


def _asked(text: str) -> frozenset[str]:
    """The labels of a text's templates; `.Labels` below `with` and `range` are others'."""
    asked = LABEL if MOVED.search(text) else EITHER
    return frozenset(name for each in TEMPLATE.findall(text) for name in asked.findall(each))


def _has(kept: Bounds, label: str) -> bool:
    return label == "alertname" or kept.may(label)
