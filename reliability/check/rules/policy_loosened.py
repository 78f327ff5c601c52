"""A rule of the game that is laxer than before.

## What it does

Compares the policies with the merge base (`check --base`) and reports what is looser: tiers that
may do more to people or ask for less, window sets that fire later, a larger page budget, wider
bounds and longer cadences of SLOs, fewer consequences of a spent error budget, more hosts and wider
limits of a sync, another source of history, rules with a lower severity, other options or without
their lock, new waivers and exceptions, a policy that is gone. Of a service it reports a lower
criticality, and a lifecycle that asks for less. `docs/guides/check.md` lists all fields.

It is an error until one of the team that owns `policies/` has approved; for a service, its
approvers; for a waiver, whom the base knows as its approver. Stricter is not a finding.

## Why it matters

One line in a policy changes what holds for every service, and no service's own file shows it.
A change is judged by the policies of its base. Without this rule, a second change could do whatever
the first one has allowed.

## Example

```yaml base
# policies/notification.yaml
kind: NotificationPolicy
spec:
  pageBudget: {perWeek: 2}
```

```yaml bad
# policies/notification.yaml
kind: NotificationPolicy
spec:
  pageBudget: {perWeek: 9}  # <- policy-loosened
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
spec:
  pageBudget: {perWeek: 1}
```

## Source

GitHub: workflows of a pull request are judged by the base branch's rules; Giant Swarm's
exceptions that may only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.changes.approvals import called_out, needs_approval
from reliability.check.changes.governance import policy_changes
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity

CRITICALITY: Final = ("standard", "important", "critical")
LIFECYCLE: Final = ("deprecated", "experimental", "production")


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def policy_loosened(context: Context) -> Iterator[Problem]:
    """Compare the policies with those of the base, and the worth of each service."""
    for change in policy_changes(context):
        if not change.says_who_approves:
            yield needs_approval(
                change.at,
                change.message,
                change.needed,
                context,
                *change.documents,
                subject=change.subject,
            )
    yield from _services(context)


def _services(context: Context) -> Iterator[Problem]:
    """Services that are worth less, or asked for less, than at the base."""
    before = context.before.ownerships if context.before is not None else {}
    for service, owner in context.ownerships.items():
        old = before.get(context.former_services.get(service, service))
        if old is None:
            continue
        for key, order in (("criticality", CRITICALITY), ("lifecycle", LIFECYCLE)):
            was, now = getattr(old.value.spec, key), getattr(owner.value.spec, key)
            if order.index(now) < order.index(was):
                message = f"{service} is {now}, and was {was} at the base"
                yield called_out(owner.at("spec", key), message, service, context, owner)
