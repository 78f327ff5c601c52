"""A range that is too short for two samples.

## What it does

Finds ranges of functions such as `rate`, `increase` and `delta`, and short windows of burn rates,
that are shorter than two scrape intervals. The interval is `scrapeInterval` of the HistorySources,
or 15 seconds if it is not set.

## Why it matters

A rate needs two samples. A range shorter than two scrape intervals often has only one, so the
result comes and goes. An alert with `for` then starts over each time and never fires.

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

The Prometheus documentation, "Query functions". pint's `promql/rate`: a range of at least two
scrape intervals, better four.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.index.window_pairs import pairs
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.slo_policy import BurnRateWindows
from reliability.promql.tree import Call, Node, VectorSelector, walk
from reliability.scalars import duration_text

PAIRS: Final = frozenset(("rate", "irate", "increase", "delta", "idelta", "deriv"))
"""Functions that compare samples and therefore need two."""
SHORTEST: Final = timedelta(seconds=15)
"""The shortest scrape interval in common use, assumed if none is set."""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_window_short(context: Context) -> Iterator[Problem]:
    """Compare ranges and short windows with two scrape intervals."""
    declared = context.scrape_interval(timedelta())
    interval = declared or SHORTEST
    for expression in context.expressions.using(*PAIRS):
        for node in walk(expression.tree):
            for function, selector in _compared(node):
                if selector.range is not None and selector.range < 2 * interval:
                    range_text = duration_text(selector.range)
                    message = Message(
                        "{function} over {range} is too short: two scrape intervals are {needed}",
                        function=function,
                        range=range_text,
                        needed=duration_text(2 * interval),
                    )
                    subject = f"{function} {range_text}"
                    yield Problem(
                        expression.at, message, _help(interval, declared), subject=subject
                    )

    yield from _burn_rate_windows(context, interval)


def _help(interval: timedelta, declared: timedelta) -> Message:
    range_text = duration_text(4 * interval)
    if declared:
        return Message("use a range of {range} or longer", range=range_text)
    return Message(
        "use a range of {range} or longer, or set scrapeInterval in policies/history.yaml: "
        "{interval} is assumed",
        range=range_text,
        interval=duration_text(interval),
    )


def _burn_rate_windows(context: Context, interval: timedelta) -> Iterator[Problem]:
    """Find short windows of burn rates that are too short for two samples."""
    for windows in context.catalog.documents(BurnRateWindows):
        for route, window in pairs(windows.value):
            if window.short < 2 * interval:
                message = Message(
                    "the short window {window} is too short: two scrape intervals are {needed}",
                    window=duration_text(window.short),
                    needed=duration_text(2 * interval),
                )
                help_text = Message(
                    "use {window} or longer, or scrape more often",
                    window=duration_text(4 * interval),
                )
                yield Problem(windows.at(*route, "short"), message, help_text)


def _compared(node: Node) -> Iterator[tuple[str, VectorSelector]]:
    """Yield a function that needs two samples, with the selectors that it is applied to."""
    if isinstance(node, Call) and node.function in PAIRS:
        for argument in node.arguments:
            if isinstance(argument, VectorSelector):
                yield node.function, argument
