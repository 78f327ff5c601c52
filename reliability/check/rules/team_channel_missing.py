"""A team has no channel for a tier that its services use.

## What it does

Looks at the tiers that a team's services send to, and whether the team has a channel for each:
`alert` needs a pager or an alert channel, and a mention needs a Slack channel to stand in;
`ticket` needs a ticket channel. `log` needs none, and heartbeats go to the dead man's switch.

## Why it matters

A signal without a channel falls into the default receiver, where nobody reads it.

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

The talk: one channel for each tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.lookups.channels import missing_channel
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.location import Location
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import policy_alerts

EXAMPLES: Final = {
    "alert": '{slack: "#team-alerts"}',
    "ticket": '{slack: "#team-tickets", issues: owner/repository}',
}


@catalog_rule(severity=Severity.ERROR, since="0.1")
def team_channel_missing(context: Context) -> Iterator[Problem]:
    """Compare each team's channels with the tiers that are in use, once for each tier."""
    seen: set[tuple[str, str]] = set()
    for policy in context.catalog.each(AlertPolicy):
        team = context.team_of(policy.value.spec.service)
        if team is None:
            continue
        for each in policy_alerts(policy):
            key = (team.value.metadata.name, each.tier)
            if each.is_heartbeat or key in seen:
                continue
            seen.add(key)
            wanted = missing_channel(team.value.spec, each.tier)
            if wanted:
                user = Label(each.tier_at, f"{each.what} goes there")
                yield Problem(
                    _at(team),
                    f"{key[0]} has no {wanted}",
                    _help(each.tier),
                    (user,),
                    subject=each.tier,
                )


def _at(team: Located[Any]) -> Location:
    return team.at("spec", "channels", part=EntryPart.KEY)


def _help(tier: str) -> str:
    return f"write spec.channels.{tier}, such as {EXAMPLES[tier]}"
