"""Samples too far apart for the shortest window.

## What it does

Asks a server (`check --live URL`) how far apart the samples of each selector lie: in the last hour,
of series that were there all the while. Found are SLIs whose alerts have a window shorter than two
samples are apart, and such ranges of `rate` and the like in signals; a tenth is let pass.

## Why it matters

A rate needs two samples. A window with one in it has no result: the short window of a burn-rate
alert is then never above its factor, and the alert never fires.

## Example

```json live
{"series": [{"labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"},
             "every": "5m"},
            {"labels": {"__name__": "clock_ins_total", "job": "attendance", "code": "200"},
             "every": "30s"}]}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance"}  # <- scrape-interval-long
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: clock_ins_total{job="attendance",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: clock_ins_total{job="attendance"}
```

## Source

The Prometheus documentation, "Query functions"; pint's `promql/rate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.location import Pointer
from reliability.resolve.indicator import is_counted, queries_in, sli_spec
from reliability.scalars import duration_text

if TYPE_CHECKING:
    from reliability.check.index.selected import Selected

PAIRS: Final = frozenset(("rate", "irate", "increase", "delta", "idelta", "deriv"))
LET_PASS: Final = 1.1
"""How far apart is measured by counting, which may be off by a sample."""
HELP: Final = "scrape it more often, or take windows that are longer"
Place = tuple[int, Pointer]


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def scrape_interval_long(context: Context) -> Iterator[Problem]:
    """Compare windows and ranges with the time between two samples."""
    if context.live is None:
        return
    windows = _windows(context)
    for each in context.selected:
        seen = context.live.observed(each.text)
        window, words = _shortest(each, windows)
        if seen is None or seen.interval is None or window is None:
            continue
        if 2 * seen.interval > LET_PASS * window:
            message = (
                f"{each.text} has a sample every {duration_text(seen.interval)}, and {words} "
                f"{duration_text(window)} needs two"
            )
            yield Problem(each.at, message, HELP, subject=f"{each.function} {each.text}")


def _shortest(each: Selected, windows: Mapping[Place, timedelta]) -> tuple[timedelta | None, str]:
    if each.role is not None:
        return windows.get((id(each.located.document), each.route)), "the shortest window,"
    counts = each.function in PAIRS
    return each.selector.range if counts else None, f"{each.function} over"


def _windows(context: Context) -> Mapping[Place, timedelta]:
    """The shortest window of the alerts on each query of counters, by where it is written."""
    found: dict[Place, timedelta] = {}
    for objective in context.objectives:
        resolved = sli_spec(objective.slo, context.catalog)
        shorts = [pair.short for alert in objective.alerts for pair in alert.pairs]
        if resolved is None or not shorts or not is_counted(resolved[0]):
            continue
        for placed in queries_in(*resolved, context.catalog):
            place = id(placed.located.document), placed.route
            found[place] = min(*shorts, found.get(place, shorts[0]))
    return found
