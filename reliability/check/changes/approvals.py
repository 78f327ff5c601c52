"""Who must agree to a change, and who did: by the base's policies, never by the change's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.approval import POLICIES, RequiredApproval, Role
from reliability.check.context import Context
from reliability.check.wording import listed
from reliability.finding import Problem
from reliability.load.document import Located
from reliability.location import Location, SourceSpan
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import SloPolicySpec
from reliability.model.team import Team

AGREED_BY: Final = "reliability/agreed-by"
REVIEWED: Final = "reliability/reviewed"
TOP: Final = SourceSpan(1, 1, 1, 1)
BY_OPTION: Final = "approve it (--approved-by)"
"""How people approve where a command is run."""

TIME_ZONES: Final = timedelta(days=1)

NEED_APPROVAL: Final = frozenset(
    (
        "approvers-changed",
        "incident-changed",
        "incident-missed",
        "policy-loosened",
        "signal-deleted",
        "signal-loosened",
        "slo-deleted",
        "slo-loosened",
        "tier-changed",
    )
)
"""The rules whose findings an approval excuses."""


def called_out(
    at: Location,
    message: str,
    service: str,
    context: Context,
    *documents: Located[Any],
    subject: str = "",
) -> Problem:
    """A problem that requires the approval of a service's approvers; excused once they agreed.

    `documents` are those of the change in which a single person's agreement may be recorded.
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
    """A problem that requires an approval; excused once it is given."""
    who = f"approved by {needed}" if needed.met_by(context.approved, context.author) else None
    if who is None and is_solo(context):
        for document in documents:
            recorded = _recorded(document, needed, context)
            if recorded is not None:
                who = f"agreed by {recorded}, as {document.document.path} records"
                break
    return Problem(
        at, message, _ask(needed, context), approval=who, requires=needed, subject=subject
    )


def is_solo(context: Context) -> bool:
    """Whether agreement is recorded in documents instead of given on the pull request."""
    policy = (context.before or context).notification
    return policy is not None and policy.spec.approvals == "solo"


def needed_for(service: str, context: Context) -> RequiredApproval:
    """A service's approvers in the roles that the SloPolicy asks for, else one of its team.

    A service that has another name now is asked for by its name at the base. One of which the base
    names nobody is answered for by the approvers of `policies/`.
    """
    former = context.former_services.get(service, service)
    return _possible(RequiredApproval(service, declared_roles(former, _judge(context))), context)


def needed_for_policies(context: Context, *teams: str) -> RequiredApproval:
    """One of the team that owns `policies/` at the base, or of the teams that a change is about."""
    judge = _judge(context)
    members = dict.fromkeys(_policy_approvers(judge))
    for name in teams:
        members |= dict.fromkeys(members_of(name, judge))
    return _possible(RequiredApproval(POLICIES, (tuple(members),) if members else ()), context)


def joined(needed: RequiredApproval, handles: Iterable[str], context: Context) -> RequiredApproval:
    """The same approval, and that of any one of `handles`."""
    role = tuple(handles)
    roles = (*needed.roles, role) if role else needed.roles
    return _possible(RequiredApproval(needed.subject, roles), context)


def declared_roles(service: str, declared: Context) -> tuple[Role, ...]:
    """The roles that must agree to a change of a service, as one side declares them."""
    owner = declared.ownerships.get(service)
    approvers = owner.value.spec.approvers if owner else None
    if approvers is not None:
        policy = declared.slo_policy
        roles = (policy.spec if policy else SloPolicySpec()).loosening_requires
        return tuple(dict.fromkeys((str(getattr(approvers, role)),) for role in roles))
    team = declared.team_of(service)
    return (tuple(team.value.spec.members),) if team else ()


def policy_roles(declared: Context) -> tuple[Role, ...]:
    """Who must agree to a change of `policies/`, as one side declares them."""
    members = _policy_approvers(declared)
    return (members,) if members else ()


def members_of(team: str, declared: Context) -> tuple[str, ...]:
    """The members of a team, as one side declares them."""
    located = declared.catalog.find(Team, team)
    return tuple(located.value.spec.members) if located else ()


def _judge(context: Context) -> Context:
    return context.before or context


def _policy_approvers(declared: Context) -> tuple[str, ...]:
    """The members of the team that owns `policies/`; of every team if no owner is named."""
    policy = declared.notification
    owners = members_of(policy.spec.owner, declared) if policy and policy.spec.owner else ()
    if owners:
        return owners
    every = (member for team in declared.catalog.each(Team) for member in team.value.spec.members)
    return tuple(dict.fromkeys(every))


def _possible(needed: RequiredApproval, context: Context) -> RequiredApproval:
    """Roles that nobody can fill any more are filled by the approvers of `policies/`.

    These are handles without access to the repository, and the author if there is no other role:
    nobody approves alone what they propose.
    """
    absent = {handle.lower() for handle in context.absent}
    author = {handle.lower() for handle in context.author}
    unable = absent | author
    instead = tuple(
        handle for handle in _policy_approvers(_judge(context)) if handle.lower() not in unable
    )
    roles = [_present(role, absent) or instead or role for role in needed.roles]
    if len(set(roles)) == 1 and not _present(roles[0], author):
        roles = [instead or roles[0]]
    if not roles and instead:
        roles = [instead]
    return RequiredApproval(needed.subject, tuple(dict.fromkeys(roles)))


def _present(role: Role, without: set[str]) -> Role:
    return tuple(handle for handle in role if handle.lower() not in without)


def _ask(needed: RequiredApproval, context: Context) -> str:
    if is_solo(context):
        whom = str(needed) if needed.roles and needed.names_people else "who agreed"
        return f"record the agreement: {AGREED_BY} with {whom}, {REVIEWED} with the day"
    if not needed.roles:
        return "name approvers in the service's ownership first, or waive it with a date"
    return f"let {needed} {BY_OPTION}, or waive it with a date"


def _recorded(document: Located[Any], needed: RequiredApproval, context: Context) -> str | None:
    """Who agreed by this very change: named in the document, on a day later than the base's."""
    annotations = document.value.metadata.annotations
    said = annotations.get(AGREED_BY, "")
    handles = [part.strip() for part in said.split(",") if part.strip()]
    day, before = _day(annotations), _day(_annotations_before(document, context))
    if day is None or day > context.today + TIME_ZONES:
        return None
    if before is not None and day <= before and day != context.today:
        return None
    enough = needed.met_by(handles) if needed.names_people and needed.roles else bool(handles)
    return listed(handles) if enough else None


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
    """The alert policies and the ownership of a service as they are now."""
    for policy in context.catalog.each(AlertPolicy):
        if policy.value.spec.service == service:
            yield policy
    owner: Located[Ownership] | None = context.ownerships.get(service)
    if owner is not None:
        yield owner


def place_of_gone(service: str, path: PurePosixPath, context: Context) -> Location:
    """Where to speak of something that is gone: the service's documents, else its file's place."""
    for document in documents_of(service, context):
        return document.at("metadata", "name")
    return Location(path, TOP)
