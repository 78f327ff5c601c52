"""A `scrapeInterval` that differs from that of the server.

## What it does

Asks a server (`check --live URL`) how far apart the samples of each SLI's selectors are, and
compares that with `scrapeInterval` of the HistorySources. A difference of up to 25 % is ignored.

## Why it matters

Other rules and the replay of samples use `scrapeInterval`. If it is wrong, they accept windows with
one sample, or report windows that are long enough.

## Example

```json live
{"series": [{"labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"},
             "every": "1m"}]}
```

```yaml bad
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 15s  # <- scrape-interval-differs
```

```yaml good
# policies/history.yaml
kind: HistorySources
spec:
  source: {type: synthetic}
  scrapeInterval: 1m
```

## Source

`scrape_interval` in the Prometheus configuration, which each job can override.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.history import HistorySources
from reliability.scalars import duration_text

LET_PASS = 0.25
"""The interval is measured by counting samples, and a scrape can be late or missing."""


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def scrape_interval_differs(context: Context) -> Iterator[Problem]:
    """Compare the declared interval with the samples of the SLIs."""
    sources = context.catalog.only(HistorySources)
    declared = sources.value.spec.scrape_interval if sources else None
    if context.live is None or sources is None or declared is None:
        return

    texts = {selected.text for selected in context.selected if selected.role is not None}
    observed = filter(None, map(context.live.observed, texts))
    intervals = [one.interval for one in observed if one.interval is not None]
    differing = Counter(
        interval for interval in intervals if abs(interval - declared) > LET_PASS * declared
    )

    if differing:
        most = min(differing, key=lambda interval: (-differing[interval], interval))
        message = Message(
            "scrapeInterval is {declared}, and {count} of {total} selectors of SLIs have another "
            "interval, mostly {observed}",
            declared=duration_text(declared),
            count=differing.total(),
            total=len(intervals),
            observed=duration_text(most),
        )
        help_text = Message(
            "set it to the interval of the server, or scrape all jobs equally often"
        )
        yield Problem(sources.at("spec", "scrapeInterval"), message, help_text)
