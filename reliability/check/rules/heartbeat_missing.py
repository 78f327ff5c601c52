"""No heartbeat notices an outage of the monitoring itself.

## What it does

Looks for one signal of kind `heartbeat` in the repository, and for `heartbeat` in the
NotificationPolicy: the external receiver that notices when the heartbeat stops arriving. A
repository whose sync targets take no Prometheus rules has no Prometheus to watch.

## Why it matters

A Prometheus server that is down sends no alerts, and neither does a healthy service. From outside
the two look the same. Only a signal that always fires tells them apart.

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

Prometheus practice: the Watchdog alert and a dead man's switch.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.notification import NotificationPolicy
from reliability.resolve.declared_targets import lacks_rule_target


@catalog_rule(severity=Severity.ERROR, since="0.1")
def heartbeat_missing(context: Context) -> Iterator[Problem]:
    """Look for a heartbeat signal and its external receiver."""
    policy = context.catalog.only(NotificationPolicy)
    first = next(context.catalog.documents(AlertPolicy), None)
    # A heartbeat is PromQL, and watches a Prometheus: without one there is nothing to watch.
    if first is None or not context.is_whole() or lacks_rule_target(context.catalog):
        return

    heartbeat = next(_heartbeats(context.catalog), None)
    if heartbeat is None:
        at = policy.at("kind") if policy else first.at("kind")
        message = Message("no heartbeat signal: an outage of the monitoring goes unnoticed")
        help_text = Message("add a signal of kind heartbeat with expr: vector(1)")
        yield Problem(at, message, help_text)
    elif policy is not None and policy.value.spec.heartbeat is None:
        message = Message("the heartbeat has no external receiver that notices when it stops")
        help_text = Message("set spec.heartbeat.webhook in {path}", path=policy.document.path)
        yield Problem(heartbeat, message, help_text)


def _heartbeats(catalog: Catalog) -> Iterator[Location]:
    for policy in catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.kind == "heartbeat":
                yield policy.at("spec", "signals", index, "kind")
