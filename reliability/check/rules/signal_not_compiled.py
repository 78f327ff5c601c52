"""A signal that no sync target gets.

## What it does

Finds signals if the sync targets are a Datadog site or Alertmanagers, and none takes Prometheus
rules. Of an SLO with PromQL, [slo-not-compiled](slo-not-compiled.md) reports the same.

## Why it matters

A signal is PromQL, which Datadog cannot evaluate. `check` and `plan` succeed, and the alert exists
nowhere.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  allowedHosts: [api.datadoghq.com]
  targets:
    - name: datadog
      provider: datadog
      apiKey: env:DATADOG_API_KEY
      applicationKey: env:DATADOG_APPLICATION_KEY
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog  # <- signal-not-compiled
      kind: cause
      tier: ticket
      expr: attendance_queue_depth > 1000
# services/attendance/slo.yaml
kind: SLO
metadata:
  name: attendance-clock-in  # <- slo-not-compiled
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals: []
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  allowedHosts: [prometheus.example.internal]
  targets:
    - name: prometheus
      provider: prometheus
      url: http://prometheus.example.internal:9090
      folder: /etc/prometheus/reliability
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: attendance_queue_depth > 1000
```

## Source

A rule of this project: whatever a compiler does not support is a finding on its line, and is never
dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.resolve.declared_targets import NO_RULE_TARGET, lacks_rule_target
from reliability.resolve.signals import signals

HELP: Final = Message(
    "declare a target that takes Prometheus rules, such as provider: prometheus, or remove the "
    "signal"
)


@catalog_rule(severity=Severity.WARNING, since="0.1")
def signal_not_compiled(context: Context) -> Iterator[Problem]:
    """Report every signal if no sync target takes Prometheus rules."""
    if not context.is_whole("policies") or not lacks_rule_target(context.catalog):
        return
    for alert in signals(context.catalog):
        message = Message("{signal}: {why}", signal=alert.signal.name, why=NO_RULE_TARGET)
        yield Problem(alert.policy.at(*alert.route, "name"), message, HELP)
