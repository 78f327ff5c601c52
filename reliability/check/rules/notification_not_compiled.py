"""A notification setting that Alertmanager cannot implement.

## What it does

Finds Slack channels without a Slack URL, a mention without a message to put it in, a heartbeat
without a dead man's switch, and times that Alertmanager refuses or cannot keep.

## Why it matters

`reliability build` leaves such a setting out, so that the rest still works. Without a finding, its
author would believe that it is in effect.

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

What a target cannot express is a finding on the line that asks for it, and is never dropped
silently.
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
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.notification import NotificationPolicy
from reliability.model.team import Team
from reliability.resolve.alerts import HEARTBEAT


@catalog_rule(severity=Severity.ERROR, since="0.1")
def notification_not_compiled(context: Context) -> Iterator[Problem]:
    """Report what the compiler leaves out, unless another rule reports it."""
    catalog = context.catalog
    yield from time_problems(catalog)
    if not context.is_whole("policies"):
        return

    means = CompilerInputs.of(catalog).means
    for team in catalog.documents(Team):
        yield from slack_problems(team, means)
        if missing_channel(team.value, ALERT) is None:
            yield from mention_problems(team, means)

    if catalog.only(NotificationPolicy) is None:
        yield from _heartbeats(context)


def _heartbeats(context: Context) -> Iterator[Problem]:
    """Report heartbeats without a policy; with one, heartbeat-missing reports them."""
    for policy in context.catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            if signal.kind == HEARTBEAT:
                yield Problem(
                    policy.at("spec", "signals", index, "kind"),
                    Message("the heartbeat reaches no one: no dead man's switch is set"),
                    Message("set spec.heartbeat.webhook in policies/notification.yaml"),
                )
                return
