"""An alert policy of OpenSLO that does not alert as it reads.

## What it does

Finds conditions whose `op` is `lte` or `lt`, or whose threshold is under a burn rate of 0.9, zero
and below included: of `lte` and `lt`, and of a threshold that is not above 0, no rule is made.
Finds policies that say `alertWhenBreaching: false` if neither of alertWhenNoData and
alertWhenResolved is true; left out, alertWhenBreaching counts as true here. Finds notification
targets of one policy with the same name, by reference or written in place.

## Why it matters

A burn rate of 1 spends exactly the budget. `lte 2` holds in every healthy hour and ends when it
burns; under 0.9 the alert fires while the SLO is met. A policy that nothing sets off looks as if
the SLO were watched. If a receiver is named twice, another one was meant, and is not notified.

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
                op: lte  # <- openslo-alert-ineffective
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

OpenSLO's own examples write `op: lte, threshold: 2` under the words "burn rate exceeds 2". The
reference validator accepts them, three times false, and the same target twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import DocumentPart, alert_conditions, alert_policies
from reliability.check.rule import catalog_rule
from reliability.check.rules.burn_factor_low import LOWEST
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer
from reliability.model.openslo.alerting import AlertConditionSpec, OpenSloAlertPolicySpec
from reliability.resolve.openslo_alerts import UPWARD


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_alert_ineffective(context: Context) -> Iterator[Problem]:
    """Look at conditions and policies, whether an SLO names them or not."""
    for condition in alert_conditions(context.catalog):
        yield from _of_condition(condition)
    for policy in alert_policies(context.catalog):
        yield from _silent(policy)
        yield from _twice(policy)


def _of_condition(part: DocumentPart[AlertConditionSpec]) -> Iterator[Problem]:
    condition = part.value.condition
    threshold = part.at("condition", "threshold")
    if condition.op not in UPWARD:
        message = (
            f"op {condition.op} holds while the budget burns slower than {condition.threshold}, "
            "so no alert is made of it"
        )
        better = "gte" if condition.op == "lte" else "gt"
        yield Problem(part.at("condition", "op"), message, f"write op: {better}", subject="op")
    elif condition.threshold <= 0:
        message = (
            f"a burn rate is never under {condition.threshold}, so no alert is made of what "
            "always holds"
        )
        yield Problem(threshold, message, "write a threshold above 1", subject="threshold")
    elif condition.threshold < LOWEST:
        message = (
            f"a burn rate of {condition.threshold} does not spend the budget, so the alert fires "
            "while the SLO is met"
        )
        yield Problem(threshold, message, "write a threshold above 1", subject="threshold")


def _silent(policy: DocumentPart[OpenSloAlertPolicySpec]) -> Iterator[Problem]:
    value = policy.value
    written = "alert_when_breaching" in value.model_fields_set
    others = value.alert_when_no_data or value.alert_when_resolved
    if written and not value.alert_when_breaching and not others:
        at = policy.at("alertWhenBreaching")
        message = "alertWhenBreaching, alertWhenNoData and alertWhenResolved are all false"
        help_text = "write alertWhenBreaching: true, or take the policy out"
        yield Problem(at, message, help_text, subject="alertWhenBreaching")


def _twice(policy: DocumentPart[OpenSloAlertPolicySpec]) -> Iterator[Problem]:
    first: dict[str, Pointer] = {}
    for index, entry in enumerate(policy.value.notification_targets):
        inline = entry.metadata
        name = inline.name if inline else entry.reference or ""
        key = ("metadata", "name") if inline else ("targetRef",)
        route = ("notificationTargets", index, *key)

        if name in first:
            related = (Label(policy.at(*first[name]), "the first"),)
            message = f"the policy names {name} twice"
            help_text = "name another one, or remove it"
            yield Problem(policy.at(*route), message, help_text, related, subject=name)
        first.setdefault(name, route)
