"""An SLO period or a target that the SLO policy does not allow.

## What it does

Compares the periods and targets of SLOs with `periods` and `targets` of the SloPolicy. The defaults
are 30d, 28d and 7d, and 0.9 to 0.9999; they also hold without a SloPolicy. A number that
`burn-period-mismatch`, `burn-alert-impossible` or `slo-objective-unreachable` reports is not
reported again.

## Why it matters

SLOs over the same period can be compared and reviewed together. With the bounds, the platform team
says which targets it can support.

## Example

```yaml bad
# policies/slo.yaml
kind: SloPolicy
spec:
  targets: {min: 0.9, max: 0.9995}
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.9999  # <- slo-outside-policy
```

```yaml good
# policies/slo.yaml
kind: SloPolicy
spec:
  targets: {min: 0.9, max: 0.9995}
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

## Source

The SloPolicy of this repository, or its defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reliability.check.context import Context
from reliability.check.lookups.burn import impossible, is_unreachable, mismatches
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message, listed
from reliability.model.openslo.slo import Slo
from reliability.model.slo_policy import SloPolicySpec
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_outside_policy(context: Context) -> Iterator[Problem]:
    """Compare each period and target with what the policy allows."""
    spec = context.slo_policy.spec if context.slo_policy else SloPolicySpec()
    reported = {id(mismatch.slo.value) for mismatch in mismatches(context)}
    for slo in context.catalog.documents(Slo):
        if id(slo.value) not in reported:
            yield from _period(slo, spec)

    lowest, highest = spec.targets.min, spec.targets.max
    for objective in context.objectives:
        is_outside = not lowest <= objective.target <= highest
        if is_outside and not _is_reported(objective, context):
            yield _target(objective, lowest, highest)


def _is_reported(objective: Objective, context: Context) -> bool:
    """Return whether another rule reports the target."""
    if is_unreachable(objective.target, objective.period):
        return True
    return impossible(objective, context) is not None


def _period(slo: Located[Slo], policy: SloPolicySpec) -> Iterator[Problem]:
    if slo.value.period not in policy.periods:
        message = Message(
            "the SLO period is {period}, and the SloPolicy allows {allowed}",
            period=duration_text(slo.value.period),
            allowed=listed(map(duration_text, policy.periods), "or"),
        )
        help_text = Message(
            "use {period}, or change periods of the SloPolicy",
            period=duration_text(policy.periods[0]),
        )
        yield Problem(slo.at("spec", "timeWindow", 0, "duration"), message, help_text)


def _target(objective: Objective, lowest: Decimal, highest: Decimal) -> Problem:
    is_percent = objective.slo.value.spec.objectives[objective.index].target is None
    key = "targetPercent" if is_percent else "target"
    at = objective.slo.at("spec", "objectives", objective.index, key)
    message = Message(
        "the target is {target}, and the SloPolicy allows {lowest} to {highest}",
        target=objective.target,
        lowest=lowest,
        highest=highest,
    )

    help_text = Message("use a target within these bounds, or change targets of the SloPolicy")
    return Problem(at, message, help_text)
