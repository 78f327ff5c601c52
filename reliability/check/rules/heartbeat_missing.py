"""Nothing tells when the monitoring itself is silent.

## What it does

Asks for one signal of kind `heartbeat` in the repository, and for `heartbeat` in the
NotificationPolicy: the receiver outside that notices when it stops arriving.

## Why it matters

A Prometheus that is down sends no alerts, and neither does a service without failures. The two
look the same from outside; only a signal that always fires tells them apart.

## Example

```yaml bad
# policies/notification.yaml
kind: NotificationPolicy  # <- heartbeat-missing
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals: []
```

```yaml good
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals:
    - name: MonitoringHeartbeat
      kind: heartbeat
      tier: log
      expr: vector(1)
```

## Source

Prometheus's own practice (a Watchdog alert and a dead man's switch).
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.model.alert_policy import AlertPolicy
from reliability.model.notification import NotificationPolicy


@catalog_rule(severity=Severity.WARNING, since="0.1")
def heartbeat_missing(context: Context) -> Iterator[Problem]:
    """Look for a heartbeat, and for somebody outside who listens to it."""
    policy = context.catalog.only(NotificationPolicy)
    first = next(context.catalog.each(AlertPolicy), None)
    if first is None or not context.is_whole():
        return
    heartbeat = next(_heartbeats(context.catalog), None)
    if heartbeat is None:
        at = policy.at("kind") if policy else first.at("kind")
        message = "no signal is a heartbeat, so silence of the monitoring looks like health"
        help_text = "write a signal of kind heartbeat with expr: vector(1)"
        yield Problem(at, message, help_text)
    elif policy is not None and policy.value.spec.heartbeat is None:
        message = "the heartbeat has no receiver outside, so nobody notices when it stops"
        help_text = f"write spec.heartbeat.webhook in {policy.document.path}"
        yield Problem(heartbeat, message, help_text)


def _heartbeats(catalog: Catalog) -> Iterator[Location]:
    for policy in catalog.each(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.kind == "heartbeat":
                yield policy.at("spec", "signals", index, "kind")
