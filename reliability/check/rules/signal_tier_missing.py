"""A signal without a tier.

## What it does

Finds signals without `tier`, which has no default. Also finds OpenSLO alert policies that an SLO
uses and that have no annotation `reliability/tier` on the policy or on its condition. OpenSLO has
no tiers, and its `severity` is free text. Without the annotation they are tickets.

## Why it matters

The tier decides who gets notified. A signal without a decision becomes an alert in every tool that
needs a severity, and people stop reading a channel full of such alerts.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog  # <- signal-tier-missing
      kind: cause
      expr: attendance_queue_depth > 1000
```

```yaml good
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

Site Reliability Engineering, chapter 1: alerts, tickets and logging. VTRyo's talk at SRE NEXT
2022: sort all notifications into these three.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.openslo_alerts import TIER, OpenSloAlert


@catalog_rule(severity=Severity.ERROR, since="0.1")
def signal_tier_missing(context: Context) -> Iterator[Problem]:
    """Find signals without a tier, and used OpenSLO alert policies without one."""
    for policy in context.catalog.documents(AlertPolicy):
        yield from _signals(policy)
    alerts = (alert for objective in context.objectives for alert in objective.openslo)
    # Several SLOs can use one policy, which is reported once.
    yield from dict.fromkeys(_openslo_problem(alert) for alert in alerts if alert.tier is None)


def _openslo_problem(alert: OpenSloAlert) -> Problem:
    message = Message(
        "{name} has no tier (alert, ticket or log), so its alerts are tickets", name=alert.name
    )
    help_text = Message(
        "add {annotation}: ticket to the annotations of the policy or of its condition",
        annotation=TIER,
    )
    policy = alert.policy
    return Problem(policy.located.at(*policy.route, "metadata"), message, help_text)


def _signals(policy: Located[AlertPolicy]) -> Iterator[Problem]:
    """Find signals without a tier in one alert policy."""
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier is None:
            message = Message("{name} has no tier (alert, ticket or log)", name=signal.name)
            help_text = Message(
                "add tier: ticket if it needs work within days, or tier: log if it needs none; use "
                "an SLO for user impact"
            )
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)
