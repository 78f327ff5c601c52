"""Changes of `policies/` and CODEOWNERS, each with the approval that it requires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reliability.approval import RequiredApproval
from reliability.check.changes.approvals import (
    needed_for,
    needed_for_policies,
    needed_for_waiver,
)
from reliability.check.changes.code_owners import code_owner_changes
from reliability.check.changes.policy_documents import DocumentChange, document_changes
from reliability.check.changes.silences import new_silences
from reliability.check.context import Context
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.baseline import Baseline
from reliability.model.notification import NotificationPolicy
from reliability.model.rule_policy import Waiver, Waivers
from reliability.model.team import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """A change of `policies/`; `documents` record the agreement in a solo repository.

    `subject` is that of the problem.
    """

    at: Location
    message: Message
    subject: str = ""
    needed: RequiredApproval
    documents: tuple[Located[Any], ...] = ()


def policy_changes(context: Context) -> Iterator[PolicyChange]:
    """Yield every change of `policies/` and of CODEOWNERS.

    The change that adds the first policies cannot be compared: its own policies apply.
    """
    before = context.before
    if before is None or not any(path.parts[0] == "policies" for path in before.catalog.texts):
        return

    base = before.catalog
    for change in document_changes(base, context.catalog):
        yield _change(change, _needed_for_document(change, context, before), context)
    yield from _waivers(base, context)
    yield from _baseline(base, context)

    needed = needed_for_policies(context)
    for change in code_owner_changes(base, context):
        yield _change(change, needed, context)
    for service, change in new_silences(context, before):
        yield _change(change, needed_for(service, context), context)


def _change(change: DocumentChange, needed: RequiredApproval, context: Context) -> PolicyChange:
    """Return a change; without a document, the NotificationPolicy records the agreement."""
    document = change.new or context.catalog.only(NotificationPolicy)
    return PolicyChange(
        at=change.at,
        message=change.message,
        subject=change.subject,
        needed=needed,
        documents=(document,) if document is not None else (),
    )


def _needed_for_document(
    change: DocumentChange, context: Context, before: Context
) -> RequiredApproval:
    """Return the approval of the owner; a team also approves changes of its own document.

    But it cannot take a handle that the base uses elsewhere: its members would approve for that.
    """
    document = change.new or change.old
    if document is None or not isinstance(document.value, Team):
        return needed_for_policies(context)

    name = document.value.metadata.name
    taken = set(_handles(before, without=name))
    spec = change.new.value.spec if change.new is not None else None
    if spec is not None and spec.code_host and spec.code_host.lower() in taken:
        return needed_for_policies(context)
    return needed_for_policies(context, name)


def _handles(before: Context, without: str) -> Iterator[str]:
    """Yield the handles that the base uses for other teams, and for approvers."""
    for team in before.catalog.documents(Team):
        if team.value.spec.code_host and team.value.metadata.name != without:
            yield team.value.spec.code_host.lower()
    own = before.catalog.find(Team, without)
    for owner in before.ownerships.values():
        approvers = owner.value.spec.approvers
        for handle in approvers.handles if approvers is not None else ():
            if own is None or handle != own.value.spec.code_host:
                yield handle.lower()


def _waivers(base: Catalog, context: Context) -> Iterator[PolicyChange]:
    """Yield waivers that are new, or that last longer than at the base."""
    before = [
        waiver for located in base.governing(Waivers) for waiver in located.value.spec.waivers
    ]
    for located in context.catalog.governing(Waivers):
        for index, waiver in enumerate(located.value.spec.waivers):
            if not any(_covers(old, waiver) for old in before):
                message = Message(
                    "a waiver of {rule} for {service} was added or extended",
                    rule=waiver.rule,
                    service=waiver.service,
                )
                yield PolicyChange(
                    at=located.at("spec", "waivers", index, "rule"),
                    message=message,
                    needed=needed_for_waiver(waiver, context),
                    documents=(located,),
                )


def _covers(old: Waiver, new: Waiver) -> bool:
    is_same = (old.rule, old.service, old.object) == (new.rule, new.service, new.object)
    return is_same and old.until >= new.until


def _baseline(base: Catalog, context: Context) -> Iterator[PolicyChange]:
    """Yield the removal of the baseline, and a first one; baseline-grown compares the entries."""
    old, new = base.only(Baseline), context.catalog.only(Baseline)
    needed = needed_for_policies(context)
    if old is not None and new is None:
        # Without this, the next change could add a baseline with any findings in it.
        at, message = Location(old.document.path), Message("{kind} was removed", kind="Baseline")
        change = DocumentChange(at=at, message=message, subject="Baseline")
        yield _change(change, needed, context)

    if old is None and new is not None and new.value.spec.findings:
        message = Message.plural(
            "a baseline with {count} finding was added",
            "a baseline with {count} findings was added",
            len(new.value.spec.findings),
        )
        change = DocumentChange(at=new.at("spec", "findings"), message=message, new=new)
        yield _change(change, needed, context)
