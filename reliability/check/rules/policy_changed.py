"""A change of a policy, or a service with a lower criticality or lifecycle.

## What it does

Compares the files below `policies/` and CODEOWNERS with the merge base (`check --base`), and
reports each document that was added, changed, removed or moved. A stricter policy is reported, too.
Comments, layout, descriptions and display names are not compared. A file that cannot be loaded is
compared by its text.

- Waivers and the baseline: only new or longer waivers, a first baseline with findings, and a
  removed baseline.
- CODEOWNERS: lines that were added, removed or reordered, except those naming a service's team.
- `policies/alertmanager.base.yml`: also each service with an alert that a new inhibition rule or
  time interval may silence.
- A service with a lower criticality, or a lifecycle with fewer requirements.

The finding is an error until a member of the team that owns `policies/` approves the change. A
member of a team can also approve a change of the team's document. The approver that the base knows
approves a waiver, and a service's approvers approve what silences or lowers the service.
`docs/guides/check.md` has the tables.

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
  pageBudget: {perWeek: 9}  # <- policy-changed
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
spec:
  # Pages in one week, for one team.
  pageBudget: {perWeek: 2}
```

## Source

GitHub applies the rules of the base branch to pull requests, and "About code owners" names an owner
for each file, whatever changes in it.
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
def policy_changed(context: Context) -> Iterator[Problem]:
    """Compare the policies, and each service's criticality and lifecycle, with the base."""
    for change in policy_changes(context):
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
