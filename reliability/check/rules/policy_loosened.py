"""A policy that is looser than at the base.

## What it does

Compares the policies with the merge base (`check --base`) and reports what became looser:

- tiers that may page or mention people where they could not before, or that require less
- window sets that fire later, and a larger page budget
- wider target bounds and longer review intervals of SLOs
- fewer consequences of a spent error budget
- more hosts and wider limits for a sync, or another history source
- rules with a lower severity, other options or without their lock
- new waivers and exceptions, and removed policies
- a service with a lower criticality, or a lifecycle with fewer requirements

`docs/guides/check.md` lists all fields. A stricter policy is not a finding.

The finding is an error until a member of the team that owns `policies/` approves the change. A
service's approvers approve changes of the service, and the approver that the base knows approves a
waiver.

## Why it matters

One line in a policy affects every service, and no file of a service shows it. A change is checked
against the policies of its base. Without this rule, one change could loosen a policy so that the
next change passes.

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

GitHub applies the rules of the base branch to pull requests. Giant Swarm's policy exceptions may
only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.changes.approvals import needs_approval, needs_service_approval
from reliability.check.changes.governance import policy_changes
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message

CRITICALITY: Final = ("standard", "important", "critical")
LIFECYCLE: Final = ("deprecated", "experimental", "production")


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def policy_loosened(context: Context) -> Iterator[Problem]:
    """Compare the policies, and each service's criticality and lifecycle, with the base."""
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
    """Find services with a lower criticality or lifecycle than at the base."""
    before = context.before.ownerships if context.before is not None else {}
    for service, owner in context.ownerships.items():
        old = before.get(context.former_services.get(service, service))
        if old is None:
            continue

        for key, order in (("criticality", CRITICALITY), ("lifecycle", LIFECYCLE)):
            was, now = getattr(old.value.spec, key), getattr(owner.value.spec, key)
            if order.index(now) < order.index(was):
                message = Message(
                    "{key} of {service} was lowered from {was} to {now}",
                    key=key,
                    service=service,
                    was=was,
                    now=now,
                )
                yield needs_service_approval(
                    owner.at("spec", key), message, service, context, owner
                )
