"""An override with a tier above the highest tier of its environment.

## What it does

Finds overrides of tiers in alert policies that are above `highestTier` of their environment. In a
pull request, `highestTier` is that of the base.

## Why it matters

`highestTier` is a policy: staging, for example, wakes nobody up. An alert compiles with the highest
tier at most, so the tier in the override has no effect, and whoever wrote it expects a page.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: staging, highestTier: ticket}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      environments:
        staging:
          tiers: {fast: alert}  # <- environment-tier-exceeded
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: staging, highestTier: ticket}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      environments:
        staging:
          tiers: {fast: ticket}
```

## Source

Site Reliability Engineering, chapter 11: pages are for events that need a person at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertOverrides, AlertPolicy
from reliability.model.kind import TIERS, Tier


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def environment_tier_exceeded(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    """Compare the tiers of overrides with the highest tier of their environment."""
    highest: dict[str, Tier] = {
        # A raised highest tier counts once it was approved and merged.
        name: environment.value.highest_tier
        for side in (context.catalog, context.policies)
        for name, environment in declared_environments(side).items()
    }
    for environment, route, tier in _overrides(policy.value):
        limit = highest.get(environment, tier)
        if TIERS.index(tier) < TIERS.index(limit):
            message = Message(
                "tier {tier} is above {limit}, the highest tier of {environment}, so it has no "
                "effect",
                tier=tier,
                limit=limit,
                environment=environment,
            )
            help_text = Message(
                "write {limit}, or raise `highestTier` of {environment}",
                limit=limit,
                environment=environment,
            )
            yield Problem(policy.at(*route), message, help_text)


def _overrides(policy: AlertPolicy) -> Iterator[tuple[str, Pointer, Tier]]:
    """Yield the environment, the route and the tier of each override."""
    for index, entry in enumerate(policy.spec.objectives):
        for name, override in entry.environments.items():
            where: Pointer = ("spec", "objectives", index, "environments", name)
            for route, tier in _of_entry(override):
                yield name, (*where, *route), tier
    for index, signal in enumerate(policy.spec.signals):
        for name, written in signal.environments.items():
            yield name, ("spec", "signals", index, "environments", name, "tier"), written.tier


def _of_entry(override: AlertOverrides) -> Iterator[tuple[Pointer, Tier]]:
    if override.tiers.fast is not None:
        yield ("tiers", "fast"), override.tiers.fast
    if override.tiers.slow is not None:
        yield ("tiers", "slow"), override.tiers.slow
    if override.no_data is not None:
        yield ("noData", "tier"), override.no_data.tier
