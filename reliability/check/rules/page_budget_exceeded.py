"""More pages than a person can take.

## What it does

Reads the result of a backtest (`check --evidence`), adds up the episodes of the alert tier of each
team's services, and compares them with the `pageBudget` of the NotificationPolicy: `perWeek` on
average over the known weeks, `perShift` in every shift of 12 hours (from midnight and noon UTC).
Options: `shift` (12h), and `maxShiftsOver` (0 %), the share of shifts that may be over the budget.

## Why it matters

Two incidents in a shift leave time to understand, mend and write down. With more, people learn to
acknowledge and go back to sleep.

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

Site Reliability Engineering, chapter 11: at most two incidents in a shift of twelve hours.
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
from reliability.check.wording import number_text
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart, Located
from reliability.model.notification import PageBudget
from reliability.model.rule_options import PageBudgetOptions
from reliability.model.team import Team
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = "mend what pages the most, make it a ticket, or promise what can be kept"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Paged = list[tuple[Objective, FiredEvidence]]


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="evidence")
def page_budget_exceeded(context: Context) -> Iterator[Problem]:
    """Add up the pages of each team."""
    evidence = context.evidence
    if evidence is None:
        return
    options = context.options(PageBudgetOptions)
    policy = context.notification
    budget = policy.spec.page_budget if policy else PageBudget()
    for team in context.catalog.each(Team):
        paged = list(_pages(team.value.metadata.name, evidence, context))
        yield from _weeks(team, paged, budget)
        yield from _shifts(team, paged, (budget, options), evidence.span)


def _pages(
    team: str, evidence: BacktestEvidence, context: Context
) -> Iterator[tuple[Objective, FiredEvidence]]:
    for objective in context.objectives:
        loud = {alert.tier for alert in objective.alerts} & {ALERT_TIER}
        if objective.team == team and loud:
            yield from ((objective, row) for tier, row in evidence.rows(objective) if tier in loud)


def _weeks(team: Located[Team], paged: Paged, budget: PageBudget) -> Iterator[Problem]:
    a_week = sum(fired.per_week for _, fired in paged)
    if a_week <= budget.per_week:
        return
    objective, most = max(paged, key=lambda each: each[1].per_week)
    message = (
        f"{team.value.metadata.name} would get {a_week:.1f} pages a week, and the budget is "
        f"{number_text(budget.per_week)}; the most, {most.per_week:.1f}, "
        f"for {objective.identity} of {objective.service}"
    )
    yield Problem(team.at("spec", "onCall", part=EntryPart.KEY), message, HELP, subject="perWeek")


def _shifts(
    team: Located[Team],
    paged: Paged,
    limits: tuple[PageBudget, PageBudgetOptions],
    span: EvidenceSpan,
) -> Iterator[Problem]:
    budget, options = limits
    starts = (each.start for _, fired in paged for each in fired.intervals)
    shifts = Counter(_shift(start, options.shift) for start in starts)
    over = {shift: count for shift, count in shifts.items() if count > budget.per_shift}
    all_of_them = _shift(span.end, options.shift) - _shift(span.start, options.shift) or 1
    if len(over) > options.max_shifts_over * all_of_them:
        worst = max(over, key=lambda shift: (over[shift], -shift))
        day = (EPOCH + worst * options.shift).date()
        message = (
            f"{team.value.metadata.name} would get more than {number_text(budget.per_shift)} pages "
            f"in {len(over)} of {all_of_them} shifts of {duration_text(options.shift)}; "
            f"{over[worst]} in that of {day}"
        )
        at = team.at("spec", "onCall", part=EntryPart.KEY)
        yield Problem(at, message, HELP, subject="perShift")


def _shift(moment: datetime, length: timedelta) -> int:
    return (moment - EPOCH) // length
