"""Two environments on one server whose rules read the same series.

## What it does

Finds environments with a common sync target, unless they have different values of a selector label.

## Why it matters

The selectors of an environment are the queries of the services with its selector labels. If these
do not tell two environments on one server apart, the SLO of production counts the requests of
staging, too.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      servers: [{name: production, target: prometheus}]
    - name: staging  # <- environments-not-separated
      servers: [{name: staging, target: prometheus}]
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      servers: [{name: production, target: prometheus}]
    - name: staging
      selectorLabels: {env: staging}
      servers: [{name: staging, target: prometheus}]
```

## Source

Prometheus, "Querying basics": a selector without a matcher for a label selects all of its values.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.model.environments import Environment


@catalog_rule(severity=Severity.WARNING, since="0.1")
def environments_not_separated(context: Context) -> Iterator[Problem]:
    """Compare the servers and the selector labels of each two environments."""
    for one, other in combinations(declared_environments(context.catalog).values(), 2):
        common = _targets(one.value) & _targets(other.value)
        if common and not _are_apart(one.value, other.value):
            message = Message(
                "the rules of {environment} and {other} read the same series of {target}, because "
                "no selector label has different values",
                environment=other.value.name,
                other=one.value.name,
                target=min(common),
            )
            has_labels = bool(other.value.selector_labels)
            at = other.at("selectorLabels") if has_labels else other.at("name")
            related = Label(one.at("name"), Message("the other environment"))
            help_text = Message("write selectorLabels with a label whose values differ")
            yield Problem(at, message, help_text, related=(related,), subject=one.value.name)


def _targets(environment: Environment) -> set[str]:
    return {target for server in environment.rule_servers for target in server.targets}


def _are_apart(one: Environment, other: Environment) -> bool:
    labels = other.selector_labels
    return any(labels.get(name, value) != value for name, value in one.selector_labels.items())
