"""A scrape interval in the HistorySources that is not the server's.

## What it does

Asks a server (`check --live URL`) how far apart the samples of each SLI's selectors lie, and
compares that with `scrapeInterval` of the HistorySources. A quarter more or less is let pass.

## Why it matters

Other rules and the replay of samples rest on it: with a wrong one they let windows pass that have
one sample in them, or find fault with windows that are long enough.

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

`scrape_interval` in the Prometheus configuration, which each job may set for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.history import HistorySources
from reliability.scalars import duration_text

LET_PASS = 0.25


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def scrape_interval_differs(context: Context) -> Iterator[Problem]:
    """Compare what is written with the samples of the SLIs."""
    sources = context.catalog.only(HistorySources)
    written = sources.value.spec.scrape_interval if sources else None
    if context.live is None or sources is None or written is None:
        return
    texts = {each.text for each in context.selected if each.role is not None}
    observed = (context.live.observed(text) for text in texts)
    seen = [each.interval for each in observed if each is not None and each.interval is not None]
    other = Counter(each for each in seen if abs(each - written) > LET_PASS * written)
    if other:
        most = min(other, key=lambda each: (-other[each], each))
        message = (
            f"{duration_text(written)} is written, and {other.total()} of {len(seen)} selectors "
            f"of SLIs have another: most have a sample every {duration_text(most)}"
        )
        at = sources.at("spec", "scrapeInterval")
        yield Problem(at, message, "write what the server has, or scrape all alike")
