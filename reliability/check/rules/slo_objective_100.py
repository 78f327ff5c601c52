"""An objective of 100 % leaves no error budget.

## What it does

Finds objectives with a target of 1, or 100 %. With `--documents-only` it is a `document-value`,
because OpenSLO does not allow the number.

## Why it matters

Without an error budget the first failure violates the SLO, no release is safe, and every burn rate
is infinite. Users cannot tell 100 % from 99.99 % over their own network.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 1.0  # <- slo-objective-100
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

## Source

Site Reliability Engineering, chapter 3 ("100 % is the wrong reliability target for basically
everything"). OpenSLO v1: a target is in [0, 1).
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

slo_objective_100 = loader_rule(__name__, since="0.1")
