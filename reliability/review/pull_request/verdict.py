"""The verdict: whether a change may be merged as it is, and what blocks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reliability.approval import Role
from reliability.check.changes.approvals import is_recorded
from reliability.check.context import Context
from reliability.finding import Finding, Severity
from reliability.model.team import Team
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured

BUDGET = "page-budget-exceeded"
MISSED = "incident-missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewVerdict:
    """Everything that blocks a change.

    `missing` are the roles whose approval is missing, `unapproved` the services without approvers.
    `missed` counts past incidents that would no longer page, and `missed_events` significant events
    that are derived from the budget. `is_recorded` says that a document records an approval.
    `over` are teams whose page budget is exceeded by more pages than before. `blocking` are the new
    findings that need an approval, or are at or above `--fail-on`; `errors` counts those of them
    that only a fix or a waiver excuses.
    `committed` counts files that the change commits to the history store. `overlap` are files that
    the base branch has changed as well since the branch point.
    """

    missing: tuple[Role, ...]
    unapproved: tuple[str, ...]
    missed: int
    over: tuple[str, ...]
    errors: int
    blocking: tuple[Finding, ...] = ()
    committed: int = 0
    missed_events: int = 0
    is_recorded: bool = False
    overlap: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing blocks the change."""
        return not (self.missing or self.missed or self.missed_events or self._is_refused)

    @property
    def waits_for_approval(self) -> bool:
        """Whether only approvals are missing; a missed incident needs them, too."""
        return bool(self.missing) and not self._is_refused

    @property
    def _is_refused(self) -> bool:
        return bool(self.unapproved or self.over or self.errors or self.committed or self.overlap)


def verdict(
    new: Iterable[Finding],
    required_approvals: Iterable[ServiceApproval],
    measured: MeasuredChange | NotMeasured,
    context: Context,
    limit: Severity | None,
) -> ReviewVerdict:
    """Judge the new findings; `limit` is the lowest severity that blocks, None for none."""
    counted = [finding for finding in new if finding.waiver is None]
    over = tuple(_over(counted, measured, context))
    blocking = tuple(
        finding
        for finding in counted
        if finding.problem.requires is not None or (limit is not None and finding.severity >= limit)
    )
    errors = [
        finding
        for finding in blocking
        if finding.problem.requires is None and not (over and finding.rule == BUDGET)
    ]
    open_asks = [approval for approval in required_approvals if not approval.is_met]
    missing = dict.fromkeys(role for approval in open_asks for role in approval.missing)
    missed = [each.problem for each in counted if each.rule == MISSED]
    derived = [problem.is_derived for problem in missed if problem.severity is None]

    return ReviewVerdict(
        missing=tuple(missing),
        unapproved=tuple(approval.subject for approval in open_asks if not approval.missing),
        missed=derived.count(False),
        missed_events=derived.count(True),
        is_recorded=is_recorded(missing, context),
        over=over,
        errors=len(errors),
        blocking=blocking,
        committed=len(measured.committed) if isinstance(measured, NotMeasured) else 0,
    )


def _over(
    counted: Iterable[Finding], measured: MeasuredChange | NotMeasured, context: Context
) -> Iterable[str]:
    """Yield the teams over their page budget that would get more pages than before."""
    if isinstance(measured, NotMeasured):
        return
    paths = {finding.problem.at.path for finding in counted if finding.rule == BUDGET}
    for team in context.catalog.documents(Team):
        name = team.value.metadata.name
        services = {objective.service for objective in context.objectives if objective.team == name}
        # A team that was over its budget before may still merge a change that does not add pages,
        # or it could never get better.
        if team.document.path in paths and measured.pages_more(services):
            yield name
