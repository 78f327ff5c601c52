"""Who must agree to a change, and who did: by the base's policies, never by the change's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.wording import listed
from reliability.finding import Problem
from reliability.load.document import Located
from reliability.location import Location, Span
from reliability.model.alert_policy import AlertPolicy
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import SloPolicySpec
from reliability.scalars import ScalarError, read_day

AGREED_BY: Final = "reliability/agreed-by"
REVIEWED: Final = "reliability/reviewed"
TOP: Final = Span(1, 1, 1, 1)
BY_OPTION: Final = "approve it (--approved-by)"
"""How people approve where a command is run."""

TIME_ZONES: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Needed:
    """Those who must approve a change of a service: all of them, or any one."""

    handles: tuple[str, ...]
    all: bool

    def met_by(self, handles: Iterable[str]) -> bool:
        """Whether these are enough; code hosts do not tell upper and lower case apart."""
        given = {each.lower() for each in handles}
        asked = [each.lower() in given for each in self.handles]
        return bool(asked) and (all(asked) if self.all else any(asked))

    def __str__(self) -> str:
        return listed(self.handles, last="and" if self.all else "or")


def called_out(
    at: Location,
    message: str,
    service: str,
    context: Context,
    *documents: Located[Any],
) -> Problem:
    """A problem that needs approval; excused where those who must have agreed.

    `documents` are those of the change in which a single person's agreement may be recorded.
    """
    needed = needed_for(service, context)
    if needed.met_by(context.approved):
        return Problem(at, message, _ask(needed, context), approval=f"approved by {needed}")
    if is_solo(context):
        for document in documents:
            who = _recorded(document, needed, context)
            if who is not None:
                approval = f"agreed by {who}, as {document.document.path} records"
                return Problem(at, message, _ask(needed, context), approval=approval)
    return Problem(at, message, _ask(needed, context))


def is_solo(context: Context) -> bool:
    """Whether agreement is recorded in documents instead of given on the pull request."""
    policy = (context.before or context).notification
    return policy is not None and policy.spec.approvals == "solo"


def needed_for(service: str, context: Context) -> Needed:
    """The service's approvers in the roles that the SloPolicy asks for, else one of its team."""
    judge = context.before or context
    owner = judge.ownerships.get(service)
    approvers = owner.value.spec.approvers if owner else None
    policy = judge.slo_policy
    if approvers is not None:
        roles = (policy.spec if policy else SloPolicySpec()).loosening_needs
        handles = dict.fromkeys(str(getattr(approvers, role)) for role in roles)
        return Needed(tuple(handles), all=True)
    team = judge.team_of(service)
    return Needed(tuple(team.value.spec.members) if team else (), all=False)


def _ask(needed: Needed, context: Context) -> str:
    if is_solo(context):
        whom = str(needed) if needed.handles and needed.all else "who agreed"
        return f"record the agreement: {AGREED_BY} with {whom}, {REVIEWED} with the day"
    if not needed.handles:
        return "name approvers in the service's ownership first, or waive it with a date"
    return f"let {needed} {BY_OPTION}, or waive it with a date"


def _recorded(document: Located[Any], needed: Needed, context: Context) -> str | None:
    """Who agreed by this very change: named in the document, on a day later than the base's."""
    annotations = document.value.metadata.annotations
    said = annotations.get(AGREED_BY, "")
    handles = [part.strip() for part in said.split(",") if part.strip()]
    day, before = _day(annotations), _day(_annotations_before(document, context))
    if day is None or day > context.today + TIME_ZONES:
        return None
    if before is not None and day <= before and day != context.today:
        return None
    enough = needed.met_by(handles) if needed.all else bool(handles)
    return listed(handles) if enough else None


def _day(annotations: dict[str, str]) -> date | None:
    try:
        return read_day(annotations.get(REVIEWED, ""))
    except ScalarError:
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
