"""Replicas of a server whose alerts Alertmanager cannot deduplicate.

## What it does

Finds servers with `replicas` whose `replicaLabel` is not dropped before alerts are sent, and
servers with replicas that a global store reads, but without a `replicaLabel`.

## Why it matters

Replicas evaluate the same rules and send the same alerts. Alertmanager deduplicates alerts whose
labels are all equal. With an external label in which the replicas differ, it notifies once for each
replica. `alert_relabel_configs: [{action: labeldrop, regex: replica}]` below `alerting` in the
configuration of Prometheus removes that label from alerts, and from nothing else.

A global store needs that label to tell the replicas apart. If an environment has a `ruler`, or a
`history` with `externalLabels: true`, its replicas have such a label, and `replicaLabel` must name
it.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers:
        - name: production
          target: prometheus-a
          replicas: [prometheus-b]
          replicaLabel: replica  # <- replica-label-kept
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers:
        - name: production
          target: prometheus-a
          replicas: [prometheus-b]
          replicaLabel: replica
          dropsReplicaLabel: true
```

## Source

Prometheus, "Configuration": `alert_relabel_configs` are applied to alerts after external labels,
"one use for this is ensuring a HA pair of Prometheus servers with different external labels send
identical alerts". Thanos, "Sidecar": external labels must be unique for each Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import DeclaredEnvironment, declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.WARNING, since="0.1")
def replica_label_kept(context: Context) -> Iterator[Problem]:
    """Find replicas whose external labels differ, or must differ, in what they send."""
    for environment in declared_environments(context.catalog).values():
        yield from _in_environment(environment)


def _in_environment(environment: DeclaredEnvironment) -> Iterator[Problem]:
    history = environment.value.history
    ruler = environment.value.ruler
    for name, server, route in environment.servers():
        if not server.replicas:
            continue
        label, count = server.replica_label, len(server.targets)
        # The ruler reads the stores of the servers, and nothing reads those of its own replicas.
        is_read = ruler is not None and server is not ruler
        has_global_store = is_read or (history is not None and history.external_labels)
        if label is not None and not server.drops_replica_label:
            message = Message(
                "the {count} replicas of {server} differ in {label}, so Alertmanager notifies once "
                "for each",
                count=count,
                server=name,
                label=label,
            )
            help_text = Message(
                "drop {label} with alert_relabel_configs, then write dropsReplicaLabel: true",
                label=label,
            )
            yield Problem(environment.at(*route, "replicaLabel"), message, help_text)
        elif label is None and has_global_store:
            message = Message(
                "the {count} replicas of {server} need a different external label in a global "
                "store, and replicaLabel does not name it",
                count=count,
                server=name,
            )
            help_text = Message(
                "write replicaLabel, and dropsReplicaLabel: true once alert_relabel_configs drops "
                "it"
            )
            yield Problem(environment.at(*route, "replicas"), message, help_text)
