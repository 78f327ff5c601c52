"""A condition of OpenSLO that holds while all is well.

## What it does

Finds conditions of alert policies whose `op` is `lte` or `lt`, and those whose threshold is under
a burn rate of 0.9, zero and below included. Of `lte` and `lt`, and of a threshold that is not above
0, no rule is made.

## Why it matters

A burn rate of 1 spends exactly the budget. `lte 2` holds in every healthy hour and ends when it
burns; under 0.9 the alert fires on an SLO that is kept.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  alertPolicies:
    - kind: AlertPolicy
      metadata:
        name: on-burn
        annotations: {reliability/tier: ticket}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition:
                kind: burnrate
                op: lte  # <- alert-condition-inverted
                threshold: 2
                lookbackWindow: 1h
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: team}
            spec: {target: slack}
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  alertPolicies:
    - kind: AlertPolicy
      metadata:
        name: on-burn
        annotations: {reliability/tier: ticket}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition:
                kind: burnrate
                op: gte
                threshold: 2
                lookbackWindow: 1h
        notificationTargets:
          - kind: AlertNotificationTarget
            metadata: {name: team}
            spec: {target: slack}
```

## Source

OpenSLO's own examples write `op: lte, threshold: 2` under the words "burn rate exceeds 2"; its
validator accepts them.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import DocumentPart, alert_conditions
from reliability.check.rule import catalog_rule
from reliability.check.rules.burn_factor_low import LOWEST
from reliability.finding import Problem, Severity
from reliability.model.openslo.alerting import AlertConditionSpec
from reliability.resolve.openslo_alerts import UPWARD


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def alert_condition_inverted(context: Context) -> Iterator[Problem]:
    """Look at each condition, whether an SLO's policy names it or not."""
    for condition in alert_conditions(context.catalog):
        yield from _wrong(condition)


def _wrong(placed: DocumentPart[AlertConditionSpec]) -> Iterator[Problem]:
    condition = placed.value.condition
    if condition.op not in UPWARD:
        message = (
            f"op {condition.op} holds while the budget burns slower than {condition.threshold}, "
            "so no alert is made of it"
        )
        better = "gte" if condition.op == "lte" else "gt"
        yield Problem(placed.at("condition", "op"), message, f"write op: {better}")
    elif condition.threshold <= 0:
        message = (
            f"a burn rate is never under {condition.threshold}, so no alert is made of what "
            "always holds"
        )
        yield Problem(placed.at("condition", "threshold"), message, "write a threshold above 1")
    elif condition.threshold < LOWEST:
        message = (
            f"a burn rate of {condition.threshold} does not spend the budget, so the alert fires "
            "while the promise is kept"
        )
        at = placed.at("condition", "threshold")
        yield Problem(at, message, "write a threshold above 1")
