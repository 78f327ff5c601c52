"""An override for an environment in which its service does not run.

## What it does

Finds overrides in SLOs and alert policies for an environment that the ownership of the service does
not list.

## Why it matters

The override has no effect. Either the service does run there, and its SLOs are missing, or the
override is left over and misleads its reader.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments: [{name: production}, {name: staging}]
# services/attendance/ownership.yaml
kind: Ownership
spec:
  environments: {production: {}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      environments:
        staging:  # <- environment-override-unused
          tiers: {fast: ticket}
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments: [{name: production}, {name: staging}]
# services/attendance/ownership.yaml
kind: Ownership
spec:
  environments: {production: {}, staging: {}}
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

The layout of this repository: the ownership of a service lists where it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments, runs_in
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart, Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.resolve.environments.placements import owners


@catalog_rule(severity=Severity.WARNING, since="0.1")
def environment_override_unused(context: Context) -> Iterator[Problem]:
    """Compare the environments of overrides with those of their service."""
    declared = declared_environments(context.catalog)
    running = owners(context.catalog) if declared else {}
    for located, route, service, name in _overrides(context.catalog) if declared else ():
        environment = declared.get(name)
        if environment is not None and not runs_in(service, environment.value, running):
            message = Message(
                "{service} does not run in {environment}, so this override has no effect",
                service=service,
                environment=name,
            )
            help_text = Message(
                "remove it, or add {environment} to `environments` of the ownership",
                environment=name,
            )
            yield Problem(located.at(*route, part=EntryPart.KEY), message, help_text)


def _overrides(catalog: Catalog) -> Iterator[tuple[Located[Any], Pointer, str, str]]:
    """Yield the document, the route, the service and the environment of each override."""
    for slo in catalog.documents(Slo):
        for override in slo.value.overrides:
            route = ("metadata", "annotations", override.annotation)
            yield slo, route, slo.value.spec.service, override.environment
    for policy in catalog.documents(AlertPolicy):
        for key in ("objectives", "signals"):
            for index, entry in enumerate(getattr(policy.value.spec, key)):
                for name in entry.environments:
                    where: Pointer = ("spec", key, index, "environments", name)
                    yield policy, where, policy.value.spec.service, name
