"""A signal that Prometheus would refuse, or whose texts it cannot expand.

## What it does

Reads the expression of each signal as PromQL, and finds those that Prometheus cannot parse or that
have no value.

Reads the templates in its summary, description and labels as Go's text/template does, and finds

- what Prometheus refuses: templates and blocks that are not closed, `{{ if }}` without a value,
  numbers such as `5m`, unknown functions and variables;
- what fails at each evaluation, in every branch: wrong arguments (`{{ value }}` instead of
  `{{ $value }}`), unknown fields, and `{{ if gt $value 5 }}`, because Go does not compare a float
  with an integer (write `5.0`); also patterns, durations and PromQL in `query` that are not valid;
- functions that Prometheus 2.53 does not have, such as `now`.

## Why it matters

Prometheus refuses a whole rule file because of one rule that it cannot read, so all alerts of the
service are missing. A template that fails is not refused: each notification then says `<error
expanding template ...>` instead of what is wrong, and `promtool` does not notice it.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth > 1000  # <- signal-query-invalid
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(attendance_queue_depth) > 1000
```

## Source

`promtool check rules`. Prometheus: `testTemplateParsing` in model/rulefmt/rulefmt.go, which only
parses, and `expand` in rules/alerting.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.compile.prometheus.refusals import template_problem, why_not_signal
from reliability.compile.prometheus.templates import why_not_expanded
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.signals import SignalAlert


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def signal_query_invalid(policy: Located[AlertPolicy], _context: Context) -> Iterator[Problem]:
    """Report why the compiler would leave a signal out, or why a text of it fails."""
    service = policy.value.spec.service
    for index, signal in enumerate(policy.value.spec.signals):
        alert = SignalAlert(policy=policy, index=index, service=service, team="", signal=signal)
        problem = why_not_signal(alert) or template_problem(alert, why_not_expanded)
        if problem is not None:
            yield problem
