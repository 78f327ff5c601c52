"""A time slice that is shorter than two scrape intervals.

## What it does

Finds `timeSliceWindow` shorter than two scrape intervals, if the HistorySources set
`scrapeInterval`.

## Why it matters

A rate needs two samples. With one sample per slice most slices are empty, and an empty slice says
nothing about users.

## Example

```yaml bad
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  budgetingMethod: RatioTimeslices
  objectives:
    - target: 0.995
      timeSliceWindow: 1m  # <- slice-too-short
```

```yaml good
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  budgetingMethod: RatioTimeslices
  objectives:
    - target: 0.995
      timeSliceWindow: 5m
```

## Source

The Prometheus documentation, `rate`: at least two samples. OpenSLO has no scrape interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.resolve.compilable import SHORTEST_SLICE
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slice_too_short(context: Context) -> Iterator[Problem]:
    """Compare each slice with two scrape intervals; another rule reports a length of zero."""
    shortest = 2 * context.scrape_interval(SHORTEST_SLICE / 2)
    for slo, objective in objectives(context.catalog):
        length = objective.value.time_slice_window
        has_slices = slo.value.spec.budgeting_method != "Occurrences"
        if has_slices and length and length < shortest:
            message = Message(
                "the time slice {length} is shorter than two scrape intervals, {shortest}",
                length=duration_text(length),
                shortest=duration_text(shortest),
            )
            help_text = Message(
                "use a longer slice, such as timeSliceWindow: {length}",
                length=duration_text(2 * shortest),
            )
            yield Problem(objective.at("timeSliceWindow"), message, help_text)
