"""An SLO whose series are on several servers, without a ruler that sees all of them.

## What it does

Finds SLOs of a service that runs on several servers of an environment without a `ruler`, unless
they have the annotation `reliability/per-shard: "true"`.

## Why it matters

Each server evaluates rules over its own series only. An error budget of the whole environment can
be evaluated only where all series are, so nothing evaluates this SLO, and no alert fires. A sum of
the servers' ratios would be a different SLO: a server with little traffic would count as much as
one with all of it.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers:
        - {name: eu, target: prometheus-eu}
        - {name: us, target: prometheus-us}
# services/attendance/slo.yaml
kind: SLO
metadata:
  name: attendance-clock-in  # <- slo-spans-servers
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

Thanos, "Rule", and Grafana Mimir, "ruler": rules over the series of several Prometheus servers are
evaluated by a component that queries all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments, runs_in
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message, listed
from reliability.model.openslo.slo import Slo
from reliability.resolve.environments.placements import owners, servers_of, spans


@catalog_rule(severity=Severity.ERROR, since="0.1")
def slo_spans_servers(context: Context) -> Iterator[Problem]:
    """Find SLOs that no server of an environment can evaluate."""
    declared = declared_environments(context.catalog)
    sharded = [each for each in declared.values() if each.value.ruler is None]
    running = owners(context.catalog) if sharded else {}
    for slo in context.catalog.documents(Slo) if sharded else ():
        owner = running.get(slo.value.spec.service)
        for environment in sharded:
            value = environment.value
            if not runs_in(slo.value.spec.service, value, running):
                continue
            if not spans(slo.value, owner, value):
                continue
            servers = listed(server.name for server in servers_of(owner, value))
            message = Message(
                "the series of {slo} are on the servers {servers} of {environment}, which has no "
                "ruler that sees all of them, so nothing evaluates the SLO",
                slo=slo.value.metadata.name,
                servers=servers,
                environment=value.name,
            )
            help_text = Message(
                'add a ruler to {environment}, or set reliability/per-shard: "true" for an error '
                "budget per server",
                environment=value.name,
            )
            related = Label(environment.at("servers"), Message("the servers"))
            at = slo.at("metadata", "name")
            yield Problem(at, message, help_text, related=(related,), subject=value.name)
