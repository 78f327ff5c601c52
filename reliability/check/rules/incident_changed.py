"""A recorded incident that was removed or changed.

## What it does

Compares the incident records with the merge base (`check --base`) and reports removed incidents,
and incidents whose times, failed ratios or environments changed. Texts, such as `impact`, may
change. So may the name of an incident, or of a service or SLO that was renamed.

It is an error until the people who must approve a looser SLO of the service have approved it.

## Why it matters

Alerts are scored against the recorded incidents. If an incident is removed from the record, nobody
sees that a change would no longer page for it ([incident-missed](incident-missed.md)).

## Example

```yaml base
# services/attendance/incidents.yaml
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec:
  service: attendance
  incidents:
    - name: Clock-ins failed
      start: 2026-10-14T12:30:00+09:00
      end: 2026-10-14T13:30:00+09:00
      impact: Nobody could clock in
```

```yaml bad
# services/attendance/incidents.yaml
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec:
  service: attendance
  incidents: []
# services/attendance/alert-policy.yaml
kind: AlertPolicy
metadata:
  name: attendance  # <- incident-changed
```

```yaml good
# services/attendance/incidents.yaml
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec:
  service: attendance
  incidents:
    - name: Clock-ins failed
      start: 2026-10-14T03:30:00Z
      end: 2026-10-14T04:30:00Z
      impact: For an hour, nobody could clock in
```

## Source

Site Reliability Engineering, chapter 15: incidents are recorded and learned from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from reliability.check.changes.approvals import (
    documents_of,
    location_of_removed,
    needs_service_approval,
)
from reliability.check.context import Context
from reliability.check.lookups.zones import zone_of
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.incidents import Incident, Incidents
from reliability.render.times import minute_text

Record = tuple[Located[Incidents], int, Incident]
"""The document of an incident, its index, and the incident."""


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def incident_changed(context: Context) -> Iterator[Problem]:
    """Look for each incident of the base among the incidents of its service."""
    if context.before is None:
        return
    names = {former: name for name, former in context.former_services.items()}
    renamed = {
        change.old.value.metadata.name: change.new.value.metadata.name
        for change in context.slo_changes.kept
    }
    present = _by_service(context.catalog)

    for service, records in _by_service(context.before.catalog).items():
        now = names.get(service, service)
        if now in context.services and context.is_whole(f"services/{now}"):
            yield from _compared(
                records, present.get(now, []), renamed, service=now, context=context
            )


def _compared(
    old: list[Record], new: list[Record], renamed: Mapping[str, str], service: str, context: Context
) -> Iterator[Problem]:
    unmatched = Counter(_facts(incident, {}) for *_, incident in new)
    zone = zone_of(service, context)
    for located, _, incident in old:
        facts = _facts(incident, renamed)
        if unmatched[facts]:
            unmatched[facts] -= 1
            continue

        subject = f"{incident.start.astimezone(UTC).isoformat()} {incident.name}"
        values = {"start": minute_text(incident.start, zone), "name": incident.name}
        other = next((record for record in new if record[2].name == incident.name), None)
        if other is None:
            at = location_of_removed(service, located.document.path, context)
            message = Message("the incident of {start} ({name}) was removed", **values)
        else:
            at = other[0].at("spec", "incidents", other[1])
            message = Message(
                "the times, failed ratios or environments of the incident of {start} ({name}) "
                "changed",
                **values,
            )

        # Incidents do not record an agreement; the other documents of the service can.
        documents = documents_of(service, context)
        yield needs_service_approval(at, message, service, context, *documents, subject=subject)


def _by_service(catalog: Catalog) -> dict[str, list[Record]]:
    records: dict[str, list[Record]] = {}
    for located in catalog.documents(Incidents):
        of_service = records.setdefault(located.value.spec.service, [])
        of_service += ((located, *pair) for pair in enumerate(located.value.spec.incidents))
    return records


def _facts(incident: Incident, renamed: Mapping[str, str]) -> tuple[Any, ...]:
    """Return what a backtest scores; equal instants are equal in any time zone."""
    failed = sorted((renamed.get(part.slo, part.slo), part.failed) for part in incident.slos)
    return incident.start, incident.end, tuple(failed), frozenset(incident.environments)
