"""A runbook that notifications cannot link to.

## What it does

Finds alerts and tickets whose runbook is a path of the repository if `policies/notification.yaml`
has no `runbookBase`, and runbooks that are a text or a template that was not rendered
(`[[ .RunbookURL ]]`). Heartbeats are exempt, because they send no notification.

## Why it matters

A notification shows the path as text. An on-call engineer with a phone cannot open
`docs/runbooks/clock-in.md`, but can open a URL.

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

Site Reliability Engineering, chapter 11 (playbooks). The annotation `runbook_url`, which Prometheus
users have agreed on, is a URL by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import rule
from reliability.check.wording import runbook_advice
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts

NOTIFIES = frozenset({"alert", "ticket"})


@rule(on=AlertPolicy, severity=Severity.INFO, since="0.1")
def runbook_without_address(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    """Report the first path of a policy only: one line of another file makes all of them URLs."""
    notification = context.notification
    if notification is None:
        return
    has_base = notification.spec.runbook_base is not None
    alerts = list(policy_alerts(policy))
    # Where a runbook is required, alert-without-runbook reports those without an address.
    seen = {each.pointer for each in alerts if "runbook" in requirements(each.tier, notification)}
    for alert in alerts:
        runbook, at = alert.runbook, (*alert.pointer, "runbook")
        if runbook is None or alert.tier not in NOTIFIES or alert.is_heartbeat:
            continue
        if (advice := runbook_advice(runbook)) is not None:
            if alert.pointer not in seen:
                seen.add(alert.pointer)
                yield Problem(policy.at(*at), *advice)
        elif not has_base and "://" not in runbook:
            has_base = True
            message = Message(
                "the runbook {path} is a path, and notifications cannot link to a path",
                path=runbook,
            )
            help_text = Message("set runbookBase in policies/notification.yaml, or use a URL")
            yield Problem(policy.at(*at), message, help_text)
