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
    counted = [each for each in new if each.waiver is None]
    over = tuple(_over(counted, measured, context))
    least = [each for each in counted if limit is not None and each.severity >= limit]
    errors = [
        each
        for each in least
        if each.problem.requires is None and not (over and each.rule == BUDGET)
    ]
    open_asks = [each for each in asked if not each.is_met]
    missing = dict.fromkeys(role for each in open_asks for role in each.missing)
    return ReviewVerdict(
        missing=tuple(missing),
        unapproved=tuple(each.subject for each in open_asks if not each.missing),
        missed=sum(each.rule == MISSED for each in counted),
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
    paths = {each.problem.at.path for each in counted if each.rule == BUDGET}
    for team in context.catalog.each(Team):
        name = team.value.metadata.name
        services = {each.service for each in context.objectives if each.team == name}
        if team.document.path in paths and measured.pages_more(services):
            yield name
