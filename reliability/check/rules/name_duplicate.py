"""A name that is used twice.

## What it does

Finds two documents of one kind with the same name, a second document of a kind that may exist only
once (such as `NotificationPolicy`), two owners of one service, two SLOs or objectives of one
service whose series would have the same name, two entries of an alert policy for one objective,
two signals of one service and tier with the same name, and two environments, or two servers of one
environment, with the same name.

## Why it matters

The second one is ignored, or it overwrites the first. Someone who edits it changes nothing and
does not notice.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: ticket}
      runbook: docs/runbooks/clock-in.md
    - slo: attendance-clock-in  # <- name-duplicate
      tiers: {fast: alert}
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: alert}
      runbook: docs/runbooks/clock-in.md
```

## Source

slok/sloth#493: copied SLOs passed validation; promtool checks for duplicate rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.names import Name, declared_names
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1")
def name_duplicate(context: Context) -> Iterator[Problem]:
    """Compare each name with the names before it."""
    first: dict[tuple[str, ...], Name] = {}
    for name in declared_names(context):
        other = first.setdefault(name.key, name)
        if other is not name and name.located is not None:
            at, before = name.located.at(*name.route), other.located
            related = (Label(before.at(*other.route), Message("the first one")),) if before else ()
            yield Problem(at, name.message, name.help, related=related)
