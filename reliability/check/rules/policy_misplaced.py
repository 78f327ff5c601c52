"""A policy in a service's directory.

## What it does

Finds documents below `services/` that belong in `policies/`: policies, teams, window sets, waivers,
the baseline, history sources and sync targets. Waivers, a baseline and rule settings in a service's
directory have no effect.

## Why it matters

CODEOWNERS lets a team merge changes of its service's directory alone. A team could otherwise waive
findings of its own service.

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
      reason: We waive our own findings
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

The layout of this repository: the team that owns the policies owns `policies/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import service_directory
from reliability.message import Message
from reliability.model.baseline import Baseline
from reliability.model.environments import Environments
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
    Environments,
    ErrorBudgetPolicy,
    HistorySources,
    NotificationPolicy,
    RulePolicy,
    SloPolicy,
    SyncTargets,
    Team,
    Waivers,
)


@catalog_rule(severity=Severity.ERROR, since="0.1")
def policy_misplaced(context: Context) -> Iterator[Problem]:
    """Look for kinds that belong in `policies/` in the directories of services."""
    for kind in POLICIES:
        for located in context.catalog.documents(kind):
            service = service_directory(located.document.path)
            if service is not None:
                folder = "policies/teams/" if kind is Team else "policies/"
                message = Message(
                    "{kind} is in the directory of {service}, and belongs in {folder}",
                    kind=located.value.kind,
                    service=service,
                    folder=folder,
                )
                help_text = Message("move it to {folder}", folder=folder)
                yield Problem(located.at("kind"), message, help_text)
