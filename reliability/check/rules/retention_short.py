"""A server whose retention is shorter than an SLO or a signal looks back.

## What it does

Asks a server (`check --live URL`) how long it keeps samples, and compares that with the periods of
SLOs and the ranges and offsets of signals. If the server does not report its retention, the oldest
samples of the metrics in use decide. If those cannot be read either, a note says so and nothing is
reported.

## Why it matters

Prometheus keeps 15 days of data by default, and evaluates a range of 30 days over them without a
warning. Alerts state the error budget only while 98 % of the period is recorded. `retention` in the
HistorySources may differ from what the server really keeps.

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

The Prometheus documentation, "Storage": `--storage.tsdb.retention.time` is 15d by default. pint's
`promql/range_query`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.reach import reaches
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def retention_short(context: Context) -> Iterator[Problem]:
    """Compare how far SLOs and signals look back with what the server keeps."""
    if context.live is None:
        return
    from reliability.check.facts.live import NothingBefore, SampleRetention

    for lookback in reaches(context):
        match context.live.retention:
            case SampleRetention(length) if lookback.length > length:
                message = Message(
                    "{lookback}, and the server keeps {length}",
                    lookback=lookback.words,
                    length=duration_text(length),
                )
                yield Problem(lookback.at, message, lookback.help)
            case NothingBefore(age) if lookback.length >= age:
                message = Message(
                    "{lookback}, and the server has no sample that is {age} old",
                    lookback=lookback.words,
                    age=duration_text(age),
                )
                yield Problem(lookback.at, message, lookback.help)
            case _:
                pass
