"""OpenSLO that other tools refuse or read differently.

## What it does

Finds durations with more than a whole number and a unit (a sign, spaces, or further words), SLOs
with several objectives on an inline `thresholdMetric`, and a `metricSource` with neither `type` nor
`metricSourceRef`.

## Why it matters

This program and OpenSLO's reference validator accept them. Other tools refuse `+28d` and
`28d or so`, read only the first of several objectives, and do not treat a metric without a type as
PromQL.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: " 30d", isRolling: true}  # <- openslo-not-portable
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  timeWindow:
    - {duration: 30d, isRolling: true}
```

## Source

OpenSLO v1: a duration is a positive integer and one of m, h, d, w, M, Q, Y. With a thresholdMetric
only one objective is allowed. A metric has a source or a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.index.openslo import durations, metrics
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import Shorthand

STRICT: Final = re.compile(r"[0-9]+[mhdwMQY]")


@catalog_rule(severity=Severity.WARNING, since="0.1", alone=True)
def openslo_not_portable(context: Context) -> Iterator[Problem]:
    """Check durations, threshold metrics and sources."""
    yield from _loose_durations(context.catalog)
    yield from _several_objectives(context.catalog)

    for metric in metrics(context.catalog):
        source = metric.value.metric_source
        if not source.type and source.metric_source_ref is None:
            at = metric.at("metricSource", part=EntryPart.KEY)
            message = Message(
                "the source has neither type nor metricSourceRef, and is read as Prometheus"
            )
            yield Problem(at, message, Message("add type: Prometheus"), subject="type")


def _loose_durations(catalog: Catalog) -> Iterator[Problem]:
    for duration in durations(catalog):
        text = duration.value.written if isinstance(duration.value, Shorthand) else None
        if text is not None and not STRICT.fullmatch(text):
            parts = re.search(r"([0-9]+)\s*([mhdwMQY])", text)
            message = Message("{text} is not just a whole number and a unit", text=repr(text))
            better = f"{parts[1]}{parts[2]}" if parts else "30d"
            help_text = Message("write {duration}", duration=better)
            yield Problem(duration.at(), message, help_text, subject="duration")


def _several_objectives(catalog: Catalog) -> Iterator[Problem]:
    """Count the objectives of inline SLIs; other tools may not even know a referenced one."""
    for slo in catalog.documents(Slo):
        spec = slo.value.spec
        if spec.indicator and spec.indicator.spec.threshold_metric and len(spec.objectives) > 1:
            at = slo.at("spec", "objectives", 1)
            message = Message(
                "this SLO has {count} objectives on one threshold metric, and OpenSLO allows one",
                count=len(spec.objectives),
            )
            help_text = Message("write one SLO per objective")
            yield Problem(at, message, help_text, subject="objectives")
