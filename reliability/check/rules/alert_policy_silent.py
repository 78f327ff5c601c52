"""An alert policy of OpenSLO that never tells anything.

## What it does

Finds alert policies that say `alertWhenBreaching: false`, and neither of alertWhenNoData and
alertWhenResolved is true. Left out, alertWhenBreaching counts as true here.

## Why it matters

A condition, receivers, and nothing that would set it off: whoever reads it believes that the
promise is watched.

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
        alertWhenBreaching: false  # <- alert-policy-silent
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
```

## Source

OpenSLO v1, AlertPolicy; the reference validator accepts three times false.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import alert_policies
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def alert_policy_silent(context: Context) -> Iterator[Problem]:
    """Look at the three switches of each policy."""
    for policy in alert_policies(context.catalog):
        value = policy.value
        written = "alert_when_breaching" in value.model_fields_set
        others = value.alert_when_no_data or value.alert_when_resolved
        if written and not value.alert_when_breaching and not others:
            message = "alertWhenBreaching, alertWhenNoData and alertWhenResolved are all false"
            help_text = "write alertWhenBreaching: true, or take the policy out"
            yield Problem(policy.at("alertWhenBreaching"), message, help_text)
