"""Who approves from now on, if a change is merged: before and after, by service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reliability.approval import POLICIES, Role
from reliability.check.changes.approvals import declared_roles, policy_roles
from reliability.check.context import Context


@dataclass(frozen=True, slots=True)
class ApproverChange:
    """A service, or `policies/`, that other people approve changes of than before."""

    subject: str
    before: tuple[Role, ...]
    after: tuple[Role, ...]


def approver_changes(context: Context) -> Iterator[ApproverChange]:
    """Compare who approves on both sides, whatever file says so; new services are left out."""
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
