"""The approvers before and after a change, by service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reliability.approval import POLICIES, Role
from reliability.check.changes.approvals import declared_roles, policy_roles
from reliability.check.context import Context


@dataclass(frozen=True, slots=True)
class ApproverChange:
    """A service, or `policies/`, whose approvers change."""

    subject: str
    before: tuple[Role, ...]
    after: tuple[Role, ...]


def approver_changes(context: Context) -> Iterator[ApproverChange]:
    """Yield the services, and `policies/`, whose approvers differ between both sides.

    It does not matter which file declares them. New services are left out.
    """
    before = context.before
    if before is None:
        return

    declared = Context(today=context.today, catalog=context.catalog)
    was, now = policy_roles(before), policy_roles(declared)
    if was != now and was:
        yield ApproverChange(POLICIES, was, now)

    for service in sorted(declared.services):
        former = context.former_services.get(service, service)
        if former in before.services:
            was, now = declared_roles(former, before), declared_roles(service, declared)
            if was != now:
                yield ApproverChange(service, was, now)
