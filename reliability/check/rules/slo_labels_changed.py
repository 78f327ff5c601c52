"""A change of an SLO's series labels, which restarts its rolling window.

## What it does

Compares the labels of each objective's series with the merge base (`check --base`). The service,
the name of the SLO and `displayName` of the objective (as a slug) make `sloth_service`, `sloth_slo`
and `sloth_id`, and `reliability/group-by` adds its labels. Other labels do not appear on the series
that the error budget sums.

## Why it matters

Prometheus treats a series with other labels as a new one. The sum over 30 days starts at zero, so
the error budget looks full and yesterday's breach disappears from all graphs.

## Example

```yaml base
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - displayName: succeeded
      target: 0.999
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - displayName: Clocked in  # <- slo-labels-changed
      target: 0.999
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - displayName: Succeeded
      target: 0.999
```

## Source

The Prometheus documentation, "Data model": the name and the labels identify a time series. Users of
Pyrra and Sloth reported budgets that jumped to 100 % after a label was added.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.location import Location
from reliability.message import Message
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = Message("undo the change, or merge it while the error budget is full")


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="base")
def slo_labels_changed(context: Context) -> Iterator[Problem]:
    """Compare the series labels of each objective; slo-renamed reports new names of SLOs."""
    for change in context.objective_changes:
        if change.slo.how != "renamed" and change.new is not None:
            yield from _compared(change, change.new)


def _compared(change: ObjectiveChange, new: Objective) -> Iterator[Problem]:
    """Yield a problem if the identity changed, and one if the groups did."""
    old, period = change.old, duration_text(new.period)
    is_moved = old.service != new.service
    names = [
        f"{side.service}, {side.identity}" if is_moved else side.identity for side in (old, new)
    ]
    if names[0] != names[1]:
        message = Message(
            "the series of {old} are now named {new}, so the {period} window starts again",
            old=names[0],
            new=names[1],
            period=period,
        )
        yield Problem(_identity_location(change, new), message, HELP, subject=new.name)

    if set(old.group_by) != set(new.group_by):
        at = new.slo.at("metadata", "annotations", "reliability/group-by")
        message = Message(
            "group-by changed from {old} to {new}, so the {period} window starts again",
            old=", ".join(old.group_by) or Message("none"),
            new=", ".join(new.group_by) or Message("none"),
            period=period,
        )
        yield Problem(at, message, HELP)


def _identity_location(change: ObjectiveChange, new: Objective) -> Location:
    if change.slo.how == "moved":
        return new.slo.at("spec", "service")
    return new.slo.at("spec", "objectives", new.index, "displayName")
