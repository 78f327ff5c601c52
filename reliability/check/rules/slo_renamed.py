"""A promise under another name: its budget and its history begin anew.

## What it does

Compares with the merge base (`check --base`). An SLO that is gone, while its very queries stand in
the same service under a name that is new, was renamed. Its target and the rest are compared all the
same (`slo-loosened`).

## Why it matters

The name is part of every series, alert and file. To the tools a renamed SLO is one deleted and one
added: what the period has cost so far is forgotten, silences no longer match, and links to it
lead nowhere.

## Example

```yaml base
# services/attendance/slo.yaml
kind: SLO
metadata: {name: attendance-clock-in}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  name: clock-in  # <- slo-renamed
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: clock-in
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata: {name: attendance-clock-in, displayName: Clock in works}
```

## Source

Prometheus: a time series is its name and its labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="base")
def slo_renamed(context: Context) -> Iterator[Problem]:
    """Say what each renamed SLO was called."""
    for change in context.slo_changes.kept:
        if change.how == "renamed":
            old, period = change.old.value.metadata.name, duration_text(change.new.value.period)
            message = (
                f"{old} of the base has this name now: "
                f"its {period} window, budget and history begin anew"
            )
            help_text = f"keep the name {old}, and write the better one as displayName"
            yield Problem(change.new.at("metadata", "name"), message, help_text)
