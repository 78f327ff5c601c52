"""An incident that paged before, and would not after this change.

## What it does

Reads the result of a backtest with `--base` (`check --evidence`): each incident on record, or
significant event, that was caught at the base and is not now. Caught means that a page fired while
it lasted; a ticket alone does not count. It is an error until those who must agree to a looser SLO
have (`slo-loosened`); then it is listed as approved.

## Why it matters

Fewer pages always look like progress. This is the other side of it: what users felt, and nobody
would have been woken for.

## Example

```json evidence
{"base": "0123456789abcdef0123456789abcdef01234567", "incidents": [
   {"start": "2026-11-02T08:50:00Z", "end": "2026-11-02T09:40:00Z",
    "name": "Release broke clocking in", "budget_spent": 0.14, "old": "caught", "new": "missed"}]}
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in  # <- incident-missed
      runbook: docs/runbooks/clock-in.md
```

```json evidence good
{"base": "0123456789abcdef0123456789abcdef01234567", "incidents": [
   {"start": "2026-11-02T08:50:00Z", "end": "2026-11-02T09:40:00Z",
    "name": "Release broke clocking in", "budget_spent": 0.14, "old": "caught", "new": "caught"}]}
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
```

## Source

The Site Reliability Workbook, chapter 5: precision and recall are judged together; the talk: a
quiet channel is the aim only as long as users are heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import PurePosixPath

from reliability.check.changes.approvals import called_out, documents_of, place_of_gone
from reliability.check.context import Context
from reliability.check.facts.evidence import ScoredIncident
from reliability.check.lookups.zones import zone_of
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.render.times import minute_text
from reliability.resolve.objectives import Objective


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="evidence")
def incident_missed(context: Context) -> Iterator[Problem]:
    """Look for what was caught and is not any more."""
    if context.evidence is None:
        return
    objectives = {(each.service, each.slo_name): each for each in reversed(context.objectives)}
    for event in context.evidence.incidents:
        if event.old == "caught" and event.new != "caught":
            objective = objectives.get((event.service, event.slo))
            if objective is None or context.evidence.of(objective) is not None:
                yield _problem(event, objective, context)


def _problem(event: ScoredIncident, objective: Objective | None, context: Context) -> Problem:
    """Where the alerts are asked for; at the service's documents where the SLO is gone."""
    what = f"{event.kind} of {minute_text(event.start, zone_of(event.service, context))}"
    name = f" ({event.name})" if event.name else ""
    now = "would only open a ticket now" if event.new == "ticket only" else "would not now"
    message = (
        f"the {what}{name} paged at the base and {now}; "
        f"it took {event.budget_spent * 100:.2g} % of the budget of {event.slo}"
    )
    start = event.start.astimezone(UTC).isoformat()
    subject = f"{event.slo} {event.kind} {start} {event.name}"
    source = objective.source if objective is not None else None
    if objective is None or source is None:
        at = place_of_gone(event.service, PurePosixPath("services", event.service), context)
        gone = documents_of(event.service, context)
        return called_out(at, message, event.service, context, *gone, subject=subject)
    at = source.policy.at("spec", "objectives", source.index, "slo")
    documents = (source.policy, objective.slo)
    return called_out(at, message, event.service, context, *documents, subject=subject)
