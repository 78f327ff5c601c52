"""Run a review: check, replay, compile and compare both sides of a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final

from reliability.approval import Approvals
from reliability.backtest import firing
from reliability.bugs import BUG
from reliability.check.changes.renamed_catalog import as_named_now
from reliability.check.context import Context
from reliability.check.facts.facts import Facts
from reliability.check.rules import RULES
from reliability.errors import ProviderError, SettingsError, SourceError
from reliability.finding import Finding, Severity
from reliability.history.open import history_policy
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.load.committed import committed_below
from reliability.load.loader import unreadable_parts
from reliability.load.merge import Merge
from reliability.message import Message
from reliability.model.environments import Environments
from reliability.model.history import STORE, HistorySources
from reliability.model.kind import Model
from reliability.model.targets import SyncTargets, Target
from reliability.pipeline import Repository, check, compile_catalog, replay_history
from reliability.plan.held import Held, Intact
from reliability.plan.options import NOTHING_DECIDED, PlanOptions
from reliability.plan.report import within_limits
from reliability.providers import open_provider, wanted_by
from reliability.providers.access import ProviderAccess
from reliability.providers.embedded import EMBEDDED
from reliability.providers.owner import owner_of
from reliability.providers.targets import plan_target
from reliability.resolve.environments.measured import governed_by, measured_sides
from reliability.resolve.objectives import objectives
from reliability.resource import Resource
from reliability.review.pull_request.approvals import asks, for_reviewers
from reliability.review.pull_request.approver_changes import approver_changes
from reliability.review.pull_request.diff import Touched, touched
from reliability.review.pull_request.environments import (
    all_notification_changes,
    all_objective_differences,
    environment_sides,
)
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured
from reliability.review.pull_request.policy_source import policy_source
from reliability.review.pull_request.reviewed import (
    FindingChanges,
    Reviewed,
    TargetPlan,
    compare,
)
from reliability.review.pull_request.site_links import site_links
from reliability.review.pull_request.verdict import verdict
from reliability.review.workspace import Workspace
from reliability.timespan import TimeSpan

GOVERNED: Final[tuple[type[Model], ...]] = (SyncTargets, HistorySources)
"""Kinds that name hosts, folders and limits.

They are always taken from the base: otherwise a pull request could send requests with the secrets
of CI to a host of its choice.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """The inputs of a review.

    `limit` is the lowest severity that blocks the change, None for none; `days` is how far back
    alerts are replayed, None for the policy's span; `live` reads the current state of the targets.
    `head` is the commit that a forge names, empty if the head is the working tree.
    """

    branch: str
    approvals: Approvals
    limit: Severity | None
    days: int | None
    live: bool = False
    head: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSides:
    """Both sides of a change; the head may be the working tree or a commit."""

    base: Base
    head: Repository


def review(
    workspace: Workspace, merge: Merge, terms: ReviewTerms
) -> tuple[Reviewed, list[Finding]]:
    """Compare a branch after the merge with the branch before; return also every finding."""
    base, proposed = merge.base, _proposed(workspace, merge.head)
    changed = touched(base.catalog, proposed.catalog)
    context = _context(workspace.today, ReviewSides(base, proposed), terms)
    # Otherwise a renamed SLO would be a deletion and a creation.
    past = replace(base, catalog=as_named_now(context) or base.catalog)
    measured = _committed(workspace, merge) or _measured(
        workspace, ReviewSides(past, proposed), changed, terms=terms
    )
    findings, changes = _found(
        ReviewSides(base, proposed), measured, context, approvals=terms.approvals
    )
    new = [finding for _, finding in changes.new]
    required_approvals = asks(new, context)
    sides = environment_sides(_before(workspace.today, past), context)
    reviewed = Reviewed(
        touched=changed,
        verdict=replace(
            verdict(new, required_approvals, measured, context=context, limit=terms.limit),
            overlap=merge.overlapping,
        ),
        measured=measured,
        notification_changes=all_notification_changes(sides),
        slo_changes=all_objective_differences(sides),
        environments=tuple(side.name for side in sides if side.name),
        affected=tuple(side.name for side in sides if side.name and side.is_affected),
        required_approvals=required_approvals,
        approvals=terms.approvals,
        approvers=tuple(approver_changes(context)),
        finding_changes=changes,
        plans=tuple(_plans(workspace, ReviewSides(base, proposed), terms.live)),
        policy_source=policy_source(base, terms.branch, context),
        pages=site_links(base.catalog, changed.services, workspace.root),
    )

    return reviewed, findings


def _proposed(workspace: Workspace, head: Base) -> Repository:
    """Return the repository as it is after the merge."""
    return Repository(
        root=workspace.root,
        catalog=head.catalog,
        findings=tuple(head.findings),
        jobs=workspace.jobs,
        commit=head.commit,
    )


def _before(today: date, past: Base) -> Context:
    return Context(today=today, catalog=past.catalog, broken=_broken(past.findings))


def _context(today: date, sides: ReviewSides, terms: ReviewTerms) -> Context:
    """Return the context of the rules; the policies of the base apply, if it has any.

    A change must not be judged by the policies that it loosens.
    """
    return Context(
        today=today,
        catalog=sides.head.catalog,
        base=sides.base.catalog,
        broken=_broken(sides.head.findings),
        judge=sides.base.catalog if has_policies(sides.base) else None,
    ).with_approvals(terms.approvals)


def _found(
    sides: ReviewSides,
    measured: MeasuredChange | NotMeasured,
    context: Context,
    approvals: Approvals,
) -> tuple[list[Finding], FindingChanges]:
    """Return every finding of the change, and the comparison with the base's findings."""
    base = sides.base
    known = measured if isinstance(measured, MeasuredChange) else None
    findings = check(
        sides.head,
        context.today,
        base,
        approvals=approvals,
        facts=Facts.of(known.evidence if known else ()),
        judge=context.judge,
    )

    before = check(
        Repository(root=sides.head.root, catalog=base.catalog, findings=tuple(base.findings)),
        context.today,
        facts=Facts.of(known.evidence_before if known else ()),
    )
    # Their findings on the base need the evidence of the base; without it, everything measured on
    # the head would look new.
    measuring = frozenset(rule.id for rule in RULES if rule.needs == "evidence")
    findings = [for_reviewers(finding, context) for finding in findings]

    return findings, compare(before, findings, measuring)


def _broken(findings: Sequence[Finding]) -> frozenset[PurePosixPath]:
    return frozenset(
        finding.problem.at.path for finding in findings if finding.severity is Severity.ERROR
    )


def _committed(workspace: Workspace, merge: Merge) -> NotMeasured | None:
    """Refuse a change that commits history: its author could write the past that judges it."""
    declared = governed(merge.head.catalog, merge.base).only(HistorySources)
    store = declared.value.spec.store if declared else STORE
    files = committed_below(workspace.root, store, merge.start, head=merge.head.commit)
    if not files:
        return None
    why = Message(
        "the change commits {path} to the history store {store}; remove it from Git",
        path=files[0],
        store=store,
    )
    return NotMeasured(why, files)


def _measured(
    workspace: Workspace, sides: ReviewSides, changed: Touched, terms: ReviewTerms
) -> MeasuredChange | NotMeasured:
    """Replay the services that the change touches; all services if it changes policies."""
    names = frozenset() if changed.policies else frozenset(changed.services)
    catalog = governed(sides.head.catalog, sides.base)
    with_slo = {
        objective.service
        for side in (sides.base.catalog, catalog)
        for objective in objectives(side)
    }
    if changed.is_nothing or not (names & with_slo if names else with_slo):
        return NotMeasured("")

    try:
        catalog = governed_by(catalog, sides.base.catalog, (Environments,))
        governing = ReviewSides(sides.base, replace(sides.head, catalog=catalog))
        return _replayed(workspace.today, governing, names & with_slo, review_terms=terms)
    except SourceError as error:
        return NotMeasured(error.message)


def _replayed(
    today: date, sides: ReviewSides, names: frozenset[str], review_terms: ReviewTerms
) -> MeasuredChange:
    days = review_terms.days
    policy = history_policy(sides.head.catalog)
    span = TimeSpan.before(today, timedelta(days=days) if days else policy.span)
    terms = firing.ReplayTerms(span)
    results = tuple(
        replace(
            replay_history(
                replace(sides.head, catalog=after),
                replace(sides.base, catalog=before),
                terms,
                names=names,
            ),
            head=review_terms.head or sides.head.commit,
        )
        for before, after in measured_sides(sides.base.catalog, sides.head.catalog)
    )
    # A server of an environment may evaluate nothing that is replayed.
    return MeasuredChange(tuple(each for each in results if each.objectives) or results[:1])


def _plans(workspace: Workspace, sides: ReviewSides, live: bool) -> Iterator[TargetPlan]:
    """Yield the plan of each target that the base declares, against its state or the base."""
    base, catalog = sides.base, sides.head.catalog
    if any(unreadable_parts((*sides.head.findings, *base.findings))):
        return  # unreadable files would look like deleted or created objects

    declared = governed(catalog, base).only(SyncTargets)
    spec = declared.value.spec if declared else EMBEDDED
    compiled, lost = compile_catalog(base.catalog)
    wanted, missing = compile_catalog(catalog)
    if any(problem.subject == BUG for problem in (*lost, *missing)):
        return  # and so would what a bug keeps from being compiled
    owner = owner_of(workspace.root, spec)

    with ExitStack() as closing:
        access = ProviderAccess(
            root=workspace.root,
            allowed_hosts=spec.allowed_hosts,
            secret=workspace.secret,
            tell=workspace.note,
            writable=False,
            closing=closing,
            owner=owner,
        )
        for target in spec.targets:
            why = ""
            if live:
                try:
                    held = open_provider(target, access).read()
                    options = PlanOptions(owner=owner, on_drift=target.on_drift)
                    planned = plan_target(target, held, wanted, options=options)
                    yield TargetPlan(within_limits(target, planned, None), is_live=True)
                    continue
                # A target that cannot be reached must not stop a review: the plan against the base
                # is shown, with the reason.
                except (ProviderError, SettingsError) as error:
                    why = error.message
            of_base = _as_of_base(target, compiled)
            planned = plan_target(target, of_base, wanted, options=NOTHING_DECIDED)
            yield TargetPlan(within_limits(target, planned, None), is_live=False, why=why)


def _as_of_base(target: Target, compiled: Sequence[Resource]) -> Held:
    """Return the state of a target that has the resources of the base."""
    return Held(
        kept=tuple(Intact(resource, resource.digest) for resource in wanted_by(target, compiled))
    )


def has_policies(base: Base) -> bool:
    """Return whether the base has any file below `policies/`.

    An unreadable policy counts, too: a broken file must not switch off all policies.
    """
    unread = (finding.problem.at.path for finding in base.findings)
    # The first change of a repository has no policies to be judged by, so its own apply.
    return any(path.parts[0] == "policies" for path in (*base.catalog.texts, *unread))


def governed(catalog: Catalog, base: Base) -> Catalog:
    """Return a catalog with the base's `GOVERNED` kinds, if the base has policies."""
    if not has_policies(base):
        return catalog
    return governed_by(catalog, base.catalog, GOVERNED)
