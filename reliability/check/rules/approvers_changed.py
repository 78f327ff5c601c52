"""A change to who approves later changes.

## What it does

Compares with the merge base (`check --base`) and reports each change to who must approve later
changes of a service: other `approvers`, another team, and a service that is renamed or loses its
owner. [policy-changed](policy-changed.md) reports changes of teams, of the owner of `policies/`, of
`looseningRequires` and `approvals`, and of CODEOWNERS.

It is an error until the approvers at the base have approved it. If a service moves to another
team, one member of the new team must approve as well.

## Why it matters

Each change is judged by the approvers that its base names. If a change replaces them and is merged
unnoticed, the next change can loosen anything.

## Example

```yaml base
# services/attendance/ownership.yaml
kind: Ownership
spec:
  approvers: {product: "@product-attendance", technical: "@lead-workforce"}
```

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  approvers: {product: "@somebody", technical: "@lead-workforce"}  # <- approvers-changed
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  approvers: {product: "@product-attendance", technical: "@lead-workforce"}
```

## Source

GitHub, "About code owners": name an owner for the CODEOWNERS file itself, because whoever can
change it decides who reviews everything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import (
    documents_of,
    joined,
    members_of,
    needed_for,
    needs_approval,
    needs_service_approval,
)
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.ownership import Ownership


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def approvers_changed(context: Context) -> Iterator[Problem]:
    """Compare the owners of each service."""
    if context.before is None:
        return

    now = {context.former_services.get(name, name): name for name in context.ownerships}
    for service, old in context.before.ownerships.items():
        if service in now:
            new = context.ownerships[now[service]]
            yield from _owner(old, new, context, before=context.before)
        elif service in context.services and context.is_whole(f"services/{service}"):
            at = Location(old.document.path)
            message = Message("{service} has an owner at the base and none now", service=service)
            documents = documents_of(service, context)
            yield needs_service_approval(at, message, service, context, *documents, subject=service)


def _owner(
    old: Located[Ownership], new: Located[Ownership], context: Context, before: Context
) -> Iterator[Problem]:
    """Compare the approvers and the team of one service."""
    was, now, service = old.value.spec, new.value.spec, new.value.service
    if was.approvers != now.approvers:
        message = Message("{service} has different approvers than at the base", service=service)
        yield needs_service_approval(new.at("spec", "approvers"), message, service, context, new)

    if was.team != now.team:
        receivers = members_of(now.team, before) or members_of(now.team, context)
        needed = joined(needed_for(service, context), receivers, context)
        message = Message(
            "{service} moves from team {old} to team {new}",
            service=service,
            old=was.team,
            new=now.team,
        )
        yield needs_approval(new.at("spec", "team"), message, needed, context, new)
