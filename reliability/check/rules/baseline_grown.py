"""An entry of the baseline that the base does not have.

## What it does

Compares `policies/baseline.yaml` with the merge base (`check --base`). Where the base has a
baseline, be it an empty one, each entry that is new is found. The first baseline of a repository
may hold whatever is found on that day.

## Why it matters

A list of excuses that can be added to is how rules end. What is new is mended, or waived with a
reason, somebody who agreed, and an end.

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

Giant Swarm's ignore file that may only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.suppression.baseline import entries
from reliability.finding import Problem, Severity
from reliability.model.baseline import Baseline


@catalog_rule(severity=Severity.ERROR, since="0.2", needs="base")
def baseline_grown(context: Context) -> Iterator[Problem]:
    """Look each entry up among those of the base."""
    if context.base is None or context.base.only(Baseline) is None:
        return
    before = {each.known.fingerprint for each in entries(context.base)}
    for entry in entries(context.catalog):
        if entry.known.fingerprint not in before:
            message = f"this finding of {entry.known.rule} is not in the baseline of the base"
            help_text = "mend it, or waive it with a reason and an end"
            yield Problem(entry.at, message, help_text, subject=entry.known.fingerprint)
