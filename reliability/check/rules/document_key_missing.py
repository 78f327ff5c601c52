"""A required key is missing.

## What it does

Finds documents without a required key. A signal without a tier is reported by
`signal-tier-missing` instead, because its tier is a decision that is still open.

## Why it matters

A default would make a decision that nobody made. Optional keys have safe defaults. Keys without a
safe default are required.

## Example

```yaml bad
# services/attendance/ownership.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: attendance}
spec:  # <- document-key-missing
  criticality: critical
```

```yaml good
# services/attendance/ownership.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: attendance}
spec:
  team: workforce
  criticality: critical
```

## Source

The document kinds of this repository; for SLO, SLI, Service and DataSource, OpenSLO v1 and its
reference validator.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_key_missing = loader_rule(__name__, since="0.1")
