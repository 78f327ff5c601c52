"""An alert that nobody is on call for.

## What it does

Finds services with something in the alert tier whose team has no `onCall`. It says so once for
each alert policy, where the first such tier is written. Alert policies of OpenSLO count as well.

## Why it matters

An alert asks a human to act now. Where nobody is on call it is read in the morning: that is a
ticket, and calling it so lets everybody sleep.

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

The talk; Site Reliability Engineering, chapter 11 (being on-call).
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts
from reliability.resolve.objectives import Objective
from reliability.resolve.openslo_alerts import TIER, WITHOUT_TIER


@catalog_rule(severity=Severity.ERROR, since="0.1")
def alert_without_oncall(context: Context) -> Iterator[Problem]:
    """Ask whether the team of a service that can wake somebody has somebody on call."""
    for policy in context.catalog.each(AlertPolicy):
        yield from _ours(policy, context)
    yield from dict.fromkeys(
        problem for one in context.objectives for problem in _theirs(one, context)
    )


def _theirs(objective: Objective, context: Context) -> Iterator[Problem]:
    """Alert policies of OpenSLO that an SLO of the service names."""
    team = context.team_of(objective.service)
    if team is None or team.value.spec.on_call is not None:
        return
    for each in objective.openslo:
        if "on-call" in requirements(each.tier or WITHOUT_TIER, context.notification):
            name = team.value.metadata.name
            message = f"the alert policy {each.name} is an alert, and {name} has nobody on call"
            help_text = f"write onCall in the team's file, or {TIER}: ticket here"
            related = (Label(team.at(), "the team"),)
            at = each.policy.located.at(*each.policy.route, "metadata")
            yield Problem(at, message, help_text, related, subject=name)


def _ours(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    team = context.team_of(policy.value.spec.service)
    if team is None or team.value.spec.on_call is not None:
        return
    for each in policy_alerts(policy):
        if "on-call" in requirements(each.tier, context.notification):
            message = f"{each.what} is an alert, and {team.value.metadata.name} has nobody on call"
            help_text = "write onCall in the team's file, or tier: ticket here"
            related = (Label(team.at(), "the team"),)
            yield Problem(each.tier_at, message, help_text, related)
            return
