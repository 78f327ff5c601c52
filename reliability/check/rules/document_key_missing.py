"""A key that its kind needs and that is not there.

## What it does

Finds documents without a required key. A signal without a tier is not among them: that is a
decision still to be taken, and `signal-tier-missing` says so.

## Why it matters

A default would decide what nobody decided. What can be left out has a default that is safe, and
what has none has to be written.

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

The kinds of this repository; for SLO, SLI, Service and DataSource OpenSLO v1 and its reference
validator.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_key_missing = loader_rule(__name__, since="0.1")
