"""A removed SLO.

## What it does

Compares with the merge base (`check --base`) and finds SLOs that were removed, and the alerts that
were removed with them. `slo-renamed` reports renamed SLOs. SLOs of a service that is deprecated at
the base can be removed freely.

As with `slo-loosened`, the finding is an error until the approvers approve the change.

## Why it matters

Without an SLO there is no target, and its alerts disappear without notice: nobody gets notified
about the service any more.

## Example

```yaml base
# services/attendance/slo.yaml
kind: SLO
metadata: {name: attendance-clock-in}
---
kind: SLO
metadata: {name: attendance-clock-out}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata: {name: attendance-clock-in}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
metadata:
  name: attendance  # <- slo-deleted
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata: {name: attendance-clock-in}
---
kind: SLO
metadata: {name: attendance-clock-out}
```

## Source

The Site Reliability Workbook, chapter 2: a change of an SLO needs the agreement of its
stakeholders.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import (
    documents_of,
    location_of_removed,
    needs_service_approval,
)
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def slo_deleted(context: Context) -> Iterator[Problem]:
    """Report each removed SLO and its alerts."""
    for slo in context.slo_changes.gone:
        service = slo.value.spec.service
        if context.is_whole(*_folders(slo)) and not _is_deprecated(service, context):
            at = location_of_removed(service, slo.document.path, context)
            name, documents = slo.value.metadata.name, documents_of(service, context)
            message = _message(slo, context)
            yield needs_service_approval(at, message, service, context, *documents, subject=name)


def _folders(slo: Located[Slo]) -> tuple[str, ...]:
    return (slo.document.path.parent.as_posix(), f"services/{slo.value.spec.service}")


def _is_deprecated(service: str, context: Context) -> bool:
    owner = context.before.ownerships.get(service) if context.before else None
    return owner is not None and owner.value.spec.lifecycle == "deprecated"


def _message(slo: Located[Slo], context: Context) -> Message:
    objectives = context.before.objectives if context.before else ()
    alerts = (
        alert for objective in objectives if objective.slo is slo for alert in objective.alerts
    )
    tiers = sorted({alert.tier for alert in alerts})
    name = slo.value.metadata.name
    if not tiers:
        return Message("the SLO {slo} was removed", slo=name)

    return Message(
        "the SLO {slo} and its burn-rate alerts ({tiers}) were removed",
        slo=name,
        tiers=", ".join(tiers),
    )
