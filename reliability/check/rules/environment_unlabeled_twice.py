"""A second environment with unlabeled series.

## What it does

Finds environments with `series: unlabeled` if another one before them has it, too.

## Why it matters

Rules of an unlabeled environment record series without the label `environment`, so that error
budgets continue when environments are introduced. Two such environments write the same series: on
one server Prometheus drops the samples of one of them, and in a global store nobody can tell them
apart.

## Example

```yaml bad
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, series: unlabeled}
    - {name: staging, series: unlabeled}  # <- environment-unlabeled-twice
```

```yaml good
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, series: unlabeled}
    - {name: staging}
```

## Source

Prometheus, "Recording rules": the labels of a rule's results identify the series that it writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.environments import declared_environments
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def environment_unlabeled_twice(context: Context) -> Iterator[Problem]:
    """Find all unlabeled environments but the first."""
    declared = declared_environments(context.catalog).values()
    unlabeled = [each for each in declared if each.value.series == "unlabeled"]
    for environment in unlabeled[1:]:
        first = unlabeled[0]
        message = Message(
            "the series of {environment} are unlabeled, as those of {other}, so both write the "
            "same series",
            environment=environment.value.name,
            other=first.value.name,
        )
        related = Label(first.at("series"), Message("the first one"))
        help_text = Message("remove `series: unlabeled` from one of the two")
        yield Problem(environment.at("series"), message, help_text, related=(related,))
