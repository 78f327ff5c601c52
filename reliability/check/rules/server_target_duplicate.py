"""A sync target that two servers of one environment have.

## What it does

Finds sync targets that are the `target` or a replica of two servers of one environment, or twice of
one.

## Why it matters

Each series of an environment is on exactly one of its servers. If two of them have the same sync
target, the target gets the rules of both: every error budget of a shard then counts the events of
the other one, too.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers:
        - {name: eu, target: prometheus-eu}
        - {name: us, target: prometheus-eu}  # <- server-target-duplicate
      ruler: {target: global-ruler}
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers:
        - {name: eu, target: prometheus-eu}
        - {name: us, target: prometheus-us}
      ruler: {target: global-ruler}
```

## Source

Prometheus, "Federation": with hierarchical federation, each server has a part of the targets.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import DeclaredEnvironment, declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def server_target_duplicate(context: Context) -> Iterator[Problem]:
    """Compare the targets of the servers of each environment."""
    for environment in declared_environments(context.catalog).values():
        yield from _in_environment(environment)


def _in_environment(environment: DeclaredEnvironment) -> Iterator[Problem]:
    first: dict[str, tuple[str, Pointer]] = {}
    for name, server, route in environment.servers():
        replicas = [(*route, "replicas", index) for index in range(len(server.replicas))]
        for target, where in zip(server.targets, [(*route, "target"), *replicas], strict=True):
            other, before = first.setdefault(target, (name, where))
            if before == where:
                continue
            message = Message(
                "{target} is already a target of {server}, and each server needs its own",
                target=target,
                server=other,
            )
            related = Label(environment.at(*before), Message("the first one"))
            help_text = Message("name another sync target")
            yield Problem(environment.at(*where), message, help_text, related=(related,))
