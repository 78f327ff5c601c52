"""A promise that lets more pass than before.

## What it does

Compares each objective with the merge base (`check --base`) and finds what lets more pass, or may:
a lower target, a threshold further off, another query, window, budgeting method or time slice, a
new correction, more failures to wait for (`minimumFailures`), other burn-rate windows, a later
alert for missing data, an objective that is gone, another service, whose approvers would agree
from now on. A higher target is no finding. A changed query is one, as it can mean anything, unless
matchers show that it counts a part of the good events or all of the bad ones and more.
It is an error until those who must agree have (SloPolicy's `looseningRequires`, the ownership's
`approvers`, both as they are at the base); then it is called out among the excused.

## Why it matters

Every loosening makes the graphs greener. Whether users agree is not seen in the diff, so somebody
who speaks for them has to.

## Example

```yaml base
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.99  # <- slo-loosened
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.9995
```

## Source

The Site Reliability Workbook, chapter 2: an SLO is agreed by product, developers and SRE, and
whoever changes it needs their approval.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reliability.check.changes.approvals import called_out
from reliability.check.changes.loosening import loosened
from reliability.check.context import Context
from reliability.check.index.slo_changes import ObjectiveChange
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.kinds import KINDS, OURS


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def slo_loosened(context: Context) -> Iterator[Problem]:
    """Compare all that decides what passes; an alert policy's entry is spoken of once."""
    if context.base is None:
        return
    changes, base = context.objective_changes, context.base
    said = (problem for each in changes for problem in _objective(each, base, context))
    yield from dict.fromkeys(said)
    yield from dict.fromkeys(problem for each in changes for problem in _moved(each, context))
    yield from _corrections(base, context)


def _moved(change: ObjectiveChange, context: Context) -> Iterator[Problem]:
    """An SLO of another service: its approvers, and not those until now, agree to later changes."""
    old, new = change.slo.old, change.slo.new
    was, now = old.value.spec.service, new.value.spec.service
    if was not in (now, context.former_services.get(now)):
        message = f"service is {now}, and was {was} at the base"
        yield called_out(new.at("spec", "service"), message, was, context, new)


def _objective(change: ObjectiveChange, base: Catalog, context: Context) -> Iterator[Problem]:
    slo = change.slo.new
    documents: list[Located[Any]] = [slo]
    if change.new is not None and change.new.source is not None:
        documents.append(change.new.source.policy)
    for each in loosened(change, base, context.catalog):
        service = change.old.service
        yield called_out(each.at, each.message, service, context, *documents, subject=each.subject)


def _corrections(base: Catalog, context: Context) -> Iterator[Problem]:
    """Each correction that the base does not have just so: what it covers costs no budget."""
    before = [values for _, _, values in _written(base)]
    for located, route, values in _written(context.catalog):
        if values not in before:
            at = located.at(*route)
            message = "this correction is not at the base, and what it covers costs no budget"
            yield called_out(at, message, values[0], context, located)


def _written(catalog: Catalog) -> Iterator[tuple[Located[Any], Pointer, tuple[str, Any]]]:
    """Every correction as it is written, with its service: the items of the document's lists."""
    kind = KINDS.get((OURS, "Corrections"))
    for located in catalog.located.get(kind, ()) if kind is not None else ():
        values = located.document.values
        for step in located.pointer:
            values = values[step]
        spec = values["spec"]
        for key, items in spec.items():
            for index, each in enumerate(items if isinstance(items, list) else ()):
                yield located, ("spec", key, index), (spec.get("service", ""), each)
