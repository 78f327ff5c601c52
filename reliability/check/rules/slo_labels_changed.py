"""A change that gives a promise's series other labels, so that its running window begins anew.

## What it does

Compares what the series of each objective are called with the merge base (`check --base`): the
service, the SLO's name and the objective's `displayName` (as a slug) make `sloth_service`,
`sloth_slo` and `sloth_id`; `reliability/group-by` adds its labels. Other labels and names are on
no series that is summed.

## Why it matters

A series with other labels is another series. The sum over 30 days starts at nothing, the budget
looks full, and a breach that was there yesterday is gone from every graph.

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

Prometheus: a time series is its name and its labels. Pyrra and Sloth have reports of budgets that
jumped to 100 % after a label was added.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.location import Location
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = "change it back, or let it begin anew on a day when the budget is full"


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="base")
def slo_labels_changed(context: Context) -> Iterator[Problem]:
    """Compare what the series of each objective are called; slo-renamed speaks of new names."""
    for change in context.objective_changes:
        if change.slo.how != "renamed" and change.new is not None:
            yield from _compared(change, change.new)


def _compared(change: ObjectiveChange, new: Objective) -> Iterator[Problem]:
    old = change.old
    anew = f"and its {duration_text(new.period)} window begins anew"
    is_moved = old.service != new.service
    names = [
        f"{each.service}, {each.identity}" if is_moved else each.identity for each in (old, new)
    ]
    if names[0] != names[1]:
        message = f"the series of {names[0]} are called {names[1]} now, {anew}"
        yield Problem(_name(change, new), message, HELP, subject=new.name)
    groups = [", ".join(each.group_by) or "none" for each in (old, new)]
    if set(old.group_by) != set(new.group_by):
        at = new.slo.at("metadata", "annotations", "reliability/group-by")
        message = f"the series are grouped by {groups[1]}, not {groups[0]} as at the base, {anew}"
        yield Problem(at, message, HELP)


def _name(change: ObjectiveChange, new: Objective) -> Location:
    if change.slo.how == "moved":
        return new.slo.at("spec", "service")
    return new.slo.at("spec", "objectives", new.index, "displayName")
