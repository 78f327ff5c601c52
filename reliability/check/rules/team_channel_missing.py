"""A team without a channel for a tier that its services use.

## What it does

Checks that a team has a channel for each tier that its services use. `alert` needs a pager or an
alert channel, and a mention also needs a Slack channel in which it is posted. `ticket` needs a
ticket channel. `log` needs none, and heartbeats go to the dead man's switch.

## Why it matters

An alert without a channel goes to the default receiver, where nobody reads it.

## Example

```yaml bad
# policies/teams/workforce.yaml
kind: Team
spec:
  channels:  # <- team-channel-missing
    alert: {slack: "#workforce-alerts"}
```

```yaml good
# policies/teams/workforce.yaml
kind: Team
spec:
  channels:
    alert: {slack: "#workforce-alerts"}
    ticket: {issues: example/workforce}
```

## Source

Site Reliability Engineering, chapter 1: alerts, tickets and logging differ in who must act and
when. A channel for each tier shows which one a message belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.channels import missing_channel
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.load.document import EntryPart
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts
from reliability.resolve.monitors import is_monitor

EXAMPLES: Final = {
    "alert": '{slack: "#team-alerts"}',
    "ticket": '{slack: "#team-tickets", issues: owner/repository}',
}


@catalog_rule(severity=Severity.ERROR, since="0.1")
def team_channel_missing(context: Context) -> Iterator[Problem]:
    """Compare each team's channels with the tiers in use, and report each tier once."""
    seen: set[tuple[str, str]] = set()
    for policy in context.catalog.documents(AlertPolicy):
        team = context.team_of(policy.value.spec.service)
        if team is None:
            continue

        for alert in policy_alerts(policy):
            key = (team.value.metadata.name, alert.tier)
            if alert.is_heartbeat or key in seen or is_monitor(alert, context.monitored):
                continue
            seen.add(key)
            message = missing_channel(team.value, alert.tier)
            if message:
                at = team.at("spec", "channels", part=EntryPart.KEY)
                user = Label(alert.tier_at, Message("{alert} uses this tier", alert=alert.what))
                yield Problem(at, message, _help(alert.tier), related=(user,), subject=alert.tier)


def _help(tier: str) -> Message:
    return Message("set spec.channels.{tier}, such as {example}", tier=tier, example=EXAMPLES[tier])
