"""A renamed SLO, which restarts its error budget and its history.

## What it does

Compares with the merge base (`check --base`). An SLO counts as renamed if it was removed while a
new SLO of the same service has the same queries. `slo-loosened` compares its target and the rest.

## Why it matters

The name is part of each series, alert and file. For Prometheus and Alertmanager a renamed SLO is a
new one: the error budget spent so far is forgotten, silences no longer match, and links break.

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

The Prometheus documentation, "Data model": the name and the labels identify a time series.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="base")
def slo_renamed(context: Context) -> Iterator[Problem]:
    """Report each renamed SLO with its former name."""
    for change in context.slo_changes.kept:
        if change.how == "renamed":
            former = change.old.value.metadata.name
            message = Message(
                "{former} was renamed, so its {period} window, error budget and history start "
                "again",
                former=former,
                period=duration_text(change.new.value.period),
            )
            help_text = Message(
                "keep the name {former}, and set displayName instead", former=former
            )
            yield Problem(change.new.at("metadata", "name"), message, help_text)
