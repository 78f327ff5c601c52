"""Environments that are synced after each other.

## What it does

Finds environments whose `after` leads back to themselves.

## Why it matters

`after: staging` syncs an environment once its rules have been synced to staging. In a cycle no
environment is the first, so there is no order in which they can be synced.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, after: staging}  # <- environment-order-cycle
    - {name: staging, after: production}
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, after: staging}
    - {name: staging}
```

## Source

Site Reliability Engineering, chapter 8: a change is rolled out in stages, each after the one before
it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def environment_order_cycle(context: Context) -> Iterator[Problem]:
    """Follow `after` from each environment, and report each cycle once."""
    declared = declared_environments(context.catalog)
    done: set[str] = set()
    for name in declared:
        path: list[str] = []
        following: str | None = name
        while following is not None and following not in done and following not in path:
            path.append(following)
            # An unknown name is a finding of `reference-missing`.
            environment = declared.get(following)
            following = environment.value.after if environment else None

        done |= set(path)
        if following in path:
            cycle = path[path.index(following) :]
            message = Message(
                "{names} are synced after each other, so none of them can be the first",
                names=" -> ".join((*cycle, cycle[0])),
            )
            help_text = Message("remove one `after`")
            yield Problem(declared[cycle[0]].at("after"), message, help_text)
