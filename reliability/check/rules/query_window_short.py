"""A range with fewer than two samples in it.

## What it does

Finds ranges of `rate`, `increase`, `delta` and the like, and short windows of burn rates, under
two scrape intervals: under 30 seconds, or under twice the `scrapeInterval` of the HistorySources
where it is written.

## Why it matters

A rate needs two samples. In a range shorter than two scrape intervals there is often one, and the
result comes and goes: an alert with `for` starts again each time and never fires.

## Example

```yaml bad
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(application_errors_total[1m]) > 1  # <- query-window-short
```

```yaml good
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(application_errors_total[4m]) > 1
```

## Source

The Prometheus documentation, "Query functions"; pint's `promql/rate`: the range is at least twice
the scrape interval, and four times is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.index.window_pairs import pairs
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.slo_policy import BurnRateWindows
from reliability.promql.tree import Call, Node, VectorSelector, walk
from reliability.scalars import duration_text

PAIRS: Final = frozenset(("rate", "irate", "increase", "delta", "idelta", "deriv"))
"""Functions that compare samples, and so need two."""
SHORTEST: Final = timedelta(seconds=15)
"""What is usual at the least, where nothing is written."""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_window_short(context: Context) -> Iterator[Problem]:
    """Compare ranges with the time between two samples."""
    interval = context.scrape_interval(SHORTEST)
    for expression in context.expressions.using(*PAIRS):
        for node in walk(expression.tree):
            for function, selector in _compared(node):
                if selector.range is not None and selector.range < 2 * interval:
                    message = (
                        f"{function} over {duration_text(selector.range)}, and two scrapes are "
                        f"{duration_text(2 * interval)} apart"
                    )
                    help_text = f"write a range of {duration_text(4 * interval)} or more"
                    yield Problem(
                        expression.at,
                        message,
                        help_text,
                        subject=f"{function} {duration_text(selector.range)}",
                    )
    yield from _of_burn_rates(context, interval)


def _of_burn_rates(context: Context, interval: timedelta) -> Iterator[Problem]:
    for windows in context.catalog.each(BurnRateWindows):
        for route, window in pairs(windows.value):
            if window.short < 2 * interval:
                message = (
                    f"a short window of {duration_text(window.short)}, and two scrapes are "
                    f"{duration_text(2 * interval)} apart"
                )
                help_text = f"write {duration_text(4 * interval)} or more, or scrape more often"
                yield Problem(windows.at(*route, "short"), message, help_text)


def _compared(node: Node) -> Iterator[tuple[str, VectorSelector]]:
    if isinstance(node, Call) and node.function in PAIRS:
        yield from (
            (node.function, each) for each in node.arguments if isinstance(each, VectorSelector)
        )
