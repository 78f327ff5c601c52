"""All that a review is made of: both sides checked, replayed, compiled, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final

from reliability.approval import Approvals
from reliability.backtest import firing
from reliability.check.changes.renamed_catalog import as_named_now
from reliability.check.context import Context
from reliability.check.facts.facts import Facts
from reliability.check.rules import RULES
from reliability.check.suppression.waivers import pending
from reliability.errors import ProviderError, SettingsError, SourceError
from reliability.finding import Finding, Severity
from reliability.history.open import history_policy
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.load.committed import committed_below
from reliability.load.loader import unreadable_parts
from reliability.load.merge import Merge
from reliability.model.history import STORE, HistorySources
from reliability.model.kind import Model
from reliability.model.targets import SyncTargets, Target
from reliability.pipeline import Repository, check, compile_catalog, plan_target, replay_history
from reliability.plan.held import Held, Intact
from reliability.plan.options import NOTHING_DECIDED, PlanOptions
from reliability.plan.report import within_limits
from reliability.providers import ProviderAccess, open_provider, wanted_by
from reliability.providers.embedded import EMBEDDED
from reliability.providers.owner import owner_of
from reliability.resolve.objectives import objectives
from reliability.resource import Resource
from reliability.review.pull_request.approvals import asks, for_reviewers
from reliability.review.pull_request.approver_changes import approver_changes
from reliability.review.pull_request.diff import Touched, promise_changes, touched
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured
from reliability.review.pull_request.notified import notification_changes
from reliability.review.pull_request.reviewed import (
    FindingChanges,
    PolicySource,
    Reviewed,
    TargetPlan,
    compare,
)
from reliability.review.pull_request.verdict import verdict
from reliability.review.workspace import Workspace
from reliability.timespan import TimeSpan

GOVERNED: Final[tuple[type[Model], ...]] = (SyncTargets, HistorySources)
"""What says which hosts, folders and limits there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """What a review is told: the branch, who approved, what stands in the way, days to replay.

    `live` is whether targets are asked what they hold.
    """

    branch: str
    approvals: Approvals
    limit: Severity | None
    days: int | None
    live: bool = False


@dataclass(frozen=True, slots=True)
class ReviewSides:
    """Both sides of a change; the head may be the working tree or a commit."""

    base: Base
    head: Repository


def review(place: Workspace, merge: Merge, terms: ReviewTerms) -> tuple[Reviewed, list[Finding]]:
    """Review what a branch would have after a merge against what it has; and every finding."""
    base, head = merge.base, merge.head
    proposed = Repository(
        root=place.root,
        catalog=head.catalog,
        findings=tuple(head.findings),
        jobs=place.jobs,
        commit=head.commit,
    )

    changed = touched(base.catalog, proposed.catalog)
    context = _context(place.today, ReviewSides(base, proposed), terms)
    past = replace(base, catalog=as_named_now(context) or base.catalog)
    measured = _committed(place, merge) or _measured(
        place, ReviewSides(past, proposed), changed, days=terms.days
    )
    findings, changes = _found(
        ReviewSides(base, proposed), measured, context, approvals=terms.approvals
    )
    new = [finding for _, finding in changes.new]
    asked = asks(new, context)
    before = Context(today=place.today, catalog=past.catalog, broken=_broken(base.findings))
    reviewed = Reviewed(
        touched=changed,
        verdict=replace(
            verdict(new, asked, measured, context=context, limit=terms.limit),
            overlap=merge.overlapping,
        ),
        measured=measured,
        notification_changes=notification_changes(before, context),
        promises=promise_changes(context),
        asked=asked,
        approvals=terms.approvals,
        approvers=tuple(approver_changes(context)),
        found=changes,
        plans=tuple(_plans(place, ReviewSides(base, proposed), terms.live)),
        judges=_judges(base, terms, context),
    )

    return reviewed, findings


def _context(today: date, sides: ReviewSides, terms: ReviewTerms) -> Context:
    """What rules see; the base's policies hold, where it has some."""
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
    """Every finding of the change, and how they compare with those of the base."""
    base = sides.base
    known = measured if isinstance(measured, MeasuredChange) else None
    findings = check(
        sides.head,
        context.today,
        base,
        approvals=approvals,
        facts=Facts(known.evidence if known else None),
        judge=context.judge,
    )

    before = check(
        Repository(root=sides.head.root, catalog=base.catalog, findings=tuple(base.findings)),
        context.today,
        facts=Facts(known.evidence_before if known else None),
    )
    measuring = frozenset(rule.id for rule in RULES if rule.needs == "evidence")
    findings = [for_reviewers(finding, context) for finding in findings]

    return findings, compare(before, findings, measuring)


def _judges(base: Base, terms: ReviewTerms, context: Context) -> PolicySource:
    waiting = dict.fromkeys(waiver.approver for waiver in pending(context))
    own = context.judge is None
    return PolicySource(
        commit=base.commit,
        branch=terms.branch,
        own=own,
        unread=unread(base.findings),
        pending=tuple(waiting),
    )


def _broken(findings: Sequence[Finding]) -> frozenset[PurePosixPath]:
    return frozenset(
        finding.problem.at.path for finding in findings if finding.severity is Severity.ERROR
    )


def _committed(place: Workspace, merge: Merge) -> NotMeasured | None:
    """What the change commits into the store: its past would be the author's own."""
    declared = governed(merge.head.catalog, merge.base).only(HistorySources)
    store = declared.value.spec.store if declared else STORE
    files = committed_below(place.root, store, merge.start, head=merge.head.commit)
    if not files:
        return None
    why = f"the change commits {files[0]} to the history store {store}; remove it from Git"
    return NotMeasured(why, files)


def _measured(
    place: Workspace, sides: ReviewSides, changed: Touched, days: int | None
) -> MeasuredChange | NotMeasured:
    """Replay the services that the change touches; all of them where it changes policies."""
    names = frozenset() if changed.policies else frozenset(changed.services)
    catalog = governed(sides.head.catalog, sides.base)
    promised = {
        objective.service
        for side in (sides.base.catalog, catalog)
        for objective in objectives(side)
    }
    if changed.is_nothing or not (names & promised if names else promised):
        return NotMeasured("")

    try:
        governing = ReviewSides(sides.base, replace(sides.head, catalog=catalog))
        return _replayed(place.today, governing, names & promised, days=days)
    except SourceError as error:
        return NotMeasured(str(error))


def _replayed(
    today: date, sides: ReviewSides, names: frozenset[str], days: int | None
) -> MeasuredChange:
    policy = history_policy(sides.head.catalog)
    span = TimeSpan.before(today, timedelta(days=days) if days else policy.span)
    result = replay_history(sides.head, sides.base, firing.ReplayTerms(span), names=names)
    return MeasuredChange(result)


def _plans(place: Workspace, sides: ReviewSides, live: bool) -> Iterator[TargetPlan]:
    """What would change in each target of the base: in what it holds, or would hold by the base."""
    base, catalog = sides.base, sides.head.catalog
    if any(unreadable_parts((*sides.head.findings, *base.findings))):
        return  # what cannot be read would look deleted, or created

    declared = governed(catalog, base).only(SyncTargets)
    spec = declared.value.spec if declared else EMBEDDED
    compiled, _ = compile_catalog(base.catalog)
    wanted, _ = compile_catalog(catalog)
    owner = owner_of(place.root, spec)

    with ExitStack() as closing:
        access = ProviderAccess(
            root=place.root,
            allowed_hosts=spec.allowed_hosts,
            secret=place.secret,
            tell=place.note,
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
                except (ProviderError, SettingsError) as error:
                    why = str(error)
            of_base = _as_of_base(target, compiled)
            planned = plan_target(target, of_base, wanted, options=NOTHING_DECIDED)
            yield TargetPlan(within_limits(target, planned, None), is_live=False, why=why)


def _as_of_base(target: Target, compiled: Sequence[Resource]) -> Held:
    """A target that holds what the base compiles to."""
    return Held(
        kept=tuple(Intact(resource, resource.digest) for resource in wanted_by(target, compiled))
    )


def has_policies(base: Base) -> bool:
    """Whether the base has any file below `policies/`; the first change that brings some has not.

    Also of one that cannot be read: it was meant to hold.
    """
    unread = (finding.problem.at.path for finding in base.findings)
    return any(path.parts[0] == "policies" for path in (*base.catalog.texts, *unread))


def governed(catalog: Catalog, base: Base) -> Catalog:
    """A catalog with the base's targets and history sources, where the base has policies."""
    if not has_policies(base):
        return catalog
    located = {kind: of for kind, of in catalog.located.items() if kind not in GOVERNED}
    theirs = {kind: of for kind, of in base.catalog.located.items() if kind in GOVERNED}
    every = (document for of in (*located.values(), *theirs.values()) for document in of)
    return Catalog.of(every, catalog.files, catalog.raw, texts=catalog.texts)


def unread(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The files that cannot be read."""
    errors = (finding for finding in findings if finding.severity is Severity.ERROR)
    return tuple(sorted({error.problem.at.path.as_posix() for error in errors}))
