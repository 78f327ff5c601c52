"""A promise with so few events that one failure would page.

## What it does

Reads the result of a backtest (`check --evidence`). A pair of burn-rate windows fires at an error
ratio of factor x (1 - target); where its long window holds fewer events than one over that, a
single failure is enough. Events are those of the measured span, on average over its known time.
Entries with `minimumFailures` have a way out already. Options: `tiers`, those in which one failure
must not be enough (`[alert]`).

## Why it matters

One user's hiccup wakes somebody, and at night, when there are fewer still, it does so again.

There are four ways out: make traffic (a synthetic probe), count several services or journeys as one
SLO, promise less or over a longer window, or ask for more than one failure (`minimumFailures`).

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
from reliability.check.wording import number_text
from reliability.finding import Problem, Severity
from reliability.model.rule_options import SloLowTrafficOptions
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = (
    "probe it, join it with others, promise less or for longer, "
    "or write minimumFailures: 5 in the entry"
)


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="evidence")
def slo_low_traffic(context: Context) -> Iterator[Problem]:
    """Compare the events that the long windows held with those that one failure needs."""
    if context.evidence is None:
        return
    tiers = context.options(SloLowTrafficOptions).tiers
    for objective in context.objectives:
        measured = context.evidence.of(objective)
        loud = [alert for alert in objective.alerts if alert.tier in tiers]
        if measured is not None and loud and not loud[0].minimum_failures:
            yield from _problem(objective, loud, measured, context.evidence)


def _problem(
    objective: Objective,
    alerts: list[BurnRateAlert],
    measured: ObjectiveMeasurement,
    evidence: BacktestEvidence,
) -> Iterator[Problem]:
    rate = _events_in(measured, evidence, timedelta(hours=1))
    if rate is None or objective.source is None:
        return
    pairs = [(alert, pair) for alert in alerts for pair in alert.pairs]
    short = [
        (alert, pair) for alert, pair in pairs if _held(rate, pair.long) < _needed(alert, pair)
    ]
    if not short:
        return
    alert, pair = min(short, key=lambda each: _held(rate, each[1].long) / _needed(*each))
    held, needed = _held(rate, pair.long), _needed(alert, pair)
    message = (
        f"{duration_text(pair.long)} of {objective.identity} hold {number_text(held)} events on "
        f"average, and under {number_text(needed)} one failure is enough for the tier {alert.tier}"
    )
    source = objective.source
    at = source.policy.at("spec", "objectives", source.index, "slo")
    yield Problem(at, message, HELP, subject=objective.identity)


def _events_in(
    measured: ObjectiveMeasurement, evidence: BacktestEvidence, window: timedelta
) -> float | None:
    known = evidence.span.length * measured.coverage
    if measured.events is None or not known:
        return None
    return measured.events * (window / known)


def _held(an_hour: float, window: timedelta) -> float:
    return an_hour * (window / timedelta(hours=1))


def _needed(alert: BurnRateAlert, pair: WindowPair | SingleWindow) -> float:
    return events_below_which_one_failure_pages(pair.factor(alert.period), alert.target)
