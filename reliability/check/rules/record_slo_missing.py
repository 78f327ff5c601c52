"""A past incident or correction that names an unknown SLO.

## What it does

Looks up the SLOs that incidents and past corrections name. With `check --base`, a name that the
record already had at the base is not reported: the SLO was deleted or renamed since then, and the
record stays as it was written.

## Why it matters

The backtest ignores a record of an SLO that does not exist. In a new record, the name is a typo.

## Example

```yaml bad
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
      impact: Nobody could clock in
      slos:
        - {slo: attendance-clock-inn, failed: 30%}  # <- record-slo-missing
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
      impact: Nobody could clock in
      slos:
        - {slo: attendance-clock-in, failed: 30%}
```

## Source

Site Reliability Engineering, chapter 15: a postmortem records what happened.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.nearest import nearest
from reliability.check.lookups.references import past_references
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.ERROR, since="0.1", by_date=True)
def record_slo_missing(context: Context) -> Iterator[Problem]:
    """Look up each SLO that a record names, unless the record had the name at the base."""
    known = set(_before(context))
    for reference in past_references(context):
        is_known = reference.name in reference.known or (reference.what, reference.name) in known
        if not is_known and context.is_whole(*reference.folders):
            at = reference.located.at(*reference.route, part=reference.part)
            message = Message("unknown {kind}: {name}", kind=reference.what, name=reference.name)
            yield Problem(at, message, nearest(reference.name, reference.known, reference.what))


def _before(context: Context) -> Iterator[tuple[str, str]]:
    """Yield the names in records of the base, with the new names of renamed services."""
    names = {f"SLO of {old}": f"SLO of {new}" for new, old in context.former_services.items()}
    for reference in past_references(context.before) if context.before is not None else ():
        yield names.get(reference.what, reference.what), reference.name
