"""Samples that are too far apart for the shortest window.

## What it does

Asks a server (`check --live URL`) how far apart the samples of each selector are, over the last
hour and for series that existed all the time. Finds SLIs whose alerts have a window shorter than
two sample intervals, and ranges of functions such as `rate` in signals that are shorter than that.
A difference of up to 10 % is ignored.

## Why it matters

A rate needs two samples. In a window with one sample it has no result, so the short window of a
burn-rate alert never exceeds its factor and the alert never fires.

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

The Prometheus documentation, "Query functions". pint's `promql/rate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.location import Pointer
from reliability.message import Message
from reliability.resolve.indicator import is_counted, queries_in, sli_spec
from reliability.scalars import duration_text

if TYPE_CHECKING:
    from reliability.check.index.selected import Selected

PAIRS: Final = frozenset(("rate", "irate", "increase", "delta", "idelta", "deriv"))
LET_PASS: Final = 1.1
"""The interval is measured by counting samples, which may be off by one."""
HELP: Final = Message("scrape it more often, or use longer windows")
QueryKey = tuple[int, Pointer]
"""A query, by the identity of its document and its route in it."""


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def scrape_interval_long(context: Context) -> Iterator[Problem]:
    """Compare windows and ranges with the time between two samples."""
    if context.live is None:
        return
    windows = _windows(context)
    for selected in context.selected:
        observed = context.live.observed(selected.text)
        window = _shortest(selected, windows)
        if observed is None or observed.interval is None or window is None:
            continue
        if 2 * observed.interval > LET_PASS * window:
            message = _message(selected, observed.interval, window)
            subject = f"{selected.function} {selected.text}"
            yield Problem(selected.at, message, HELP, subject=subject)


def _message(selected: Selected, interval: timedelta, window: timedelta) -> Message:
    values = {
        "selector": selected.text,
        "interval": duration_text(interval),
        "window": duration_text(window),
    }
    if selected.role is not None:
        return Message(
            "{selector} has a sample every {interval}, and the shortest window of its alerts, "
            "{window}, needs two",
            **values,
        )

    return Message(
        "{selector} has a sample every {interval}, and {function} over {window} needs two",
        function=selected.function,
        **values,
    )


def _shortest(selected: Selected, windows: Mapping[QueryKey, timedelta]) -> timedelta | None:
    """Return the shortest window in which a selector needs two samples, if it needs two at all."""
    if selected.role is not None:
        return windows.get((id(selected.located.document), selected.route))
    return selected.selector.range if selected.function in PAIRS else None


def _windows(context: Context) -> Mapping[QueryKey, timedelta]:
    """Return the shortest window of the alerts on each counter query."""
    windows: dict[QueryKey, timedelta] = {}
    for objective in context.objectives:
        resolved = sli_spec(objective.slo, context.catalog)
        shorts = [pair.short for alert in objective.alerts for pair in alert.pairs]
        if resolved is None or not shorts or not is_counted(resolved[0]):
            continue
        for query in queries_in(*resolved, context.catalog):
            key = id(query.located.document), query.route
            windows[key] = min(*shorts, windows.get(key, timedelta.max))

    return windows
