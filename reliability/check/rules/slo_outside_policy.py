"""An SLO has a window or a target that the SLO policy does not allow.

## What it does

Compares periods and targets with `periods` and `targets` of the SloPolicy, where these are
written. It is silent where `burn-period-mismatch`, `burn-alert-impossible` or
`slo-objective-unreachable` speaks of the same number.

## Why it matters

Promises over the same window can be compared and reviewed in one rhythm, and a bound is where the
platform team says what it can defend.

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

The SloPolicy of this repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reliability.check.context import Context
from reliability.check.lookups.burn import impossible, is_unreachable, mismatches
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.model.slo_policy import SloPolicySpec
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_outside_policy(context: Context) -> Iterator[Problem]:
    """Compare every window and target with what is allowed."""
    policy = context.slo_policy
    if policy is None:
        return
    if "periods" in policy.spec.model_fields_set:
        said = {id(each.slo.value) for each in mismatches(context)}
        for slo in context.catalog.each(Slo):
            if id(slo.value) not in said:
                yield from _window(slo, policy.spec)
    if "targets" in policy.spec.model_fields_set:
        lowest, highest = policy.spec.targets.min, policy.spec.targets.max
        for objective in context.objectives:
            outside = not lowest <= objective.target <= highest
            if outside and not _is_said(objective, context):
                yield _target(objective, lowest, highest)


def _is_said(objective: Objective, context: Context) -> bool:
    if is_unreachable(objective.target, objective.period):
        return True
    return impossible(objective, context) is not None


def _window(slo: Located[Slo], policy: SloPolicySpec) -> Iterator[Problem]:
    if slo.value.period not in policy.periods:
        allowed = listed(map(duration_text, policy.periods), "or")
        message = (
            f"the window is {duration_text(slo.value.period)}, and the policy allows {allowed}"
        )
        at = slo.at("spec", "timeWindow", 0, "duration")
        yield Problem(at, message, f"write {duration_text(policy.periods[0])}")


def _target(objective: Objective, lowest: Decimal, highest: Decimal) -> Problem:
    percent = objective.slo.value.spec.objectives[objective.index].target is None
    key = "targetPercent" if percent else "target"
    at = objective.slo.at("spec", "objectives", objective.index, key)
    message = f"the target is {objective.target}, and the policy allows {lowest} to {highest}"
    return Problem(at, message, "choose one in between, or change the policy with a reason")
