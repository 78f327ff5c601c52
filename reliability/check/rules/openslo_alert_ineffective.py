"""An OpenSLO alert policy that does not alert as written.

## What it does

Finds three mistakes in OpenSLO alert policies:

- conditions with the `op` `lte` or `lt`, or with a threshold below a burn rate of 0.9. No rule is
  compiled for `lte` and `lt`, and for a threshold of 0 or less.
- policies with `alertWhenBreaching: false` if neither `alertWhenNoData` nor `alertWhenResolved` is
  true. `alertWhenBreaching` defaults to true.
- two notification targets of one policy with the same name, by reference or inline

## Why it matters

A burn rate of 1 spends exactly the error budget. `lte 2` is true in every healthy hour and false
during an incident, and a threshold below 0.9 fires while the SLO is met. A policy that never fires
looks as if the SLO had an alert. If one receiver is listed twice, another one was meant and is not
notified.

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

OpenSLO's own examples have `op: lte, threshold: 2` and say "burn rate exceeds 2". The reference
validator accepts them, as well as a policy with all three set to false, and duplicate targets.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import DocumentPart, alert_conditions, alert_policies
from reliability.check.rule import catalog_rule
from reliability.check.rules.burn_factor_low import LOWEST
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.openslo.alerting import (
    AlertConditionSpec,
    BurnCondition,
    OpenSloAlertPolicySpec,
)
from reliability.resolve.openslo_alerts import UPWARD

HIGHER = Message("use a threshold above 1")


@catalog_rule(severity=Severity.WARNING, since="0.1", alone=True)
def openslo_alert_ineffective(context: Context) -> Iterator[Problem]:
    """Check conditions and policies, also those that no SLO uses."""
    for condition in alert_conditions(context.catalog):
        yield from _of_condition(condition)
    for policy in alert_policies(context.catalog):
        yield from _silent(policy)
        yield from _twice(policy)


def _of_condition(part: DocumentPart[AlertConditionSpec]) -> Iterator[Problem]:
    """Check the operator and the threshold of a condition."""
    condition = part.value.condition
    at = part.at("condition", "threshold")
    if condition.op not in UPWARD:
        message = Message(
            "op {op} is true while the burn rate is low, so no alert is compiled", op=condition.op
        )
        better = "gte" if condition.op == "lte" else "gt"
        help_text = Message("use op: {op}", op=better)
        yield Problem(part.at("condition", "op"), message, help_text, subject="op")
    elif condition.threshold <= 0:
        yield Problem(at, _too_low(condition), HIGHER, subject="threshold")
    elif float(condition.threshold) < LOWEST:
        message = Message(
            "a burn rate of {threshold} does not spend the whole error budget, so the alert fires "
            "while the SLO is met",
            threshold=condition.threshold,
        )
        yield Problem(at, message, HIGHER, subject="threshold")


def _too_low(condition: BurnCondition) -> Message:
    """Explain why a threshold of 0 or less is not compiled."""
    if condition.op == "gt" and condition.threshold == 0:
        return Message(
            "op gt with threshold {threshold} is true after any failed event, so no alert is "
            "compiled",
            threshold=condition.threshold,
        )

    return Message(
        "a burn rate is never below 0, so op {op} with threshold {threshold} is always true; no "
        "alert is compiled",
        op=condition.op,
        threshold=condition.threshold,
    )


def _silent(policy: DocumentPart[OpenSloAlertPolicySpec]) -> Iterator[Problem]:
    """Find policies that never fire."""
    value = policy.value
    is_set = "alert_when_breaching" in value.model_fields_set
    has_others = value.alert_when_no_data or value.alert_when_resolved
    if is_set and not value.alert_when_breaching and not has_others:
        at = policy.at("alertWhenBreaching")
        message = Message("alertWhenBreaching, alertWhenNoData and alertWhenResolved are all false")
        help_text = Message("set alertWhenBreaching: true, or remove the policy")
        yield Problem(at, message, help_text, subject="alertWhenBreaching")


def _twice(policy: DocumentPart[OpenSloAlertPolicySpec]) -> Iterator[Problem]:
    """Find notification targets with the same name."""
    first: dict[str, Pointer] = {}
    for index, entry in enumerate(policy.value.notification_targets):
        inline = entry.metadata
        name = inline.name if inline else entry.reference or ""
        key = ("metadata", "name") if inline else ("targetRef",)
        route = ("notificationTargets", index, *key)

        if name in first:
            related = (Label(policy.at(*first[name]), Message("the first one")),)
            message = Message("the policy lists the notification target {name} twice", name=name)
            help_text = Message("use another target, or remove it")
            yield Problem(policy.at(*route), message, help_text, related=related, subject=name)
        first.setdefault(name, route)
