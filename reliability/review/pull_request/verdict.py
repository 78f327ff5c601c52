"""Whether a change may go in as it is, and if not, every reason in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reliability.approval import Role
from reliability.check.context import Context
from reliability.finding import Finding, Severity
from reliability.model.team import Team
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured

BUDGET = "page-budget-exceeded"
MISSED = "incident-missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewVerdict:
    """Everything that stands in the way.

    `missing` are the roles whose approval is needed, `unapproved` services with nobody to ask;
    `missed` incidents would no longer page; `over` are teams whose page budget is exceeded by more
    pages than before; `errors` count what else `--fail-on` names. `committed` counts files that
    the change puts where the past of its SLIs is read from. `overlap` are files that were changed
    on the base branch, too, since the change left it.
    """

    missing: tuple[Role, ...]
    unapproved: tuple[str, ...]
    missed: int
    over: tuple[str, ...]
    errors: int
    committed: int = 0
    overlap: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing does."""
        return not (self.missing or self.missed or self._is_refused)

    @property
    def waits_for_approval(self) -> bool:
        """Whether approvals by people who are named would do; a missed incident needs them, too."""
        return bool(self.missing) and not self._is_refused

    @property
    def _is_refused(self) -> bool:
        return bool(self.unapproved or self.over or self.errors or self.committed or self.overlap)


def verdict(
    new: Iterable[Finding],
    asked: Iterable[ServiceApproval],
    measured: MeasuredChange | NotMeasured,
    context: Context,
    limit: Severity | None,
) -> ReviewVerdict:
    """Judge the findings that the change brings; `limit` is the least severity that counts."""
    counted = [finding for finding in new if finding.waiver is None]
    over = tuple(_over(counted, measured, context))
    least = [finding for finding in counted if limit is not None and finding.severity >= limit]
    errors = [
        finding
        for finding in least
        if finding.problem.requires is None and not (over and finding.rule == BUDGET)
    ]
    open_asks = [approval for approval in asked if not approval.is_met]
    missing = dict.fromkeys(role for approval in open_asks for role in approval.missing)

    return ReviewVerdict(
        missing=tuple(missing),
        unapproved=tuple(approval.subject for approval in open_asks if not approval.missing),
        missed=sum(finding.rule == MISSED for finding in counted),
        over=over,
        errors=len(errors),
        committed=len(measured.committed) if isinstance(measured, NotMeasured) else 0,
    )


def _over(
    counted: Iterable[Finding], measured: MeasuredChange | NotMeasured, context: Context
) -> Iterable[str]:
    """Teams over their page budget, where the change brings them more pages."""
    if isinstance(measured, NotMeasured):
        return
    paths = {finding.problem.at.path for finding in counted if finding.rule == BUDGET}
    for team in context.catalog.each(Team):
        name = team.value.metadata.name
        services = {objective.service for objective in context.objectives if objective.team == name}
        if team.document.path in paths and measured.pages_more(services):
            yield name
