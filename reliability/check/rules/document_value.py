"""A value that its key cannot have.

## What it does

Finds values of the wrong type, outside of their bounds or of no known form: durations, shares,
names that are no safe path segment, paths that lead out of the repository, secrets in plain
text, an apiVersion or kind that is not read here.
`reliability check --fix` writes the one allowed word that is near.

## Why it matters

A value that is nearly right is worse than none: it is reviewed, merged and believed.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      noData: {after: 15 minutes}  # <- document-value
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      noData: {after: 15m}
```

## Source

The kinds of this repository; for SLO, SLI, Service and DataSource OpenSLO v1 and its reference
validator.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_value = loader_rule(__name__, since="0.1")
