"""A metric of nobody knows which system.

## What it does

Finds a `metricSource` with neither `type` nor `metricSourceRef`.

## Why it matters

It is taken for PromQL here. Another reader takes it for something else, or refuses it.

## Example

```yaml bad
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: clock-in-queue}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource:  # <- sli-source-missing
        spec: {query: 'clock_ins_total{result="ok"}'}
    total: {metricSource: {type: Prometheus, spec: {query: clock_ins_total}}}
```

```yaml good
# services/attendance/sli.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: clock-in-queue}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource:
        type: Prometheus
        spec: {query: 'clock_ins_total{result="ok"}'}
    total: {metricSource: {type: Prometheus, spec: {query: clock_ins_total}}}
```

## Source

OpenSLO v1, SLI: a source is named or its type is given; the reference validator asks for neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import metrics
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def sli_source_missing(context: Context) -> Iterator[Problem]:
    """Look at every metric's source."""
    for metric in metrics(context.catalog):
        source = metric.value.metric_source
        if not source.type and source.metric_source_ref is None:
            at = metric.at("metricSource", part=EntryPart.KEY)
            message = "the source has neither type nor metricSourceRef, and is taken for Prometheus"
            yield Problem(at, message, "write type: Prometheus")
