"""An SLO with so little traffic that a single failure pages.

## What it does

Reads the result of a backtest (`check --evidence`). A pair of burn-rate windows fires at an error
ratio of factor x (1 - target). If its long window has fewer than 1 / (factor x (1 - target))
events, a single failure is enough. The number of events is the average over the time with data.
Entries with `minimumFailures` are not reported.

Options: `tiers`, the tiers that are checked (`[alert]`).

## Why it matters

One failed request pages the on-call engineer, most likely at night, when traffic is lowest.

There are four remedies: generate traffic with a synthetic probe, combine several services or
journeys into one SLO, lower the target or lengthen the SLO period, or require more than one failure
(`minimumFailures`).

## Example

```json evidence
{"objectives": [{"events": 33600}]}
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in  # <- slo-low-traffic
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      minimumFailures: 5
```

## Source

The Site Reliability Workbook, chapter 5, "Low-traffic services and error budget alerting".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.burnrate import (
    BurnRateAlert,
    SingleWindow,
    WindowPair,
    events_below_which_one_failure_pages,
)
from reliability.check.context import Context
from reliability.check.facts.evidence import BacktestEvidence, ObjectiveMeasurement
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.rule_options import SloLowTrafficOptions
from reliability.render.numbers import number_text
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = Message(
    "add a synthetic probe, combine it with other SLOs, lower the target, lengthen the SLO period, "
    "or set minimumFailures: 5"
)


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="evidence")
def slo_low_traffic(context: Context) -> Iterator[Problem]:
    """Compare the events of the long windows with the number below which one failure is enough."""
    if context.evidence is None:
        return
    tiers = context.options(SloLowTrafficOptions).tiers
    for objective in context.objectives:
        measured = context.evidence.of(objective)
        alerts = [alert for alert in objective.alerts if alert.tier in tiers]
        if measured is not None and alerts and not alerts[0].minimum_failures:
            yield from _problem(objective, alerts, measured, evidence=context.evidence)


def _problem(
    objective: Objective,
    alerts: list[BurnRateAlert],
    measured: ObjectiveMeasurement,
    evidence: BacktestEvidence,
) -> Iterator[Problem]:
    """Report the window in which a single failure exceeds the factor by most."""
    per_hour = _events_in(measured, evidence, timedelta(hours=1))
    if per_hour is None or objective.source is None:
        return

    pairs = [(alert, pair) for alert in alerts for pair in alert.pairs]
    sparse = [
        (alert, pair)
        for alert, pair in pairs
        if _events(per_hour, pair.long) < _needed(alert, pair)
    ]
    if not sparse:
        return
    alert, pair = min(sparse, key=lambda row: _events(per_hour, row[1].long) / _needed(*row))

    message = Message(
        "{window} of {objective} has {events} events on average; with fewer than {needed}, one "
        "failure fires the {tier} tier",
        window=duration_text(pair.long),
        objective=objective.identity,
        events=number_text(_events(per_hour, pair.long)),
        needed=number_text(_needed(alert, pair)),
        tier=alert.tier,
    )
    source = objective.source
    at = source.policy.at("spec", "objectives", source.index, "slo")
    yield Problem(at, message, HELP, subject=objective.identity)


def _events_in(
    measured: ObjectiveMeasurement, evidence: BacktestEvidence, window: timedelta
) -> float | None:
    """Return the average number of events in a window, over the time with data."""
    known = evidence.span.length * measured.coverage
    if measured.events is None or not known:
        return None
    return measured.events * (window / known)


def _events(per_hour: float, window: timedelta) -> float:
    return per_hour * (window / timedelta(hours=1))


def _needed(alert: BurnRateAlert, pair: WindowPair | SingleWindow) -> float:
    return events_below_which_one_failure_pages(pair.factor(alert.period), alert.target)
