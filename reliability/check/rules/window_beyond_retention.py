"""A window that reaches further back than the data.

## What it does

Compares the windows of SLOs, and the ranges and offsets of signals, with `retention` of the source
in the HistorySources. Without a `retention` it says nothing.

## Why it matters

Prometheus answers a range of thirty days over fifteen days of data without a word: the budget of a
month is then that of two weeks, and spent twice as fast or forgotten twice as early.

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
from reliability.model.history import HistorySources, PrometheusSource
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def window_beyond_retention(context: Context) -> Iterator[Problem]:
    """Compare everything that looks back with what is kept."""
    sources = context.catalog.only(HistorySources)
    source = sources.value.spec.source if sources else None
    if sources is None or not isinstance(source, PrometheusSource) or source.retention is None:
        return
    label = Label(sources.at("spec", "source", "retention"), "what is kept")
    kept = f"the source keeps {duration_text(source.retention)}"
    for reach in reaches(context):
        if reach.length > source.retention:
            yield Problem(reach.at, f"{reach.words}, and {kept}", reach.help, (label,))
