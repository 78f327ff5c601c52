"""Who has to approve a change and who has: reviews of a forge, judged by the base's ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from reliability.approval import Approvals, RequiredApproval, Role
from reliability.check.changes.approvals import (
    approval_help,
    declared_roles,
    members_of,
    policy_roles,
)
from reliability.check.context import Context
from reliability.finding import Finding
from reliability.forge.pull_request import (
    PullRequest,
    RepositoryAccess,
    SubmittedReview,
    latest_reviews,
)
from reliability.load.catalog import Catalog, service_directory
from reliability.model.team import Team
from reliability.review.pull_request.diff import Touched, touched

EVERYBODY: Final = RepositoryAccess()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceApproval:
    """The parts of a service or of `policies/` that need approval, the approvers and approvals.

    `missing` are the roles for which no approval exists. `proposed` are handles of the author that
    approved by proposing.
    """

    needed: RequiredApproval
    given: tuple[str, ...]
    findings: tuple[Finding, ...]
    missing: tuple[Role, ...] = ()
    proposed: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The service, or `policies/`."""
        return self.needed.subject

    @property
    def is_met(self) -> bool:
        """Whether no role is missing; a waiver, or a document that records it, also counts."""
        return all(finding.waiver is not None for finding in self.findings)


def head_only(_commit: str) -> bool | None:
    """No commit but the head holds what was approved."""
    return False


def approvals(
    reviews: Iterable[SubmittedReview],
    pull: PullRequest,
    base: Catalog,
    proposes_the_same: Callable[[str], bool | None] = head_only,
    access: RepositoryAccess = EVERYBODY,
) -> Approvals:
    """Return the handles that approved the head's proposal; authors cannot approve their own.

    An approval belongs to a commit. It holds for the head, too, if `proposes_the_same` says that
    the commit changes the same governed files from and to the same content: then only other files
    or the base have moved, as after "Update branch". None says that the commit is gone. A team
    approves by any of its members, as the base's `Team` of that code host's name has them. People
    without access can no longer approve.
    """
    absent = {handle.lower() for handle in access.without}
    given: set[str] = set()
    outdated: set[str] = set()
    incomparable: set[str] = set()

    for author, review in latest_reviews(tuple(reviews)).items():
        is_able = f"@{author}".lower() not in absent | {f"@{pull.author}".lower()}
        if review.state == "approved" and is_able:
            holds = review.commit == pull.head or proposes_the_same(review.commit)
            into = given if holds else outdated
            into.add(f"@{author}")
            if holds is None:
                incomparable.add(f"@{author}")

    return Approvals(
        given=frozenset(with_teams(given, base)),
        outdated=frozenset(outdated),
        author=frozenset(with_teams({f"@{pull.author}"}, base)),
        absent=access.without,
        access_unknown=access.unknown,
        incomparable=frozenset(incomparable),
    )


def possible_approvers(base: Catalog, head: Catalog, today: date) -> tuple[str, ...]:
    """The handles that a change may need, those of its services before those of `policies/`."""
    context = Context(today=today, catalog=head, base=base)
    before, changed = context.before, touched(base, head)
    if before is None or changed.is_nothing:
        return ()
    services = dict.fromkeys(_services(context, changed))
    roles = [role for service in services for role in declared_roles(service, before)]
    roles += [members_of(team, before) for team in _teams(context, before)]
    roles += policy_roles(before)
    return tuple(dict.fromkeys(handle for role in roles for handle in role))


def _services(context: Context, changed: Touched) -> Iterator[str]:
    """The names at the base of services that a change touches, whatever their folder is called."""
    for side in filter(None, (context.before, context)):
        for service, owner in sorted(side.ownerships.items()):
            if service_directory(owner.document.path) in changed.services:
                yield context.former_services.get(service, service)
    yield from changed.services


def _teams(context: Context, before: Context) -> Iterator[str]:
    """Teams that receive a service, or are themselves changed."""
    for service, owner in context.ownerships.items():
        old = before.ownerships.get(context.former_services.get(service, service))
        if old is not None and old.value.spec.team != owner.value.spec.team:
            yield owner.value.spec.team
    for team in context.catalog.documents(Team):
        if context.touches(team.document.path):
            yield team.value.metadata.name


def with_teams(handles: Iterable[str], base: Catalog) -> set[str]:
    """Handles, and the teams that they speak for."""
    given = set(handles)
    lower = {handle.lower() for handle in given}
    for team in base.documents(Team):
        spec = team.value.spec
        if spec.code_host and any(member.lower() in lower for member in spec.members):
            given.add(spec.code_host)
    return given


def asks(findings: Iterable[Finding], context: Context) -> tuple[ServiceApproval, ...]:
    """Whose approval the change needs: one ask for each service and those who answer for it."""
    alike: dict[RequiredApproval, list[Finding]] = {}
    for finding in findings:
        if finding.problem.requires is not None:
            alike.setdefault(finding.problem.requires, []).append(finding)
    every = (_ask(needed, tuple(alike[needed]), context) for needed in alike)
    return tuple(sorted(every, key=lambda ask: (ask.subject, str(ask.needed))))


def for_reviewers(finding: Finding, context: Context) -> Finding:
    """Say how to approve on the pull request, which has no command options."""
    problem = finding.problem
    if problem.requires is None:
        return finding
    help_text = approval_help(problem.requires, context, on_pull_request=True)
    return replace(finding, problem=replace(problem, help=help_text))


def _ask(
    needed: RequiredApproval, findings: tuple[Finding, ...], context: Context
) -> ServiceApproval:
    missing = needed.missing(context.approved, context.author)
    given = tuple(handle for handle in needed.handles if handle.lower() in _lower(context.approved))
    by_others = needed.missing(context.approved)
    proposed = (
        handle
        for role in by_others
        if role not in missing
        for handle in role
        if handle.lower() in _lower(context.author)
    )

    return ServiceApproval(
        needed=needed,
        given=given,
        findings=findings,
        missing=missing,
        proposed=tuple(dict.fromkeys(proposed)),
    )


def _lower(handles: Iterable[str]) -> set[str]:
    return {handle.lower() for handle in handles}
