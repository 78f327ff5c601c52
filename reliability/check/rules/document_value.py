"""A value that is not valid for its key.

## What it does

Finds values of the wrong type, out of range or in an unknown format: durations, ratios, names that
are not safe path segments, paths that lead out of the repository, secrets in plain text, and an
unsupported apiVersion or kind. `reliability check --fix` corrects a misspelled word if exactly one
allowed word is close.

## Why it matters

A value that is almost right is worse than a missing value: it is reviewed, merged and trusted.

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

The document kinds of this repository; for SLO, SLI, Service and DataSource, OpenSLO v1 and its
reference validator.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_value = loader_rule(__name__, since="0.1")
