"""An OpenSLO field without effect.

## What it does

Finds fields that have no effect in their document:

- `timeSliceTarget` and `timeSliceWindow`, if the budgeting method has no time slices.
  RatioTimeslices uses only the window.
- `compositeWeight`, if no objective has an SLI of its own
- `rawType` next to good, bad and total

## Why it matters

The author believes that the field has an effect.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  budgetingMethod: Occurrences
  objectives:
    - target: 0.995
      timeSliceWindow: 5m  # <- openslo-field-unused
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  budgetingMethod: RatioTimeslices
  objectives:
    - target: 0.995
      timeSliceWindow: 5m
```

## Source

OpenSLO v1, budgeting methods and composite SLOs. The reference validator checks these fields only
if they have an effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives, slis
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart
from reliability.message import Message


@catalog_rule(severity=Severity.WARNING, since="0.1", alone=True)
def openslo_field_unused(context: Context) -> Iterator[Problem]:
    """Compare the fields with those that the method, the objectives and the metric use."""
    yield from _of_objectives(context.catalog)
    for sli in slis(context.catalog):
        ratio = sli.value.ratio_metric
        if ratio and ratio.raw is None and ratio.raw_type is not None:
            at = sli.at("ratioMetric", "rawType", part=EntryPart.KEY)
            message = Message("rawType has no effect without raw")
            yield Problem(at, message, Message("remove it"))


def _of_objectives(catalog: Catalog) -> Iterator[Problem]:
    """Find fields of objectives that the budgeting method or the kind of SLO does not use."""
    for slo, objective in objectives(catalog):
        method, value = slo.value.spec.budgeting_method, objective.value
        if value.time_slice_target is not None and method != "Timeslices":
            message = Message(
                "timeSliceTarget has no effect with budgetingMethod: {method}", method=method
            )
            at = objective.at("timeSliceTarget", part=EntryPart.KEY)
            help_text = Message("remove it, or use budgetingMethod: Timeslices")
            yield Problem(at, message, help_text)

        if value.time_slice_window is not None and method == "Occurrences":
            message = Message(
                "timeSliceWindow has no effect with budgetingMethod: {method}", method=method
            )
            at = objective.at("timeSliceWindow", part=EntryPart.KEY)
            help_text = Message("remove it, or use a budgeting method with time slices")
            yield Problem(at, message, help_text)

        if value.composite_weight is not None and not slo.value.is_composite:
            message = Message("compositeWeight has no effect: no objective has an SLI of its own")
            at = objective.at("compositeWeight", part=EntryPart.KEY)
            yield Problem(at, message, Message("remove it"))
