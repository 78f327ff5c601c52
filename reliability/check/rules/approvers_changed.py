"""Somebody else than at the base who approves.

## What it does

Compares with the merge base (`check --base`) who must agree to later changes, and reports other
`approvers` of a service, another team of a service, another name or no owner of a service that
stays, other members or another `codeHost` of a team, another owner of `policies/`, fewer roles in
`looseningRequires`, `approvals: solo`, and other lines of CODEOWNERS.

It is an error until those have approved who approve at the base. A service that moves to another
team needs that team as well: any one of its members.

## Why it matters

Each change is judged by the approvers of its base. One that replaces them and is merged without a
word lets the next one loosen anything.

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

GitHub, "About code owners": the owners of the CODEOWNERS file itself should be named in it, as
whoever may change it decides about everything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import (
    TOP,
    called_out,
    documents_of,
    joined,
    members_of,
    needed_for,
    needs_approval,
)
from reliability.check.changes.governance import policy_changes
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.location import Location
from reliability.model.ownership import Ownership


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def approvers_changed(context: Context) -> Iterator[Problem]:
    """Compare the owners of each service, and what the policies say of approvals."""
    for change in policy_changes(context):
        if change.says_who_approves:
            yield needs_approval(
                change.at,
                change.message,
                change.needed,
                context,
                *change.documents,
                subject=change.subject,
            )
    if context.before is None:
        return
    now = {context.former_services.get(name, name): name for name in context.ownerships}
    for service, old in context.before.ownerships.items():
        if service in now:
            yield from _owner(old, context.ownerships[now[service]], context)
        elif service in context.services and context.is_whole(f"services/{service}"):
            at = Location(old.document.path, TOP)
            message = f"{service} has an owner at the base, and none now"
            documents = documents_of(service, context)
            yield called_out(at, message, service, context, *documents, subject=service)


def _owner(old: Located[Ownership], new: Located[Ownership], context: Context) -> Iterator[Problem]:
    """Other approvers of one service, or another team."""
    was, now, service = old.value.spec, new.value.spec, new.value.service
    if was.approvers != now.approvers:
        at, message = new.at("spec", "approvers"), f"{service} has other approvers than at the base"
        yield called_out(at, message, service, context, new)
    if was.team != now.team:
        receivers = members_of(now.team, context.before or context)
        receivers = receivers or members_of(now.team, context)
        needed = joined(needed_for(service, context), receivers, context)
        message = f"{service} moves to the team {now.team}, and was with {was.team} at the base"
        yield needs_approval(new.at("spec", "team"), message, needed, context, new)
