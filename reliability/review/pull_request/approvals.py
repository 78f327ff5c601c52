"""Required and given approvals of a change: reviews, judged by the ownership at the base."""

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
from reliability.check.changes.silences import new_silences
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
from reliability.review.pull_request.pushers import Pushers

EVERYBODY: Final = RepositoryAccess()
ALL_BY_AUTHOR: Final = Pushers()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceApproval:
    """An approval that a change of a service or of `policies/` requires, and who has given it.

    `findings` require it. `missing` are the roles for which no approval exists. `proposed` are
    handles of the author that approved by proposing.
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
        """Whether each finding is approved, waived, or recorded as approved in a document."""
        return all(finding.waiver is not None for finding in self.findings)

    def covers(self, other: ServiceApproval) -> bool:
        """Return whether this one lacks more roles than another, for the same rules."""
        rules = {finding.rule for finding in self.findings}
        return (
            self.subject == other.subject
            and set(self.missing) > set(other.missing) != set()
            and rules.issuperset(finding.rule for finding in other.findings)
        )


def head_only(_commit: str) -> bool | None:
    """Return False: only an approval of the head itself counts."""
    return False


def approvals(
    reviews: Iterable[SubmittedReview],
    pull: PullRequest,
    base: Catalog,
    proposes_the_same: Callable[[str], bool | None] = head_only,
    access: RepositoryAccess = EVERYBODY,
    pushed: Pushers = ALL_BY_AUTHOR,
) -> Approvals:
    """Return the handles that approved the head's proposal; authors cannot approve their own.

    An approval belongs to a commit. It also counts for the head if `proposes_the_same` returns
    True: the commit changes the same governed files from and to the same content. Then only other
    files or the base have moved, as after "Update branch". None means that the commit is gone. A
    team approves by any of its members, as the base's `Team` with that name on the code host lists
    them. People without access can no longer approve. Who pushed a part of the change approves for
    their own role only, as authors do, and the author's proposing counts if nobody else pushed.
    """
    absent = {handle.lower() for handle in access.without}
    given: set[str] = set()
    outdated: set[str] = set()
    incomparable: set[str] = set()

    others = {handle for handle in pushed.handles if handle.lower() != f"@{pull.author}".lower()}
    theirs = {handle.lower() for handle in others}
    proposed = set() if others or pushed.unknown else {f"@{pull.author}"}

    for author, review in latest_reviews(tuple(reviews)).items():
        # Logins are compared in lower case, because GitHub ignores their case.
        is_able = f"@{author}".lower() not in absent | {f"@{pull.author}".lower()}
        if review.state == "approved" and is_able:
            # GitHub keeps an approval after a push unless the branch protection dismisses it, so
            # the commit of the review has to be compared.
            holds = review.commit == pull.head or proposes_the_same(review.commit)
            own = proposed if f"@{author}".lower() in theirs else given
            into = own if holds else outdated
            into.add(f"@{author}")
            if holds is None:
                incomparable.add(f"@{author}")

    return Approvals(
        given=frozenset(with_teams(given, base)),
        outdated=frozenset(outdated),
        author=frozenset(with_teams({f"@{pull.author}"}, base) | others),
        proposed=frozenset(with_teams(proposed, base)),
        on_forge=bool(pull.head_branch),
        pushed=frozenset(others),
        pushers_unknown=pushed.unknown,
        absent=access.without,
        access_unknown=access.unknown,
        incomparable=frozenset(incomparable),
    )


def possible_approvers(base: Catalog, head: Catalog, today: date) -> tuple[str, ...]:
    """Return the handles that a change may need: of its services, then of `policies/`."""
    context = Context(today=today, catalog=head, base=base)
    before, changed = context.before, touched(base, head)
    if before is None or changed.is_nothing:
        return ()
    services = dict.fromkeys(_services(context, before, changed))
    roles = [role for service in services for role in declared_roles(service, before)]
    roles += [members_of(team, before) for team in _teams(context, before)]
    roles += policy_roles(before)
    return tuple(dict.fromkeys(handle for role in roles for handle in role))


def _services(context: Context, before: Context, changed: Touched) -> Iterator[str]:
    """Yield the touched and the silenced services by their names at the base.

    The folders of services may have other names.
    """
    for side in (before, context):
        for service, owner in sorted(side.ownerships.items()):
            if service_directory(owner.document.path) in changed.services:
                yield context.former_services.get(service, service)
    yield from changed.services
    for service, _ in new_silences(context, before):
        yield context.former_services.get(service, service)


def _teams(context: Context, before: Context) -> Iterator[str]:
    """Yield the teams that receive a service, and those whose document changes."""
    for service, owner in context.ownerships.items():
        old = before.ownerships.get(context.former_services.get(service, service))
        if old is not None and old.value.spec.team != owner.value.spec.team:
            yield owner.value.spec.team
    for team in context.catalog.documents(Team):
        if context.touches(team.document.path):
            yield team.value.metadata.name


def with_teams(handles: Iterable[str], base: Catalog) -> set[str]:
    """Return handles, and the code host's name of each team with one of them as a member."""
    given = set(handles)
    lower = {handle.lower() for handle in given}
    for team in base.documents(Team):
        spec = team.value.spec
        if spec.code_host and any(member.lower() in lower for member in spec.members):
            given.add(spec.code_host)
    return given


def asks(findings: Iterable[Finding], context: Context) -> tuple[ServiceApproval, ...]:
    """Return the required approvals, one for each different requirement, sorted by subject."""
    alike: dict[RequiredApproval, list[Finding]] = {}
    for finding in findings:
        if finding.problem.requires is not None:
            alike.setdefault(finding.problem.requires, []).append(finding)
    every = (_ask(needed, tuple(alike[needed]), context) for needed in alike)
    return tuple(sorted(every, key=lambda ask: (ask.subject, str(ask.needed))))


def for_reviewers(finding: Finding, context: Context) -> Finding:
    """Return a finding whose help says how to approve on the pull request.

    The original help names options of commands, which a pull request does not have.
    """
    problem = finding.problem
    if problem.requires is None:
        return finding
    help_text = approval_help(problem.requires, context, on_pull_request=True)
    return replace(finding, problem=replace(problem, help=help_text))


def _ask(
    needed: RequiredApproval, findings: tuple[Finding, ...], context: Context
) -> ServiceApproval:
    missing = needed.missing(context.approved, context.proposed)
    given = tuple(handle for handle in needed.handles if handle.lower() in _lower(context.approved))
    by_others = needed.missing(context.approved)
    proposed = (
        handle
        for role in by_others
        if role not in missing
        for handle in role
        if handle.lower() in _lower(context.proposed)
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
