"""An environment in which services run, without a server that evaluates their rules.

## What it does

If `policies/targets.yaml` has servers, finds environments without `servers` and `ruler` in which at
least one service runs.

## Why it matters

Rules of an environment are synced to its servers. Without one, its rules are built and go nowhere:
the SLOs of its services have no data, and no alert fires.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers: [{name: production, target: prometheus}]
    - name: staging  # <- environment-without-targets
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers: [{name: production, target: prometheus}]
```

## Source

Site Reliability Engineering, chapter 6: a rule that nothing evaluates looks like a healthy service.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments, runs_in
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message, listed
from reliability.model.targets import KubernetesTarget, RepositoryTarget, SyncTargets, Target
from reliability.resolve.environments.placements import owners

SHOWN = 3


@catalog_rule(severity=Severity.ERROR, since="0.1")
def environment_without_targets(context: Context) -> Iterator[Problem]:
    """Find environments whose rules no server gets."""
    targets = context.catalog.only(SyncTargets)
    # Folders are taken by people or other tools, which know where each file belongs.
    if targets is None or not any(map(_is_server, targets.value.spec.targets)):
        return

    running = owners(context.catalog)
    for environment in declared_environments(context.catalog).values():
        services = [name for name in running if runs_in(name, environment.value, running)]
        if environment.value.rule_servers or not services:
            continue
        more = len(services) - SHOWN
        names = services[:SHOWN] if more < 1 else [*services[:SHOWN], _more(more)]
        message = Message(
            "{environment} has no server, so nothing evaluates the rules of {services}",
            environment=environment.value.name,
            services=listed(names),
        )
        help_text = Message(
            "add servers with a sync target, or list the environments of each service in its "
            "ownership"
        )
        yield Problem(environment.at("name"), message, help_text)


def _is_server(target: Target) -> bool:
    """Return whether the rules of one environment belong into a target."""
    return isinstance(target, KubernetesTarget) or not isinstance(target, RepositoryTarget)


def _more(count: int) -> Message:
    return Message.plural("{count} other service", "{count} other services", count)
