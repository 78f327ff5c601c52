"""An incident that paged before this change and no longer would.

## What it does

Reads the result of a backtest with `--base` (`check --evidence`) and reports each recorded
incident or significant event that was caught at the base and is not caught now. Caught means that
a page fired during the incident; a ticket alone does not count. It is an error until the people
who must approve a looser SLO have approved it (`slo-loosened`). Then it is listed as approved.

If only a ticket was opened at the base and nothing would be now, it is a warning.

## Why it matters

Fewer pages always look like progress. This rule shows the cost: incidents that affected users and
that no longer page anyone.

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

The Site Reliability Workbook, chapter 5: judge precision and recall together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import PurePosixPath
from typing import Final

from reliability.check.changes.approvals import (
    documents_of,
    location_of_removed,
    needs_service_approval,
)
from reliability.check.context import Context
from reliability.check.facts.evidence import ScoredIncident
from reliability.check.lookups.zones import zone_of
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.render.numbers import percent
from reliability.render.times import minute_text
from reliability.resolve.objectives import Objective

DERIVED: Final = "significant event"
KINDS: Final = {
    "incident": Message("incident"),
    DERIVED: Message("significant event"),
}
"""The kinds of events in the result of a backtest."""


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="evidence")
def incident_missed(context: Context) -> Iterator[Problem]:
    """Find incidents that were caught at the base and are not caught now."""
    if context.evidence is None:
        return
    objectives = {
        (objective.service, objective.slo_name): objective
        for objective in reversed(context.objectives)
    }
    for event in context.evidence.incidents:
        loses_ticket = event.old == "ticket only" and event.new == "missed"
        if loses_ticket or (event.old == "caught" and event.new != "caught"):
            objective = objectives.get((event.service, event.slo))
            if objective is None or context.evidence.of(objective) is not None:
                problem = replace(
                    _problem(event, objective, context), is_derived=event.kind == DERIVED
                )
                yield _as_warning(problem) if loses_ticket else problem


def _as_warning(problem: Problem) -> Problem:
    """Return a problem that needs no approval of its own."""
    return replace(problem, severity=Severity.WARNING, requires=None, help=None)


def _problem(event: ScoredIncident, objective: Objective | None, context: Context) -> Problem:
    """Return the problem at the objective's entry; at the service's documents without one."""
    message = _message(event, context)
    start = event.start.astimezone(UTC).isoformat()
    subject = f"{event.slo} {event.kind} {start} {event.name}"
    source = objective.source if objective is not None else None
    if objective is None or source is None:
        at = location_of_removed(event.service, PurePosixPath("services", event.service), context)
        gone = documents_of(event.service, context)
        return needs_service_approval(at, message, event.service, context, *gone, subject=subject)

    at = source.policy.at("spec", "objectives", source.index, "slo")
    documents = (source.policy, objective.slo)
    return needs_service_approval(at, message, event.service, context, *documents, subject=subject)


def _message(event: ScoredIncident, context: Context) -> Message:
    kind = KINDS.get(event.kind, event.kind)
    start = minute_text(event.start, zone_of(event.service, context))
    values = {
        "event": Message("{kind} of {start} ({name})", kind=kind, start=start, name=event.name)
        if event.name
        else Message("{kind} of {start}", kind=kind, start=start),
        "spent": percent(event.budget_spent),
        "slo": event.slo,
    }
    if event.old == "ticket only":
        return Message(
            "the {event} opened a ticket before this change and would now notify no one; it spent "
            "{spent} of the error budget of {slo}",
            **values,
        )
    if event.new == "ticket only":
        return Message(
            "the {event} paged before this change and would now only open a ticket; it spent "
            "{spent} of the error budget of {slo}",
            **values,
        )

    return Message(
        "the {event} paged before this change and would no longer page; it spent {spent} of the "
        "error budget of {slo}",
        **values,
    )
