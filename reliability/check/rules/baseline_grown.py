"""A new entry in the baseline.

## What it does

Compares `policies/baseline.yaml` with the merge base (`check --base`). If the base has a baseline,
even an empty one, each new entry is reported. The first baseline of a repository may hold every
finding of that day.

## Why it matters

If findings can be added to the baseline, rules stop mattering. Fix a new finding, or waive it with
a reason, an approver and an end date.

## Example

```yaml base
# policies/baseline.yaml
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
  findings: []
```

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/status: established
    reliability/reviewed: "2026-11-01"
# policies/baseline.yaml
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
  findings:
    - fingerprint: "bee559cc1731fede"  # <- baseline-grown
      rule: slo-journey-missing
      path: services/attendance/slo.yaml
      message: attendance-clock-in names no journey, so nobody knows who needs it
```

```yaml good
# policies/baseline.yaml
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
  findings: []
```

## Source

Giant Swarm keeps an ignore file that may only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.suppression.baseline import entries
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.baseline import Baseline


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def baseline_grown(context: Context) -> Iterator[Problem]:
    """Look up each entry among those of the base."""
    if context.base is None or context.base.only(Baseline) is None:
        return
    before = {entry.known.fingerprint for entry in entries(context.base)}
    for entry in entries(context.catalog):
        if entry.known.fingerprint not in before:
            message = Message(
                "this finding of {rule} is not in the baseline of the merge base",
                rule=entry.known.rule,
            )
            help_text = Message("fix it, or waive it with a reason and an end date")
            yield Problem(entry.at, message, help_text, subject=entry.known.fingerprint)
