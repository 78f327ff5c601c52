"""A baseline entry that no longer has an effect.

## What it does

Finds entries of `policies/baseline.yaml` that no longer match a finding, entries of rules that the
rule policy locks, and entries of rules whose findings cannot be added to a baseline: rules that
depend on the date, on a base or on evidence, and the rules about waivers. `reliability check
--write-baseline` removes the entries of fixed findings.

## Why it matters

The baseline exists to become shorter. An entry that stays would hide the same mistake if it is
made again.

## Example

```yaml bad
# policies/baseline.yaml
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec:
  findings:
    - fingerprint: "0f6cbb4e7d0b9a31"  # <- baseline-stale
      rule: slo-journey-missing
      path: services/attendance/slo.yaml
      message: attendance-clock-in names no journey
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

from reliability.check.rule import engine_rule
from reliability.finding import Severity

baseline_stale = engine_rule(__name__, severity=Severity.WARNING, since="0.1")
