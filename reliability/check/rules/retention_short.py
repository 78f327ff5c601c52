"""A server that keeps less than is looked back at.

## What it does

Asks a server (`check --live URL`) how long it keeps samples, and compares that with the windows of
SLOs and the ranges and offsets of signals. Where the server does not say, its oldest samples of our
metrics are taken; where they cannot be asked for either, a note says so and nothing is found.

## Why it matters

Prometheus answers a range of thirty days over fifteen days of data without a word, and fifteen
days are what it keeps by default. What `retention` in the HistorySources says may be a wish.

## Example

```json live
{"retention": "29d"}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 30d  # <- retention-short
      isRolling: true
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 4w
      isRolling: true
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  period: 4w
```

## Source

The Prometheus documentation, "Storage": `--storage.tsdb.retention.time` is 15d by default; pint's
`promql/range_query`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.reach import reaches
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def retention_short(context: Context) -> Iterator[Problem]:
    """Compare everything that looks back with what the server keeps."""
    if context.live is None:
        return
    from reliability.check.facts.live import NothingBefore, SampleRetention

    for reach in reaches(context):
        match context.live.retention:
            case SampleRetention(length) if reach.length > length:
                message = f"{reach.words}, and the server keeps {duration_text(length)}"
                yield Problem(reach.at, message, reach.help)
            case NothingBefore(age) if reach.length >= age:
                said = f"the server holds nothing from {duration_text(age)} ago"
                yield Problem(reach.at, f"{reach.words}, and {said}", reach.help)
            case _:
                pass
