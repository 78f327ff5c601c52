"""A slice of time with too few scrapes in it.

## What it does

Finds `timeSliceWindow` under two scrape intervals, where the HistorySources say how often
is scraped.

## Why it matters

In a slice with one sample no rate can be told: most slices are empty, and an empty slice says
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

The Prometheus documentation, `rate`: two samples at the least. OpenSLO does not know what is
scraped.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.resolve.compilable import SHORTEST_SLICE
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.2")
def slice_too_short(context: Context) -> Iterator[Problem]:
    """Compare each slice with two scrape intervals; one of no length is another rule's."""
    shortest = 2 * context.scrape_interval(SHORTEST_SLICE / 2)
    for slo, objective in objectives(context.catalog):
        length = objective.value.time_slice_window
        sliced = slo.value.spec.budgeting_method != "Occurrences"
        if sliced and length and length < shortest:
            message = (
                f"a slice of {duration_text(length)} is shorter than two scrape intervals, "
                f"{duration_text(shortest)}"
            )
            help_text = f"write timeSliceWindow: {duration_text(2 * shortest)}"
            yield Problem(objective.at("timeSliceWindow"), message, help_text)
