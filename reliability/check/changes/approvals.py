"""Who must approve a change and who did, by the policies of the base.

A change could otherwise name its own approvers. GitHub treats CODEOWNERS the same way: the file on
the base branch decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.approval import POLICIES, RequiredApproval, Role, roles_text
from reliability.check.context import Context
from reliability.check.wording import is_placeholder
from reliability.finding import Problem
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import Waiver
from reliability.model.slo_policy import SloPolicySpec
from reliability.model.team import Team

AGREED_BY: Final = "reliability/agreed-by"
REVIEWED: Final = "reliability/reviewed"

TIME_ZONES: Final = timedelta(days=1)
"""A person's date can be a day ahead of the date of the machine that checks it."""

NEED_APPROVAL: Final = frozenset(
    (
        "approvers-changed",
        "incident-changed",
        "incident-missed",
        "policy-changed",
        "signal-deleted",
        "signal-loosened",
        "slo-deleted",
        "slo-loosened",
        "tier-changed",
    )
)
"""The rules whose findings are waived once the change is approved."""


def needs_service_approval(
    at: Location,
    message: str,
    service: str,
    context: Context,
    *documents: Located[Any],
    subject: str = "",
) -> Problem:
    """Return a problem that the approvers of a service have to approve; waived once they did.

    `documents` are the documents of the change in which a solo repository records the agreement.
    """
    needed = needed_for(service, context)
    return needs_approval(at, message, needed, context, *documents, subject=subject)


def needs_approval(
    at: Location,
    message: str,
    needed: RequiredApproval,
    context: Context,
    *documents: Located[Any],
    subject: str = "",
) -> Problem:
    """Return a problem that requires an approval; waived once the change is approved."""
    return Problem(
        at,
        message,
        approval_help(needed, context),
        approval=_approval(needed, context, documents),
        requires=needed,
        subject=subject,
    )


def approval_help(
    needed: RequiredApproval, context: Context, *, on_pull_request: bool = False
) -> Message:
    """Say how to approve: in a document, on the pull request, or by an option of the command."""
    if is_recorded(needed.roles, context):
        if not needed.roles or not needed.names_people:
            return Message(
                "record the agreement: set {agreed_by} to the approver and {reviewed} to the date",
                agreed_by=AGREED_BY,
                reviewed=REVIEWED,
            )
        return Message(
            "record the agreement: set {agreed_by} to {approvers} and {reviewed} to the date",
            agreed_by=AGREED_BY,
            approvers=roles_text(needed.roles),
            reviewed=REVIEWED,
        )

    if not needed.roles:
        return Message(
            "name approvers in the service's ownership first, or add a waiver with an end date"
        )
    approvers = roles_text(needed.roles)
    if not on_pull_request:
        return Message(
            "ask {approvers} for approval and pass it with --approved-by, "
            "or add a waiver with an end date",
            approvers=approvers,
        )
    owners = needed_for_policies(context).roles
    if not owners or set(needed.roles) <= set(owners):
        return Message(
            "ask {approvers} to approve the pull request, or add a waiver with an end date",
            approvers=approvers,
        )
    return Message(
        "ask {approvers} to approve the pull request, or {owners} to approve a waiver with an end "
        "date",
        approvers=approvers,
        owners=roles_text(owners),
    )


def _approval(
    needed: RequiredApproval, context: Context, documents: Iterable[Located[Any]]
) -> Message | None:
    """Return who approved the change, or None if an approval is missing."""
    if needed.met_by(context.approved, context.proposed):
        return Message("approved by {approvers}", approvers=roles_text(needed.roles))
    if is_solo(context):
        for document in documents:
            recorded = _recorded(document, needed, context)
            if recorded is not None:
                return Message(
                    "approved by {approvers}, recorded in {path}",
                    approvers=recorded,
                    path=document.document.path,
                )

    return None


def is_solo(context: Context) -> bool:
    """Return whether documents record the agreement because one person maintains the repository.

    GitHub does not let authors approve their own pull requests, so a single maintainer could
    otherwise approve nothing.
    """
    policy = (context.before or context).notification
    return policy is not None and policy.spec.approvals == "solo"


def is_recorded(roles: Iterable[Role], context: Context) -> bool:
    """Return whether a document records the agreement of the people in these roles.

    On a forge, that holds for the author alone: others approve the pull request.
    """
    own = {handle.lower() for handle in context.author}
    return is_solo(context) and (
        not context.on_forge or all(own.intersection(map(str.lower, role)) for role in roles)
    )


def needed_for(service: str, context: Context) -> RequiredApproval:
    """Return a service's approvers in the roles that the SloPolicy requires, or its team.

    A renamed service keeps the approvers that its former name has at the base. The approvers of
    `policies/` stand in for a service without approvers at the base.
    """
    former = context.former_services.get(service, service)
    return _possible(RequiredApproval(service, declared_roles(former, _judge(context))), context)


def needed_for_policies(context: Context, *teams: str) -> RequiredApproval:
    """Return the approval of one member of the team that owns `policies/`, or of `teams`.

    Both are read from the base.
    """
    judge = _judge(context)
    members = dict.fromkeys(_policy_approvers(judge))
    for name in teams:
        members |= dict.fromkeys(members_of(name, judge))
    return _possible(RequiredApproval(POLICIES, (tuple(members),) if members else ()), context)


def needed_for_waiver(waiver: Waiver, context: Context) -> RequiredApproval:
    """Return the approver that the waiver names, if the base knows them as an approver.

    A waiver of a rule that requires approval needs the same approvals as the change that it waives,
    or that of an approver of `policies/`, who can help if a service's approver has left. They also
    approve a waiver for an approver who proposes it.
    """
    of_service, of_policies = needed_for(waiver.service, context), needed_for_policies(context)
    known = {*_lower(of_policies), *(() if waiver.rule in NEED_APPROVAL else _lower(of_service))}
    if waiver.approver.lower() in known | {handle.lower() for handle in context.author}:
        named = RequiredApproval(of_service.subject, ((waiver.approver,),))
        return _possible(named, context)
    return of_service if waiver.rule in NEED_APPROVAL else of_policies


def _lower(needed: RequiredApproval) -> set[str]:
    return {handle.lower() for handle in needed.handles}


def joined(needed: RequiredApproval, handles: Iterable[str], context: Context) -> RequiredApproval:
    """Add a role to an approval: any one of `handles`."""
    role = tuple(handles)
    roles = (*needed.roles, role) if role else needed.roles
    return _possible(RequiredApproval(needed.subject, roles), context)


def declared_roles(service: str, declared: Context) -> tuple[Role, ...]:
    """Return the roles that must approve a change of a service, as one side declares them."""
    owner = declared.ownerships.get(service)
    approvers = owner.value.spec.approvers if owner else None
    if approvers is not None:
        policy = declared.slo_policy
        roles = (policy.spec if policy else SloPolicySpec()).loosening_requires
        return tuple(dict.fromkeys(_named(approvers.role(role)) for role in roles))
    team = declared.team_of(service)
    return (_named(team.value.spec.members),) if team else ()


def policy_roles(declared: Context) -> tuple[Role, ...]:
    """Return the roles that must approve a change of `policies/`, as one side declares them."""
    members = _policy_approvers(declared)
    return (members,) if members else ()


def members_of(team: str, declared: Context) -> tuple[str, ...]:
    """Return the members of a team, as one side declares them."""
    located = declared.catalog.find(Team, team)
    return _named(located.value.spec.members) if located else ()


def _named(handles: Iterable[str]) -> Role:
    """Return the handles without placeholders: nobody can approve for a role without any."""
    return tuple(handle for handle in handles if not is_placeholder(handle))


def _judge(context: Context) -> Context:
    return context.before or context


def _policy_approvers(declared: Context) -> tuple[str, ...]:
    """Return the members of the team that owns `policies/`, or of all teams without an owner."""
    policy = declared.notification
    owners = members_of(policy.spec.owner, declared) if policy and policy.spec.owner else ()
    if owners:
        return owners
    members = (
        member for team in declared.catalog.documents(Team) for member in team.value.spec.members
    )
    return tuple(dict.fromkeys(_named(members)))


def _possible(needed: RequiredApproval, context: Context) -> RequiredApproval:
    """Let the approvers of `policies/` stand in for roles that cannot be filled.

    A role cannot be filled if all its handles have lost access to the repository. The author does
    not fill the only role either: authors cannot approve their own change alone.
    """
    absent = {handle.lower() for handle in context.absent}
    author = {handle.lower() for handle in context.author}
    unable = absent | author
    instead = tuple(
        handle for handle in _policy_approvers(_judge(context)) if handle.lower() not in unable
    )
    filled = (_present(role, absent) or instead or role for role in needed.roles)
    roles = list(dict.fromkeys(role for role in filled if role))
    match roles:
        case [role] if not _present(role, author):
            roles = [instead or role]
        case []:
            roles = [instead] if instead else []
        case _:
            pass

    return RequiredApproval(needed.subject, tuple(roles))


def _present(role: Role, without: set[str]) -> Role:
    return tuple(handle for handle in role if handle.lower() not in without)


def _recorded(document: Located[Any], needed: RequiredApproval, context: Context) -> str | None:
    """Return who agreed to this change, as the document records it.

    Its date has to be later than the date at the base: an agreement to an earlier change does not
    cover this one. On a forge, anybody can write any name into a document, so each named person
    must be the author or have approved.
    """
    annotations = document.value.metadata.annotations
    handles = [
        handle.strip() for handle in annotations.get(AGREED_BY, "").split(",") if handle.strip()
    ]

    present = {handle.lower() for handle in (*context.approved, *context.proposed)}
    if context.on_forge and not {handle.lower() for handle in handles} <= present:
        return None

    day, before = _day(annotations), _day(_annotations_before(document, context))
    if day is None or day > context.today + TIME_ZONES:
        return None
    if before is not None and day <= before and day != context.today:
        return None

    is_met = needed.met_by(handles) if needed.roles else bool(handles)
    return listed(handles) if is_met else None


def _day(annotations: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(annotations.get(REVIEWED, ""))
    except ValueError:
        return None


def _annotations_before(document: Located[Any], context: Context) -> dict[str, str]:
    if context.before is None:
        return {}
    kind, name = type(document.value), document.value.metadata.name
    old = context.before.catalog.find(kind, name)
    return dict(old.value.metadata.annotations) if old else {}


def documents_of(service: str, context: Context) -> Iterator[Located[Any]]:
    """Yield the alert policies and the ownership of a service, as the change has them."""
    for policy in context.catalog.documents(AlertPolicy):
        if policy.value.spec.service == service:
            yield policy
    owner: Located[Ownership] | None = context.ownerships.get(service)
    if owner is not None:
        yield owner


def location_of_removed(service: str, path: PurePosixPath, context: Context) -> Location:
    """Locate something that was removed: at the service's documents, or else in its old file."""
    for document in documents_of(service, context):
        return document.at("metadata", "name")
    return Location(path)
