"""An entry of the baseline that excuses nothing.

## What it does

Finds entries of `policies/baseline.yaml` that match no finding any more, those of a rule that the
rule policy has locked, and those of rules whose findings no baseline can hold: what depends on the
day, on a base or on evidence, and waivers. `reliability check --write-baseline` takes out what is
mended.

## Why it matters

The list is there to become shorter. An entry that stays would excuse the same mistake made again.

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
      message: nobody is named who wants this
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

from reliability.check.rule import engine_rule
from reliability.finding import Severity

baseline_stale = engine_rule(__name__, severity=Severity.WARNING, since="0.2")
