"""A team that gets more pages than its page budget allows.

## What it does

Reads the result of a backtest (`check --evidence`), counts the pages of each team, and compares
them with `pageBudget` of the NotificationPolicy. `perWeek` limits the average over the weeks with
data. `perShift` limits each shift of 12 hours, which start at midnight and noon UTC.

Options: `shift` (12h), and `maxShiftsOver` (0 %), the share of shifts that may exceed the budget.

## Why it matters

Two incidents in a shift leave time to find the cause, fix it and write the postmortem. With more,
on-call engineers acknowledge pages without looking into them.

## Example

```json evidence
{"slos": [{"new": {"episodes": 12, "per_week": 3.0, "intervals": []}}]}
```

```yaml bad
# policies/teams/workforce.yaml
kind: Team
spec:
  onCall:  # <- page-budget-exceeded
    pagerduty: {routingKey: file:/etc/alertmanager/secrets/pagerduty-key}
```

```yaml good
# policies/notification.yaml
kind: NotificationPolicy
spec:
  pageBudget: {perWeek: 4, perShift: 2}
```

## Source

Site Reliability Engineering, chapter 11: at most two incidents per 12-hour shift.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from reliability.check.context import Context
from reliability.check.facts.evidence import (
    ALERT_TIER,
    BacktestEvidence,
    EvidenceSpan,
    FiredEvidence,
)
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.message import Message
from reliability.model.notification import PageBudget
from reliability.model.rule_options import PageBudgetOptions
from reliability.model.team import Team
from reliability.render.numbers import number_text
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = Message(
    "fix what pages most, move it to the ticket tier, or set a target that the service meets"
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Paged = list[tuple[Objective, FiredEvidence]]


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="evidence")
def page_budget_exceeded(context: Context) -> Iterator[Problem]:
    """Compare the pages of each team with its budget."""
    evidence = context.evidence
    if evidence is None:
        return

    options = context.options(PageBudgetOptions)
    policy = context.notification
    budget = policy.spec.page_budget if policy else PageBudget()

    for team in context.catalog.documents(Team):
        paged = list(_pages(team.value.metadata.name, evidence, context))
        yield from _weeks(team, paged, budget)
        yield from _shifts(team, paged, (budget, options), span=evidence.span)


def _pages(
    team: str, evidence: BacktestEvidence, context: Context
) -> Iterator[tuple[Objective, FiredEvidence]]:
    """Yield the episodes of each objective of a team whose alerts page."""
    for objective in context.objectives:
        paging = {alert.tier for alert in objective.alerts} & {ALERT_TIER}
        if objective.team == team:
            rows = evidence.rows(objective)
            yield from ((objective, row) for tier, row in rows if tier in paging)


def _weeks(team: Located[Team], paged: Paged, budget: PageBudget) -> Iterator[Problem]:
    """Compare the average of pages per week with the budget."""
    known = [
        (fired.per_week, objective) for objective, fired in paged if fired.per_week is not None
    ]
    total = sum(rate for rate, _ in known)
    if total <= budget.per_week:
        return

    most, objective = max(known, key=lambda row: row[0])
    message = Message(
        "{team} would get {pages} pages per week, and the budget is {budget}; "
        "{objective} of {service} pages most, {most} per week",
        team=team.value.metadata.name,
        pages=f"{total:.1f}",
        budget=number_text(budget.per_week),
        objective=objective.identity,
        service=objective.service,
        most=f"{most:.1f}",
    )

    yield Problem(team.at("spec", "onCall", part=EntryPart.KEY), message, HELP, subject="perWeek")


def _shifts(
    team: Located[Team],
    paged: Paged,
    limits: tuple[PageBudget, PageBudgetOptions],
    span: EvidenceSpan,
) -> Iterator[Problem]:
    """Compare the share of shifts with too many pages with the share that is allowed."""
    budget, options = limits
    starts = (interval.start for _, fired in paged for interval in fired.intervals)
    shifts = Counter(_shift(start, options.shift) for start in starts)
    over = {shift: count for shift, count in shifts.items() if count > budget.per_shift}
    total = _shift(span.end, options.shift) - _shift(span.start, options.shift) or 1

    if len(over) > options.max_shifts_over * total:
        worst = max(over, key=lambda shift: (over[shift], -shift))
        message = Message(
            "{team} would get more than {budget} pages in {over} of {total} shifts of {length}; "
            "the worst shift, on {day}, has {worst}",
            team=team.value.metadata.name,
            budget=number_text(budget.per_shift),
            over=len(over),
            total=total,
            length=duration_text(options.shift),
            day=(EPOCH + worst * options.shift).date(),
            worst=over[worst],
        )
        at = team.at("spec", "onCall", part=EntryPart.KEY)
        yield Problem(at, message, HELP, subject="perShift")


def _shift(moment: datetime, length: timedelta) -> int:
    """Number the shifts since 1970, so that they start at the same hours on every day."""
    return (moment - EPOCH) // length
