"""An alert policy of OpenSLO that names a receiver twice.

## What it does

Finds notification targets of one policy with the same name, referred to or written in place.

## Why it matters

One of the two was meant to be another one, and somebody who should be told is not.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  alertPolicies:
    - kind: AlertPolicy
      metadata:
        name: on-burn
        annotations: {reliability/tier: log}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition: {kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h}
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: team}
            spec: {target: slack}
          - kind: AlertNotificationTarget
            metadata: {name: team}  # <- alert-target-duplicate
            spec: {target: slack}
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  alertPolicies:
    - kind: AlertPolicy
      metadata:
        name: on-burn
        annotations: {reliability/tier: log}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition: {kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h}
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: team}
            spec: {target: slack}
          - kind: AlertNotificationTarget
            metadata: {name: lead}
            spec: {target: email}
```

## Source

OpenSLO v1, AlertPolicy; the reference validator does not compare its targets.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import alert_policies
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def alert_target_duplicate(context: Context) -> Iterator[Problem]:
    """Compare the names within each policy."""
    for policy in alert_policies(context.catalog):
        first: dict[str, Pointer] = {}
        for index, entry in enumerate(policy.value.notification_targets):
            inline = entry.metadata
            name = inline.name if inline else entry.reference or ""
            key = ("metadata", "name") if inline else ("targetRef",)
            route = ("notificationTargets", index, *key)
            if name in first:
                related = (Label(policy.at(*first[name]), "the first"),)
                message = f"the policy names {name} twice"
                yield Problem(policy.at(*route), message, "name another one, or remove it", related)
            first.setdefault(name, route)
