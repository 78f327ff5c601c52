"""A signal that does not say who is told.

## What it does

Finds signals without `tier`. There is no default: not alert, and not log either. And alert policies
of OpenSLO that an SLO names without the annotation `reliability/tier` on the policy or on its
condition: OpenSLO has no tiers, its `severity` is free text. Until it is written they are tickets.

## Why it matters

Sorting the notifications comes first. A signal that nobody has sorted becomes an alert in every
tool that needs a severity, and a channel full of them is read by nobody.

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

The talk; Site Reliability Engineering, chapter 1: alerts, tickets, logging.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.openslo_alerts import TIER, OpenSloAlert


@catalog_rule(severity=Severity.ERROR, since="0.1")
def signal_tier_missing(context: Context) -> Iterator[Problem]:
    """Find signals without a tier, and alert policies of OpenSLO that an SLO names."""
    for policy in context.catalog.each(AlertPolicy):
        yield from _signals(policy)
    asked = (each for objective in context.objectives for each in objective.openslo)
    yield from dict.fromkeys(_untold(each) for each in asked if each.tier is None)


def _untold(each: OpenSloAlert) -> Problem:
    """OpenSLO has no tier, and its severity is free text: it is written as an annotation."""
    message = f"{each.name} has no tier, and it is alert, ticket or log; until then it is a ticket"
    help_text = f"write {TIER}: ticket in the annotations of the policy or of its condition"
    where = each.policy
    return Problem(where.located.at(*where.route, "metadata"), message, help_text)


def _signals(policy: Located[AlertPolicy]) -> Iterator[Problem]:
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier is None:
            message = f"{signal.name} has no tier, and it is alert, ticket or log"
            help_text = (
                "write tier: ticket if a human acts within days, log if nobody needs to look; "
                "what users feel is an SLO's alert"
            )
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)
