"""An objective of 100 % leaves no error budget.

## What it does

Finds objectives whose target is 1, or 100 %. Where only documents are read (`--documents-only`)
it is a `document-value`, as OpenSLO has no room for the number.

## Why it matters

Without a budget the first failure breaks the promise, no release is ever safe, and every burn
rate is infinite: the alert is always on or never believed. No user can tell 100 % from 99.99 %
through their own network.

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
everything"); OpenSLO v1: a target lies in [0, 1).
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

slo_objective_100 = loader_rule(__name__, since="0.1")
