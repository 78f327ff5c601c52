"""An alert that pages while nothing is wrong.

## What it does

Reads the result of a backtest (`check --evidence`) and counts the episodes of each objective's
alert tier during which an incident was going on: one on record, or, for a service without any, a
significant event. Under 90 % is found; under 50 % the message says that the alert is broken.
Options: `minPrecision` (90 %), `brokenBelow` (50 %), and `minEpisodes` (3), the fewest that are
judged.

## Why it matters

Whoever is woken for nothing twice does not hurry the third time.

## Example

```json evidence
{"slos": [{"new": {"episodes": 3, "per_week": 0.75, "intervals": [
   {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T09:30:00Z"},
   {"start": "2026-11-05T02:10:00Z", "end": "2026-11-05T02:40:00Z"},
   {"start": "2026-11-09T02:10:00Z", "end": "2026-11-09T02:40:00Z"}]}}],
 "incidents": [{"start": "2026-11-02T08:50:00Z", "end": "2026-11-02T09:40:00Z", "new": "caught"}]}
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in  # <- alert-precision-low
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: ticket, slow: ticket}
      runbook: docs/runbooks/clock-in.md
```

## Source

Rob Ewaschuk, "My philosophy on alerting": an alert that is right less than half of the time is
broken, and 10 % of false ones deserve work.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reliability.check.context import Context
from reliability.check.facts.evidence import ALERT_TIER, BacktestEvidence, FiredEvidence
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.model.rule_options import AlertPrecisionOptions
from reliability.resolve.objectives import Objective


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="evidence")
def alert_precision_low(context: Context) -> Iterator[Problem]:
    """Count the pages that an incident stands behind."""
    if context.evidence is None:
        return
    options = context.options(AlertPrecisionOptions)
    for objective in context.objectives:
        for tier, fired in context.evidence.rows(objective):
            if tier in _loud(objective) and fired.episodes >= options.min_episodes:
                yield from _judged(objective, fired, context.evidence, options)


def _loud(objective: Objective) -> set[str]:
    return {alert.tier for alert in objective.alerts} & {ALERT_TIER}


def _judged(
    objective: Objective,
    fired: FiredEvidence,
    evidence: BacktestEvidence,
    options: AlertPrecisionOptions,
) -> Iterator[Problem]:
    right, count = _right(objective, fired, evidence), len(fired.intervals)
    if not count or Fraction(right, count) >= options.min_precision or objective.source is None:
        return
    share = _percent(Fraction(right, count))
    limit = f"at least {_percent(options.min_precision)} should have"
    if Fraction(right, count) < options.broken_below:
        limit = f"under {_percent(options.broken_below)} an alert is broken"
    message = (
        f"{right} of {count} pages for {objective.identity} ({share}) had an incident behind "
        f"them, and {limit}"
    )
    source = objective.source
    at = source.policy.at("spec", "objectives", source.index, "slo")
    yield Problem(
        at,
        message,
        "write down what was missed in incidents.yaml, or make it a ticket",
        subject=objective.identity,
    )


def _right(objective: Objective, fired: FiredEvidence, evidence: BacktestEvidence) -> int:
    events = [
        event
        for event in (*evidence.incidents, *evidence.incidents_without_history)
        if event.concerns(objective.service, objective.slo_name)
    ]
    return sum(any(each.touches(event) for event in events) for each in fired.intervals)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.0f} %"
