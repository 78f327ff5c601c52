"""Who has to approve a change and who has: reviews of a forge, judged by the base's ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from reliability.approval import Approvals, RequiredApproval, Role
from reliability.check.approvals import BY_OPTION
from reliability.check.context import Context
from reliability.finding import Finding
from reliability.forge.pull_request import PullRequest, Review, standing
from reliability.load.catalog import Catalog
from reliability.model.team import Team

ON_PULL_REQUEST: Final = "approve the pull request"


@dataclass(frozen=True, slots=True)
class Ask:
    """What of a service, or of `policies/`, needs approval, by whom, and who has given it.

    `missing` are the roles for which nobody has agreed; `proposed` are handles of the author that
    agreed by proposing.
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
        """Whether nobody is missing; a waiver, or a document that records it, does as well."""
        return all(finding.waiver is not None for finding in self.findings)


def head_only(_commit: str) -> bool:
    """No commit but the head holds what was approved."""
    return False


def approvals(
    reviews: Iterable[Review],
    pull: PullRequest,
    base: Catalog,
    proposes_the_same: Callable[[str], bool] = head_only,
) -> Approvals:
    """The handles that approved what the head proposes; nobody approves what they propose.

    An approval belongs to a commit. It holds for the head, too, if `proposes_the_same` says that
    the commit changes the same governed files from and to the same content: then only other files
    or the base have moved, as after "Update branch".
    A team approves by any of its members, as the base's `Team` of that code host's name has them.
    """
    given: set[str] = set()
    outdated: set[str] = set()
    for author, review in standing(tuple(reviews)).items():
        if review.state == "approved" and author.lower() != pull.author.lower():
            holds = review.commit == pull.head or proposes_the_same(review.commit)
            into = given if holds else outdated
            into.add(f"@{author}")
    return Approvals(
        frozenset(with_teams(given, base)),
        frozenset(outdated),
        frozenset(with_teams({f"@{pull.author}"}, base)),
    )


def with_teams(handles: Iterable[str], base: Catalog) -> set[str]:
    """Handles, and the teams that they speak for."""
    given = set(handles)
    lower = {each.lower() for each in given}
    for team in base.each(Team):
        spec = team.value.spec
        if spec.code_host and any(member.lower() in lower for member in spec.members):
            given.add(spec.code_host)
    return given


def asks(findings: Iterable[Finding], context: Context) -> tuple[Ask, ...]:
    """Whose approval the change needs: one ask for each service and those who answer for it."""
    alike: dict[RequiredApproval, list[Finding]] = {}
    for finding in findings:
        if finding.problem.requires is not None:
            alike.setdefault(finding.problem.requires, []).append(finding)
    every = (_ask(needed, tuple(alike[needed]), context) for needed in alike)
    return tuple(sorted(every, key=lambda ask: (ask.subject, str(ask.needed))))


def for_reviewers(finding: Finding) -> Finding:
    """The finding for who reads a pull request: approval is given there, not by an option."""
    problem = finding.problem
    if problem.requires is None or not problem.help:
        return finding
    said = problem.help.replace(BY_OPTION, ON_PULL_REQUEST)
    return replace(finding, problem=replace(problem, help=said))


def _ask(needed: RequiredApproval, findings: tuple[Finding, ...], context: Context) -> Ask:
    missing = needed.missing(context.approved, context.author)
    given = tuple(each for each in needed.handles if each.lower() in _lower(context.approved))
    by_others = needed.missing(context.approved)
    proposed = (
        handle
        for role in by_others
        if role not in missing
        for handle in role
        if handle.lower() in _lower(context.author)
    )
    return Ask(needed, given, findings, missing, tuple(dict.fromkeys(proposed)))


def _lower(handles: Iterable[str]) -> set[str]:
    return {handle.lower() for handle in handles}
