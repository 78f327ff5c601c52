"""Who has to approve a change and who has: reviews of a forge, judged by the base's ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from reliability.check.approvals import BY_OPTION, Needed, needed_for
from reliability.check.context import Context
from reliability.finding import Finding
from reliability.forge.pull_request import PullRequest, Review, standing
from reliability.load.catalog import Catalog, service_directory
from reliability.load.document import Located
from reliability.model.team import Team

NEED_APPROVAL: Final = frozenset(
    ("slo-loosened", "slo-deleted", "signal-deleted", "tier-changed", "incident-missed")
)
"""The rules whose findings are excused by approval."""

ON_PULL_REQUEST: Final = "approve the pull request"


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who approved, as handles; and whose approval is of an earlier commit, and does not count."""

    given: frozenset[str]
    outdated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """What of one service needs approval, by whom, and which of them have given it."""

    service: str
    needed: Needed
    given: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_met(self) -> bool:
        """Whether nobody is missing; a waiver, or a document that records it, does as well."""
        return all(finding.waiver is not None for finding in self.findings)

    @property
    def missing(self) -> tuple[str, ...]:
        """Those who have not approved yet."""
        given = {each.lower() for each in self.given}
        return tuple(each for each in self.needed.handles if each.lower() not in given)


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
    return Approvals(frozenset(with_teams(given, base)), frozenset(outdated))


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
    """Whose approval the change needs, service by service."""
    by_service: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.rule in NEED_APPROVAL:
            by_service.setdefault(_service_of(finding, context), []).append(finding)
    return tuple(
        _ask(service, tuple(found), context) for service, found in sorted(by_service.items())
    )


def for_reviewers(finding: Finding) -> Finding:
    """The finding for who reads a pull request: approval is given there, not by an option."""
    problem = finding.problem
    if finding.rule not in NEED_APPROVAL or not problem.help:
        return finding
    said = problem.help.replace(BY_OPTION, ON_PULL_REQUEST)
    return replace(finding, problem=replace(problem, help=said))


def _ask(service: str, findings: tuple[Finding, ...], context: Context) -> Ask:
    needed = needed_for(service, context)
    approved = {each.lower() for each in context.approved}
    given = tuple(each for each in needed.handles if each.lower() in approved)
    return Ask(service, needed, given, findings)


def _service_of(finding: Finding, context: Context) -> str:
    """The service that the document speaks of, else the one in whose folder it lies."""
    path = finding.problem.at.path
    documents: tuple[Located[Any], ...] = context.documents_at(path)
    named = (getattr(each.value.spec, "service", None) for each in documents)
    return next(filter(None, named), None) or service_directory(path) or ""
