"""An environment that waits for files which nobody is asked about.

## What it does

Finds `after` of an environment if rules of an earlier one are written as files in the repository,
by a target with `provider: kubernetes` or `files`.

## Why it matters

`sync` writes an environment once the rules of the earlier one are loaded and evaluated. It cannot
see that of files: Argo CD, Flux or a person applies them later. One sync writes the files of all
environments, and one commit rolls out all of them at once. [A branch for each
environment](../../guides/environments.md#one-branch-for-each-environment) keeps the order.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: staging, provider: kubernetes, folder: manifests/staging}
    - {name: production, provider: kubernetes, folder: manifests/production}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      after: staging  # <- environment-order-not-verified
      servers: [{name: production, target: production}]
    - name: staging
      selectorLabels: {env: staging}
      servers: [{name: staging, target: staging}]
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  allowedHosts: [prometheus.example.internal]
  targets:
    - name: staging
      provider: prometheus
      url: http://prometheus.example.internal:9090
      folder: /etc/prometheus/reliability
    - {name: production, provider: kubernetes, folder: manifests/production}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      after: staging
      servers: [{name: production, target: production}]
    - name: staging
      selectorLabels: {env: staging}
      servers: [{name: staging, target: staging}]
```

## Source

Site Reliability Engineering, chapter 8: a change is rolled out in stages, each after the one before
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.targets import RepositoryTarget, SyncTargets
from reliability.resolve.declared_targets import takes_rules

HELP: Final = Message(
    "deliver each environment from a branch of its own (docs/guides/environments.md), or remove "
    "after"
)


@catalog_rule(severity=Severity.WARNING, since="0.1")
def environment_order_not_verified(context: Context) -> Iterator[Problem]:
    """Look for files among the targets of the environment that each one is synced after."""
    document = context.catalog.only(SyncTargets)
    targets = document.value.spec.targets if document else ()
    files = {
        target.name
        for target in targets
        if isinstance(target, RepositoryTarget) and takes_rules(target)
    }
    declared = declared_environments(context.catalog)
    for environment in declared.values():
        earlier = declared.get(environment.value.after or "")
        waited = earlier.value.all_targets if earlier else ()
        unseen = [name for name in waited if name in files]
        if earlier is not None and unseen:
            message = Message(
                "{earlier} is written as files ({names}), and sync cannot verify that its rules "
                "are loaded before it writes {later}",
                names=", ".join(unseen),
                earlier=earlier.value.name,
                later=environment.value.name,
            )
            yield Problem(environment.at("after"), message, HELP)
