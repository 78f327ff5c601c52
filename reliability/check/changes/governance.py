"""Parts of `policies/` that are looser than at the base, or that decide who approves."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from reliability.approval import RequiredApproval
from reliability.check.changes.approvals import NEED_APPROVAL, needed_for, needed_for_policies
from reliability.check.changes.budgets import lost_consequences
from reliability.check.changes.change_text import changed_text
from reliability.check.changes.code_owners import code_owner_changes
from reliability.check.changes.environments import laxer_environments
from reliability.check.changes.guarded import looser_fields
from reliability.check.changes.policies import (
    PolicyChange,
    PolicyText,
    laxer_rules,
    laxer_tiers,
    laxer_windows,
)
from reliability.check.context import Context
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.baseline import Baseline
from reliability.model.environments import Environments
from reliability.model.error_budget import ErrorBudgetPolicy, ErrorBudgetPolicySpec
from reliability.model.history import HistorySources
from reliability.model.kind import Kind, Model
from reliability.model.notification import NotificationPolicy
from reliability.model.rule_policy import RulePolicy, Waiver, Waivers
from reliability.model.slo_policy import BurnRateWindows, SloPolicy, SloPolicySpec
from reliability.model.targets import SyncTargets, SyncTargetsSpec
from reliability.model.team import Team

SINGLE_KINDS: Final[tuple[type[Kind], ...]] = (
    NotificationPolicy,
    SloPolicy,
    ErrorBudgetPolicy,
    HistorySources,
    SyncTargets,
    Environments,
)
"""Kinds of which only the first document counts, regardless of its name."""


def policy_changes(context: Context) -> Iterator[PolicyChange]:
    """Yield everything below `policies/` that is looser than at the base.

    The change that adds the first policies cannot be compared: its own policies apply.
    """
    before = context.before
    if before is None or not any(path.parts[0] == "policies" for path in before.catalog.texts):
        return

    base = before.catalog
    needed = needed_for_policies(context)
    for kind in SINGLE_KINDS:
        yield from _single(base.only(kind), context.catalog.only(kind), context, needed=needed)
    for text in _rules(base, context):
        yield _change(text, needed)
    yield from _windows(base, context, needed)
    yield from _teams(before, context)
    yield from _waivers(base, context)
    yield from _others(base, context, needed)


def _change(text: PolicyText, needed: RequiredApproval, *documents: Located[Any]) -> PolicyChange:
    return PolicyChange(
        at=text.at,
        message=text.message,
        subject=text.subject,
        needed=needed,
        documents=documents,
    )


def _single(
    old: Located[Any] | None, new: Located[Any] | None, context: Context, needed: RequiredApproval
) -> Iterator[PolicyChange]:
    """Compare the documents of a kind of which only one counts."""
    if new is None:
        if old is not None and context.is_whole("policies"):
            yield _removed(old, context, needed)
        return
    if old is None and isinstance(new.value, NotificationPolicy | HistorySources | Environments):
        message = Message("{kind} was added", kind=new.value.kind)
        yield _change(PolicyText(new.at("kind"), message), needed, new)
        return

    yield from _fields(old, new, needed)
    for text in _compared(old, new):
        yield _change(text, needed, new)
    if old is not None and _becomes_solo(old.value, new.value):
        yield PolicyChange(
            at=new.at("spec", "approvals"),
            message=changed_text("approvals", "team", "solo"),
            needed=needed,
            documents=(new,),
            says_who_approves=True,
        )


def _becomes_solo(old: Kind, new: Kind) -> bool:
    return (
        isinstance(old, NotificationPolicy)
        and isinstance(new, NotificationPolicy)
        and (old.spec.approvals, new.spec.approvals) == ("team", "solo")
    )


def _fields(
    old: Located[Any] | None, new: Located[Any], needed: RequiredApproval
) -> Iterator[PolicyChange]:
    was = old.value.spec if old is not None else _default(new.value)
    for field in looser_fields(was, new.value.spec, ("spec",)) if was is not None else ():
        yield PolicyChange(
            at=new.at(*field.route),
            message=field.message,
            subject=field.key,
            needed=needed,
            documents=(new,),
            says_who_approves=field.says_who_approves,
        )


def _default(value: Kind) -> Model | None:
    """Return the settings that apply without such a document."""
    match value:
        case SloPolicy():
            return SloPolicySpec()
        case SyncTargets():
            return SyncTargetsSpec()
        case _:
            return None


def _compared(old: Located[Any] | None, new: Located[Any]) -> Iterator[PolicyText]:
    """Compare the parts of a document that guards alone cannot compare."""
    match new.value:
        case NotificationPolicy() if old is not None:
            yield from laxer_tiers(old, new)
        case ErrorBudgetPolicy(spec=spec):
            if old is not None:
                for message, subject in lost_consequences(old.value.spec, spec):
                    yield PolicyText(new.at("spec"), message, subject)
            else:
                yield from _exceptions(spec, new)
        case SyncTargets():
            yield from _targets(old, new)
        case Environments() if old is not None:
            yield from laxer_environments(old, new)
        case _:
            return


def _exceptions(spec: ErrorBudgetPolicySpec, new: Located[Any]) -> Iterator[PolicyText]:
    for index, exception in enumerate(spec.exceptions):
        message = Message("added to {key}: {added}", key="exceptions", added=exception.service)
        yield PolicyText(new.at("spec", "exceptions", index), message)


def _targets(old: Located[Any] | None, new: Located[Any]) -> Iterator[PolicyText]:
    """Compare sync targets by their names."""
    was = {target.name: target for target in old.value.spec.targets} if old is not None else {}
    for index, target in enumerate(new.value.spec.targets):
        before, where = was.pop(target.name, None), ("spec", "targets", index)
        if before is None:
            message = Message("the sync target {target} was added", target=target.name)
            yield PolicyText(new.at(*where), message)
        elif type(before) is not type(target):
            message = Message(
                "the provider of {target} changed from {was} to {now}",
                target=target.name,
                was=before.provider,
                now=target.provider,
            )
            yield PolicyText(new.at(*where, "provider"), message)
        else:
            for field in looser_fields(before, target, where):
                message = Message("{target}: {change}", target=target.name, change=field.message)
                yield PolicyText(new.at(*field.route), message, field.key)

    for name in was:
        message = Message("the sync target {target} was removed", target=name)
        yield PolicyText(new.at("spec", "targets"), message, name)


def _rules(base: Catalog, context: Context) -> Iterator[PolicyText]:
    old, new = (next(side.governing(RulePolicy), None) for side in (base, context.catalog))
    if new is not None:
        yield from laxer_rules(old, new, context.rules)
    elif old is not None and context.is_whole("policies"):
        at = Location(old.document.path)
        yield PolicyText(at, Message("{kind} was removed", kind="RulePolicy"), "RulePolicy")


def _windows(base: Catalog, context: Context, needed: RequiredApproval) -> Iterator[PolicyChange]:
    for old in base.documents(BurnRateWindows):
        new = context.catalog.find(BurnRateWindows, old.value.metadata.name)
        if new is not None:
            for text in laxer_windows(old, new):
                yield _change(text, needed, new)
        elif context.is_whole("policies"):
            yield _removed(old, context, needed)


def _teams(before: Context, context: Context) -> Iterator[PolicyChange]:
    """Compare teams by their names; a new one if the base already uses its handle."""
    base = before.catalog
    for old in base.documents(Team):
        name = old.value.metadata.name
        needed = needed_for_policies(context, name)
        new = context.catalog.find(Team, name)
        if new is not None:
            yield from _fields(old, new, needed)
        elif context.is_whole("policies"):
            yield _removed(old, context, needed)

    known = set(_handles(before))
    for new in context.catalog.documents(Team):
        handle = new.value.spec.code_host
        if base.find(Team, new.value.metadata.name) is None and handle and handle.lower() in known:
            yield PolicyChange(
                at=new.at("spec", "codeHost"),
                message=Message(
                    "{handle} is in use at the base, and the members of this team could approve "
                    "for it",
                    handle=handle,
                ),
                needed=needed_for_policies(context),
                documents=(new,),
                says_who_approves=True,
            )


def _handles(before: Context) -> Iterator[str]:
    """Yield the handles that the base uses for teams and approvers."""
    for team in before.catalog.documents(Team):
        if team.value.spec.code_host:
            yield team.value.spec.code_host.lower()
    for owner in before.ownerships.values():
        approvers = owner.value.spec.approvers
        if approvers is not None:
            yield from (approvers.product.lower(), approvers.technical.lower())


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
                    needed=_needed_for_waiver(waiver, context),
                    documents=(located,),
                )


def _covers(old: Waiver, new: Waiver) -> bool:
    is_same = (old.rule, old.service, old.object) == (new.rule, new.service, new.object)
    return is_same and old.until >= new.until


def _needed_for_waiver(waiver: Waiver, context: Context) -> RequiredApproval:
    """Return the approver that the waiver names, if the base knows them as an approver.

    A waiver of a rule that requires approval needs the same approvals as the change that it waives,
    or that of an approver of `policies/`, who can help if a service's approver has left.
    """
    of_service, of_policies = needed_for(waiver.service, context), needed_for_policies(context)
    known = {*_lower(of_policies), *(() if waiver.rule in NEED_APPROVAL else _lower(of_service))}
    if waiver.approver.lower() in known:
        return RequiredApproval(of_service.subject, ((waiver.approver,),))
    return of_service if waiver.rule in NEED_APPROVAL else of_policies


def _lower(needed: RequiredApproval) -> set[str]:
    return {handle.lower() for handle in needed.handles}


def _others(base: Catalog, context: Context, needed: RequiredApproval) -> Iterator[PolicyChange]:
    """Compare the baseline, the base configuration of Alertmanager, and CODEOWNERS."""
    old, new = base.only(Baseline), context.catalog.only(Baseline)
    if old is not None and new is None and context.is_whole("policies"):
        # Without this, the next change could add a baseline with any findings in it.
        yield _removed(old, context, needed)
    if old is None and new is not None and new.value.spec.findings:
        message = Message.plural(
            "a baseline with {count} finding was added",
            "a baseline with {count} findings was added",
            len(new.value.spec.findings),
        )
        yield _change(PolicyText(new.at("spec", "findings"), message), needed, new)

    was, now = (side.raw.get(BASE_ALERTMANAGER) for side in (base, context.catalog))
    if was is not None and (now is None or was.values != now.values):
        message = Message("{path} changed", path=BASE_ALERTMANAGER)
        yield _change(PolicyText(Location(BASE_ALERTMANAGER), message), needed)

    for line in code_owner_changes(base, context):
        yield dataclasses.replace(_change(line, needed), says_who_approves=True)


def _removed(old: Located[Any], context: Context, needed: RequiredApproval) -> PolicyChange:
    """Report a removed document in the file that had it."""
    policy = context.catalog.only(NotificationPolicy)
    value = old.value
    has_name = isinstance(value, Team | BurnRateWindows)
    subject = f"{value.kind} {value.metadata.name}" if has_name else value.kind

    return PolicyChange(
        at=Location(old.document.path),
        message=Message("{kind} was removed", kind=subject),
        subject=subject,
        needed=needed,
        documents=(policy,) if policy is not None else (),
        says_who_approves=isinstance(value, Team | NotificationPolicy | SloPolicy),
    )
