"""A rule of the game that stands in a service's directory.

## What it does

Finds documents that belong to whoever owns the rules of the game (a policy, a team, window sets,
waivers, the baseline, sources, targets) below `services/`. Waivers, a baseline and settings of
rules that stand there do not count.

## Why it matters

A service's directory belongs to its team: by CODEOWNERS they merge alone what stands in it. Waivers
there would be excuses that a team gives itself.

## Example

```yaml bad
# services/attendance/waivers.yaml
apiVersion: reliability/v1
kind: Waivers  # <- policy-misplaced
metadata: {name: attendance}
spec:
  waivers:
    - rule: policy-misplaced
      service: attendance
      reason: We excuse ourselves
      approver: "@lead-workforce"
      until: 2027-01-31
```

```yaml good
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers: []
```

## Source

The layout of this repository: `policies/` is written by whoever owns the rules of the game.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import service_directory
from reliability.model.baseline import Baseline
from reliability.model.error_budget import ErrorBudgetPolicy
from reliability.model.history import HistorySources
from reliability.model.kind import Kind
from reliability.model.notification import NotificationPolicy
from reliability.model.rule_policy import RulePolicy, Waivers
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.model.targets import SyncTargets
from reliability.model.team import Team

POLICIES: Final[tuple[type[Kind], ...]] = (
    Baseline,
    BurnRateWindows,
    ErrorBudgetPolicy,
    HistorySources,
    NotificationPolicy,
    RulePolicy,
    SloPolicy,
    SyncTargets,
    Team,
    Waivers,
)


@catalog_rule(severity=Severity.ERROR, since="0.2")
def policy_misplaced(context: Context) -> Iterator[Problem]:
    """Look for kinds of policies/ in the directories of services."""
    for kind in POLICIES:
        for located in context.catalog.each(kind):
            service = service_directory(located.document.path)
            if service is not None:
                message = (
                    f"{located.value.kind} stands in the directory of {service}, whose team owns it"
                )
                folder = "policies/teams/" if kind is Team else "policies/"
                yield Problem(located.at("kind"), message, f"move it to {folder}")
