"""A metric that the server does not know.

## What it does

Asks a server (`check --live URL`) for the metrics that SLIs and signals name. Found are those of
which no series was there in the last seven days. What stands inside of `absent`, or beside an
`or`, need not be there; metrics that begin with `slo:` come with the sync.

## Why it matters

A query of a metric that is not there is no error: it has no result, and neither has the alert.
A service whose counter was renamed is then watched by nobody, and every page is quiet.

## Example

```json live
{"series": [{"labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"}}]}
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(application_error_total[5m]) > 1  # <- metric-missing
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(http_requests_total{code="200"}[5m]) < 1
```

## Source

pint's `promql/series`: the metric was never there, or has been gone for long.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import near
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity

HELP = "mend the name, or have the service scraped first"


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def metric_missing(context: Context) -> Iterator[Problem]:
    """Look for the metrics that the server does not know."""
    if context.live is None:
        return
    from reliability.check.facts.live import UnknownMetric

    for each in context.selected:
        answer = context.live.answers.get(each.text)
        if isinstance(answer, UnknownMetric):
            metric = each.selector.metric
            like = near(metric, answer.like)
            message = f"no series was called {metric} in the last 7 days"
            yield Problem(
                each.at, message, f"the nearest is {like}" if like else HELP, subject=metric
            )
