"""What a team or the policy asks for, and Alertmanager cannot do.

## What it does

Finds Slack channels where Slack has no address, a mention that has no message to stand in, a
heartbeat without a dead man's switch, and times that Alertmanager refuses or cannot keep.

## Why it matters

`reliability build` leaves such a thing out, so that the rest works. Whoever wrote it believes that
it is there.

## Example

```yaml bad
# policies/notification.yaml
kind: NotificationPolicy
spec:
  tiers:
    alert:
      page: true
      grouping: {wait: 30s, interval: 1h, repeat: 5m}  # <- notification-not-compiled
    ticket: {ticket: true}
    log: {}
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
spec:
  tiers:
    alert:
      page: true
      grouping: {wait: 30s, interval: 5m, repeat: 4h}
    ticket: {ticket: true}
    log: {}
```

## Source

What a target cannot express is a finding on the line that asks for it, never a silent drop.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.channels import missing_channel
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.policy import time_problems
from reliability.compile.alertmanager.unreached import mention_problems, slack_problems
from reliability.finding import Problem, Severity
from reliability.model.alert_policy import AlertPolicy
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team
from reliability.resolve.alerts import HEARTBEAT


@catalog_rule(severity=Severity.ERROR, since="0.2")
def notification_not_compiled(context: Context) -> Iterator[Problem]:
    """Ask the compiler's own questions; what other rules say is theirs."""
    catalog = context.catalog
    yield from time_problems(catalog)
    if not context.is_whole("policies"):
        return
    means = CompilerInputs.of(catalog).means
    for team in catalog.each(Team):
        yield from slack_problems(team, means)
        if missing_channel(team.value.spec, ALERT) is None:
            yield from mention_problems(team, means)
    if catalog.only(NotificationPolicy) is None:
        yield from _heartbeats(context)


def _heartbeats(context: Context) -> Iterator[Problem]:
    """Heartbeats where there is no policy; where there is one, heartbeat-missing says so."""
    for policy in context.catalog.each(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.kind == HEARTBEAT:
                yield Problem(
                    policy.at("spec", "signals", index, "kind"),
                    "a heartbeat goes to a dead man's switch, and there is none",
                    "name spec.heartbeat.webhook in policies/notification.yaml",
                )
                return
