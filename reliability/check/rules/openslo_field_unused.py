"""A field that the form of the document leaves unread.

## What it does

Finds `timeSliceTarget` and `timeSliceWindow` where the budgeting method does not slice (of
RatioTimeslices the window alone is read), `compositeWeight` where no objective has an SLI of its
own, and `rawType` beside good, bad and total.

## Why it matters

Somebody wrote it and believes that it counts.

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

OpenSLO v1, budgeting methods and composite SLOs; the reference validator looks at these fields only
where they are read.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import objectives, slis
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_field_unused(context: Context) -> Iterator[Problem]:
    """Compare what is written with what the method, the objectives and the metric read."""
    yield from _of_objectives(context.catalog)
    for sli in slis(context.catalog):
        ratio = sli.value.ratio_metric
        if ratio and ratio.raw is None and ratio.raw_type is not None:
            at = sli.at("ratioMetric", "rawType", part=EntryPart.KEY)
            yield Problem(at, "rawType is read with raw alone", "remove it")


def _of_objectives(catalog: Catalog) -> Iterator[Problem]:
    for slo, objective in objectives(catalog):
        method, value = slo.value.spec.budgeting_method, objective.value
        if value.time_slice_target is not None and method != "Timeslices":
            message = f"timeSliceTarget is not read, as budgetingMethod is {method}"
            at = objective.at("timeSliceTarget", part=EntryPart.KEY)
            yield Problem(at, message, "remove it, or write budgetingMethod: Timeslices")
        if value.time_slice_window is not None and method == "Occurrences":
            message = "timeSliceWindow is not read, as budgetingMethod is Occurrences"
            at = objective.at("timeSliceWindow", part=EntryPart.KEY)
            yield Problem(at, message, "remove it, or write a method that slices")
        if value.composite_weight is not None and not slo.value.is_composite:
            message = "compositeWeight is not read, as no objective has an SLI of its own"
            at = objective.at("compositeWeight", part=EntryPart.KEY)
            yield Problem(at, message, "remove it")
