"""Backtest evidence for an earlier version of an SLO.

## What it does

Compares each objective with the digest of what the backtest replayed (`check --evidence`): SLI,
target, period, groups and burn-rate alerts. If they differ, the evidence is not used, and the
rules that need it report nothing for the objective.

## Why it matters

A number that was measured before the last edit says nothing about the SLO as it is now, although
it looks as if it did.

## Example

```json evidence
{"objectives": [{"digest": "0123456789abcdef"}]}
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  name: attendance-clock-in  # <- evidence-stale
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  name: attendance-clocked-in
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives: []
```

## Source

VTRyo's talk at SRE NEXT 2022: measure, do not guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.facts.evidence import is_stale, key_of
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message


@catalog_rule(severity=Severity.INFO, since="0.1", needs="evidence")
def evidence_stale(context: Context) -> Iterator[Problem]:
    """Compare the digest of each measured objective with its digest now."""
    if context.evidence is None:
        return
    for objective in context.objectives:
        measured = context.evidence.measured.get(key_of(objective))
        if measured is not None and is_stale(measured, objective):
            message = Message(
                "{objective} changed after the backtest, so its evidence is not used",
                objective=objective.identity,
            )
            help_text = Message("run `reliability backtest --format json` again")
            yield Problem(
                objective.slo.at("metadata", "name"), message, help_text, subject=objective.name
            )
