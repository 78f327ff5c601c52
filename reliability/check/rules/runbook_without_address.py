"""A runbook that nobody can open from a notification.

## What it does

Finds alerts and tickets whose runbook is a path of the repository while
`policies/notification.yaml` has no `runbookBase`. Heartbeats are exempt: they notify nobody.

## Why it matters

A notification shows the path as it is. At night, on a phone, `docs/runbooks/clock-in.md` cannot be
opened; an address can.

## Example

```yaml bad
# policies/notification.yaml
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: notification}
spec:
  tiers:
    alert: {mention: true, page: true, requires: [slo, runbook, on-call]}
    ticket: {ticket: true}
    log: {}
  slack: {apiUrl: file:/etc/alertmanager/secrets/slack-url}
  heartbeat: {webhook: {url: file:/etc/alertmanager/secrets/heartbeat-url}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md  # <- runbook-without-address
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
metadata: {name: notification}
spec:
  tiers:
    alert: {mention: true, page: true, requires: [slo, runbook, on-call]}
    ticket: {ticket: true}
    log: {}
  slack: {apiUrl: file:/etc/alertmanager/secrets/slack-url}
  heartbeat: {webhook: {url: file:/etc/alertmanager/secrets/heartbeat-url}}
  runbookBase: https://git.example.com/reliability/blob/main
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
```

## Source

Site Reliability Engineering, chapter 11 (playbooks); Prometheus' own `runbook_url` is an address by
its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts

NOTIFIES = frozenset({"alert", "ticket"})


@rule(on=AlertPolicy, severity=Severity.INFO, since="0.2")
def runbook_without_address(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    """Look for the first path of a policy, as one line of another file turns all into addresses."""
    notification = context.notification
    if notification is None or notification.spec.runbook_base is not None:
        return
    for alert in policy_alerts(policy):
        runbook = alert.runbook
        if alert.tier not in NOTIFIES or alert.is_heartbeat:
            continue
        if runbook is not None and "://" not in runbook:
            yield Problem(
                policy.at(*alert.pointer, "runbook"),
                f"the runbook is the path {runbook}, and notifications cannot link to a path",
                "write runbookBase in policies/notification.yaml, or the address of the runbook",
            )
            return
