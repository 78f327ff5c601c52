"""A query that excludes the series of an environment in which it is evaluated.

## What it does

Finds queries of SLIs and signals with a matcher that excludes the value of a selector label of an
environment in which the service runs.

## Why it matters

`selectorLabels` of an environment are added to every selector. A selector with
`env="production",env="staging"` matches nothing, so in staging the SLI has no data and the alert
never fires.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, selectorLabels: {env: production}}
    - {name: staging, selectorLabels: {env: staging}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(queue_depth{env="production"}) > 1000  # <- environment-selector-conflict
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, selectorLabels: {env: production}}
    - {name: staging, selectorLabels: {env: staging}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: sum(queue_depth) > 1000
```

## Source

Prometheus, "Querying basics": a series has to match all matchers of a selector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments, runs_in
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.message import Message, listed
from reliability.model.alert_policy import AlertPolicy
from reliability.model.environments import Environment
from reliability.model.openslo.slo import Slo
from reliability.promql.narrowing import other_values
from reliability.resolve.environments.placements import owners
from reliability.resolve.indicator import queries


@dataclass(frozen=True, slots=True)
class _Query:
    """One query of a service, and the route to it."""

    service: str
    text: str
    located: Located[Any]
    route: Pointer


@dataclass(slots=True)
class _Conflict:
    """The environments that a matcher of a query excludes, with the label."""

    label: str
    excluded: dict[str, None] = field(default_factory=dict)


Conflicts = dict[tuple[Location, str], _Conflict]
"""Conflicts by the location of the query and the matcher."""


@catalog_rule(severity=Severity.ERROR, since="0.1")
def environment_selector_conflict(context: Context) -> Iterator[Problem]:
    """Compare the matchers of queries with the selector labels of environments."""
    declared = declared_environments(context.catalog)
    if not declared:
        return

    conflicts = Conflicts()
    running = owners(context.catalog)
    for query in _queries(context.catalog):
        for environment in declared.values():
            if runs_in(query.service, environment.value, running):
                _compare(query, environment.value, conflicts)
    for (at, matcher), conflict in conflicts.items():
        message = Message(
            "the query has {matcher}, and {label} has another value in {environments}, so the "
            "query returns nothing there",
            matcher=matcher,
            environments=listed(conflict.excluded),
            label=conflict.label,
        )
        help_text = Message(
            "remove the matcher: the selector labels of each environment are added to the query"
        )
        yield Problem(at, message, help_text, subject=matcher)


def _compare(query: _Query, environment: Environment, conflicts: Conflicts) -> None:
    labels = tuple(environment.selector_labels.items())
    for other in other_values(query.text, labels):
        key = (query.located.at(*query.route), other.matcher)
        conflicts.setdefault(key, _Conflict(other.label)).excluded[environment.name] = None


def _queries(catalog: Catalog) -> Iterator[_Query]:
    """Yield the queries of SLIs, also of shared ones, and of signals."""
    for slo in catalog.documents(Slo):
        for query in queries(slo, catalog):
            if query.is_promql:
                service = slo.value.spec.service
                yield _Query(service, query.text or "", query.located, query.route)
    for policy in catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            route = ("spec", "signals", index, "expr")
            yield _Query(policy.value.spec.service, signal.expr, policy, route)
