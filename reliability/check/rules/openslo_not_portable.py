"""OpenSLO that other readers refuse or read otherwise.

## What it does

Finds durations that are more than a whole number and a unit (a sign, spaces, words behind them),
SLOs with several objectives on a `thresholdMetric` of their own, and a `metricSource` with neither
`type` nor `metricSourceRef`.

## Why it matters

The reference validator accepts them, and so does this program. Other readers of OpenSLO refuse
`+28d` and `28d or so`, look only at the first of several objectives, and do not take a metric
without a type for PromQL.

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

OpenSLO v1: a duration is a positive integer and one of m, h, d, w, M, Q, Y; with a thresholdMetric
only one objective is allowed; a metric names its source or gives its type.
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
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import Shorthand

STRICT: Final = re.compile(r"[0-9]+[mhdwMQY]")


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_not_portable(context: Context) -> Iterator[Problem]:
    """Look at durations as they are written, at threshold metrics and at sources."""
    yield from _loose_durations(context.catalog)
    yield from _several_objectives(context.catalog)

    for metric in metrics(context.catalog):
        source = metric.value.metric_source
        if not source.type and source.metric_source_ref is None:
            at = metric.at("metricSource", part=EntryPart.KEY)
            message = "the source has neither type nor metricSourceRef, and is taken for Prometheus"
            yield Problem(at, message, "write type: Prometheus", subject="type")


def _loose_durations(catalog: Catalog) -> Iterator[Problem]:
    for duration in durations(catalog):
        text = duration.value.written if isinstance(duration.value, Shorthand) else None
        if text is not None and not STRICT.fullmatch(text):
            meant = re.search(r"([0-9]+)\s*([mhdwMQY])", text)
            message = f"{text!r} is more than a whole number and a unit"
            help_text = f"write {meant[1]}{meant[2]}" if meant else "write 30d"
            yield Problem(duration.at(), message, help_text, subject="duration")


def _several_objectives(catalog: Catalog) -> Iterator[Problem]:
    """Count the objectives of an SLI written in place; one by reference may stand elsewhere."""
    for slo in catalog.each(Slo):
        spec = slo.value.spec
        if spec.indicator and spec.indicator.spec.threshold_metric and len(spec.objectives) > 1:
            at = slo.at("spec", "objectives", 1)
            message = (
                f"{len(spec.objectives)} objectives on one threshold metric, and OpenSLO has one"
            )
            help_text = "write an SLO for each objective"
            yield Problem(at, message, help_text, subject="objectives")
