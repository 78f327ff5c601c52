"""An alert that often pages without an incident.

## What it does

Reads the result of a backtest (`check --evidence`) and counts the alert-tier episodes of each
objective that overlap an incident. For a service without recorded incidents, significant events
count instead. An alert with a precision below 90 % is reported. Below 50 % the message says that
it is broken. Options: `minPrecision` (90 %), `brokenBelow` (50 %), and `minEpisodes` (3), the
number of episodes below which an alert is not judged.

## Why it matters

After two false pages, the on-call engineer does not hurry for the third one.

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

Rob Ewaschuk, *My Philosophy on Alerting*: an alert that is right less than half of the time is
broken, and even 10 % false positives deserve attention.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reliability.check.context import Context
from reliability.check.facts.evidence import ALERT_TIER, BacktestEvidence, FiredEvidence
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.rule_options import AlertPrecisionOptions
from reliability.render.numbers import whole_percent
from reliability.resolve.objectives import Objective


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="evidence")
def alert_precision_low(context: Context) -> Iterator[Problem]:
    """Count the pages of each objective that overlap an incident."""
    if context.evidence is None:
        return
    options = context.options(AlertPrecisionOptions)
    for objective in context.objectives:
        for tier, fired in context.evidence.rows(objective):
            if tier in _paging_tiers(objective) and fired.episodes >= options.min_episodes:
                yield from _problem(objective, fired, context.evidence, options=options)


def _paging_tiers(objective: Objective) -> set[str]:
    return {alert.tier for alert in objective.alerts} & {ALERT_TIER}


def _problem(
    objective: Objective,
    fired: FiredEvidence,
    evidence: BacktestEvidence,
    options: AlertPrecisionOptions,
) -> Iterator[Problem]:
    right, count = _true_positives(objective, fired, evidence), len(fired.intervals)
    if not count or Fraction(right, count) >= options.min_precision or objective.source is None:
        return

    precision = Fraction(right, count)
    values = {
        "right": right,
        "count": count,
        "objective": objective.identity,
        "precision": whole_percent(precision),
    }
    if precision < options.broken_below:
        message = Message(
            "{right} of {count} pages for {objective} ({precision}) overlap an incident; "
            "below {limit} an alert is broken",
            **values,
            limit=whole_percent(options.broken_below),
        )
    else:
        message = Message(
            "{right} of {count} pages for {objective} ({precision}) overlap an incident; "
            "the minimum is {limit}",
            **values,
            limit=whole_percent(options.min_precision),
        )

    source = objective.source
    yield Problem(
        source.policy.at("spec", "objectives", source.index, "slo"),
        message,
        Message("record missing incidents in incidents.yaml, or move the alert to the ticket tier"),
        subject=objective.identity,
    )


def _true_positives(objective: Objective, fired: FiredEvidence, evidence: BacktestEvidence) -> int:
    """Return the number of episodes that overlap an incident of the objective."""
    events = [
        event
        for event in (*evidence.incidents, *evidence.incidents_without_history)
        if event.concerns(objective.service, objective.slo_name)
    ]
    return sum(any(episode.touches(event) for event in events) for episode in fired.intervals)
