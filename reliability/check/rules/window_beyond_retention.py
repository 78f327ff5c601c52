"""An SLO or a signal that looks back further than the retention.

## What it does

Compares the periods of SLOs, and the ranges and offsets of signals, with `retention` of the source
in the HistorySources. Nothing is reported if `retention` is not set.

## Why it matters

Prometheus evaluates a range of 30 days over 15 days of data without a warning. The error budget of
a month is then that of two weeks, and no alert states it: less than 98 % of the month is recorded.

## Example

```yaml bad
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: prometheus, url: "http://prometheus.example:9090", retention: 15d}
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 30d  # <- window-beyond-retention
      isRolling: true
```

```yaml good
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: prometheus, url: "http://prometheus.example:9090", retention: 45d}
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 30d
      isRolling: true
```

## Source

pint's `promql/range_query` and `promql/offset`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.reach import reaches
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.model.history import HistorySources, PrometheusSource
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def window_beyond_retention(context: Context) -> Iterator[Problem]:
    """Compare how far SLOs and signals look back with the retention."""
    sources = context.catalog.only(HistorySources)
    source = sources.value.spec.source if sources else None
    if sources is None or not isinstance(source, PrometheusSource) or source.retention is None:
        return

    label = Label(sources.at("spec", "source", "retention"), Message("the retention"))
    for lookback in reaches(context):
        if lookback.length > source.retention:
            message = Message(
                "{lookback}, and the retention is {retention}",
                lookback=lookback.words,
                retention=duration_text(source.retention),
            )
            yield Problem(lookback.at, message, lookback.help, related=(label,))
