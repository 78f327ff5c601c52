"""A metric that the Prometheus server does not have.

## What it does

Asks a Prometheus server (`check --live URL`) for the metrics that SLIs and signals use, and
reports metrics without a series in the last seven days. Metrics inside `absent`, or on one side of
an `or`, need not exist. Metrics that begin with `slo:` are created by the sync and are not
checked.

If a histogram becomes native, its series `..._bucket`, `..._count` and `..._sum` end. The help then
names the histogram.

## Why it matters

A query for a metric that does not exist is not an error: it returns nothing, and neither does the
alert. After a counter is renamed, nobody monitors the service, and every dashboard is quiet.

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

pint's `promql/series`: the metric never existed, or disappeared long ago.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import near
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.metric_kinds import histogram

HELP = Message("correct the name, or scrape the service first")


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def metric_missing(context: Context) -> Iterator[Problem]:
    """Find the metrics that the server does not know."""
    if context.live is None:
        return
    from reliability.check.facts.live import UnknownMetric

    for selected in context.selected:
        answer = context.live.answers.get(selected.text)
        if isinstance(answer, UnknownMetric):
            metric = selected.selector.metric
            closest = near(metric, answer.like)
            message = Message("no series of metric {metric} in the last 7 days", metric=metric)
            help_text = Message("did you mean {name}?", name=closest) if closest else HELP
            native = histogram(metric)
            if native in answer.like:
                help_text = Message(
                    "if {name} is a native histogram, count with histogram_count({name}) and "
                    "histogram_fraction(0, 0.5, {name}) * histogram_count({name})",
                    name=native,
                )
            yield Problem(selected.at, message, help_text, subject=metric)
