"""A server that gets no rules, because no environment names it.

## What it does

If environments are declared, finds servers of rules and folders of Kubernetes manifests that no
environment names. Other files and Alertmanagers get what all environments have in common.

## Why it matters

Rules are synced to the servers of their environments. A server that no environment names gets none:
its rules from before are deleted, and its alerts stop.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus-a, provider: prometheus, url: "http://a.example:9090", folder: /etc/a}
    - name: prometheus-b  # <- target-without-environment
      provider: prometheus
      url: "http://b.example:9090"
      folder: /etc/b
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers: [{name: production, target: prometheus-a}]
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus-a, provider: prometheus, url: "http://a.example:9090", folder: /etc/a}
    - {name: prometheus-b, provider: prometheus, url: "http://b.example:9090", folder: /etc/b}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers: [{name: production, target: prometheus-a, replicas: [prometheus-b]}]
```

## Source

Prometheus, "Configuration": a server evaluates the rules of its own `rule_files`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.targets import (
    AlertmanagerTarget,
    KubernetesTarget,
    RepositoryTarget,
    SyncTargets,
)


@rule(on=SyncTargets, severity=Severity.WARNING, since="0.1")
def target_without_environment(
    located: Located[SyncTargets], context: Context
) -> Iterator[Problem]:
    """Look up each server of rules in the environments."""
    declared = declared_environments(context.catalog)
    if not declared or not context.is_whole("policies"):
        return
    named = {target for each in declared.values() for target in each.value.all_targets}
    for index, target in enumerate(located.value.spec.targets):
        # Manifests are for one cluster, whose Prometheus evaluates the rules of an environment.
        is_common = isinstance(target, RepositoryTarget | AlertmanagerTarget) and not isinstance(
            target, KubernetesTarget
        )
        if not is_common and target.name not in named:
            message = Message(
                "no environment names {target}, so the server gets no rules", target=target.name
            )
            help_text = Message(
                "add it to `servers` of an environment, or to `replicas` of a server"
            )
            yield Problem(located.at("spec", "targets", index, "name"), message, help_text)
