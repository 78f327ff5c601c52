"""A promise of the base that is gone.

## What it does

Compares with the merge base (`check --base`) and finds each SLO that is there and no longer here,
under any name (`slo-renamed` speaks of those). It names the alerts that go with it. As with
`slo-loosened`, it is an error until those who must agree have. A service that is deprecated at the
base may take its promises with it.

## Why it matters

No promise lets everything pass. Its alerts go silently with it: what nobody promises, nobody is
woken for.

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

The Site Reliability Workbook, chapter 2: who changes a promise has the agreement of those it was
made with.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.approvals import called_out, documents_of, place_of_gone
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def slo_deleted(context: Context) -> Iterator[Problem]:
    """Name each SLO that is gone, and what it told."""
    for slo in context.slo_changes.gone:
        service = slo.value.spec.service
        if context.is_whole(*_folders(slo)) and not _is_deprecated(service, context):
            at = place_of_gone(service, slo.document.path, context)
            name, documents = slo.value.metadata.name, documents_of(service, context)
            message = f"the SLO {name} of the base is gone{_told(slo, context)}"
            yield called_out(at, message, service, context, *documents, subject=name)


def _folders(slo: Located[Slo]) -> tuple[str, ...]:
    return (slo.document.path.parent.as_posix(), f"services/{slo.value.spec.service}")


def _is_deprecated(service: str, context: Context) -> bool:
    owner = context.before.ownerships.get(service) if context.before else None
    return owner is not None and owner.value.spec.lifecycle == "deprecated"


def _told(slo: Located[Slo], context: Context) -> str:
    objectives = context.before.objectives if context.before else ()
    of_slo = (each for each in objectives if each.slo is slo)
    tiers = sorted({alert.tier for each in of_slo for alert in each.alerts})
    return f", and with it its burn-rate alerts ({', '.join(tiers)})" if tiers else ""
