"""An alert of a team without on-call.

## What it does

Finds services that use the alert tier although their team has no `onCall`. There is one finding
per alert policy, at the first alert tier. OpenSLO alert policies count as well.

## Why it matters

An alert asks a person to act now. If no one is on call, it is read in the morning. That is a
ticket, and calling it one lets everybody sleep.

## Example

```yaml bad
# policies/teams/workforce.yaml
apiVersion: reliability/v1
kind: Team
metadata: {name: workforce}
spec:
  members: ["@lead-workforce"]
  channels:
    alert: {slack: "#workforce-alerts"}
    ticket: {slack: "#workforce-tickets", issues: example/workforce}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: alert}  # <- alert-without-oncall
      runbook: docs/runbooks/clock-in.md
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals:
    - {name: Heartbeat, kind: heartbeat, tier: log, expr: vector(1)}
```

```yaml good
# policies/teams/workforce.yaml
apiVersion: reliability/v1
kind: Team
metadata: {name: workforce}
spec:
  members: ["@lead-workforce"]
  onCall:
    pagerduty: {routingKey: file:/etc/alertmanager/secrets/pagerduty-key}
  channels:
    alert: {slack: "#workforce-alerts"}
    ticket: {slack: "#workforce-tickets", issues: example/workforce}
```

## Source

Site Reliability Engineering, chapter 11 (Being On-Call).
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts
from reliability.resolve.monitors import is_monitor
from reliability.resolve.objectives import Objective
from reliability.resolve.openslo_alerts import TIER, WITHOUT_TIER


@catalog_rule(severity=Severity.ERROR, since="0.1")
def alert_without_oncall(context: Context) -> Iterator[Problem]:
    """Find alerts of services whose team has no on-call."""
    for policy in context.catalog.documents(AlertPolicy):
        yield from _in_policy(policy, context)
    # An OpenSLO policy that several objectives reference has equal problems: keep one.
    yield from dict.fromkeys(
        problem
        for objective in context.objectives
        for problem in _in_openslo_policies(objective, context)
    )


def _in_openslo_policies(objective: Objective, context: Context) -> Iterator[Problem]:
    """Check the OpenSLO alert policies that an SLO references."""
    team = context.team_of(objective.service)
    if team is None or team.value.spec.on_call is not None:
        return

    handles = team.value.spec.datadog
    for alert in objective.openslo:
        if objective.metrics and getattr(handles, alert.tier or WITHOUT_TIER):
            continue
        if "on-call" in requirements(alert.tier or WITHOUT_TIER, context.notification):
            name = team.value.metadata.name
            message = Message(
                "the alert policy {policy} is in the {tier} tier, and team {team} has no on-call",
                policy=alert.name,
                tier=alert.tier or WITHOUT_TIER,
                team=name,
            )
            help_text = Message(
                "add onCall to the team's file, or write {key}: ticket in this policy", key=TIER
            )
            related = (Label(team.at(), Message("the team")),)
            at = alert.policy.located.at(*alert.policy.route, "metadata")
            yield Problem(at, message, help_text, related=related, subject=name)


def _in_policy(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    team = context.team_of(policy.value.spec.service)
    if team is None or team.value.spec.on_call is not None:
        return

    handles = team.value.spec.datadog
    for alert in policy_alerts(policy):
        if getattr(handles, alert.tier) and is_monitor(alert, context.monitored):
            continue
        if "on-call" in requirements(alert.tier, context.notification):
            message = Message(
                "{alert} is in the {tier} tier, and team {team} has no on-call",
                alert=alert.what,
                tier=alert.tier,
                team=team.value.metadata.name,
            )
            help_text = Message("add onCall to the team's file, or write tier: ticket")
            related = (Label(team.at(), Message("the team")),)
            yield Problem(alert.tier_at, message, help_text, related=related)
            return
