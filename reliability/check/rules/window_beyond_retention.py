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
from datetime import timedelta

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.tree import Node, Selector, Subquery, children
from reliability.finding import Label, Problem, Severity
from reliability.model.history import HistorySources, PrometheusSource
from reliability.model.kind import duration_text
from reliability.model.openslo.slo import Slo


@catalog_rule(severity=Severity.WARNING, since="0.1")
def window_beyond_retention(context: Context) -> Iterator[Problem]:
    """Compare everything that looks back with what is kept."""
    sources = context.catalog.only(HistorySources)
    source = sources.value.spec.source if sources else None
    if sources is None or not isinstance(source, PrometheusSource) or source.retention is None:
        return
    kept = source.retention
    label = Label(sources.at("spec", "source", "retention"), "what is kept")
    for slo in context.catalog.each(Slo):
        if slo.value.spec.time_window and slo.value.period > kept:
            message = f"the window is {duration_text(slo.value.period)}, and {_kept(kept)}"
            at = slo.at("spec", "timeWindow", 0, "duration")
            yield Problem(at, message, "keep the data longer, or promise less long", (label,))
    for expression in context.expressions.every:
        back = _looks_back(expression.tree) if expression.signal is not None else timedelta()
        if back > kept:
            message = f"the expression looks back {duration_text(back)}, and {_kept(kept)}"
            yield Problem(expression.at, message, "keep the data longer", (label,))


def _kept(kept: timedelta) -> str:
    return f"the source keeps {duration_text(kept)}"


def _looks_back(node: Node) -> timedelta:
    """How far back an expression looks: ranges and offsets, those of subqueries on top."""
    deepest = max(map(_looks_back, children(node)), default=timedelta())
    match node:
        case Selector():
            return (node.range or timedelta()) + node.offset
        case Subquery():
            return node.range + node.offset + deepest
        case _:
            return deepest
