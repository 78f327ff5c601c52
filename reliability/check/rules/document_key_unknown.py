"""A key that its kind does not have.

## What it does

Finds keys that are not known where they stand, and names the nearest one that is.
`reliability check --fix` renames a key where one alone is near and not there yet.

## Why it matters

A key with a slip of the pen is a wish that nobody hears. `runbok:` makes no error in a reader
that takes what it knows, and at 3 a.m. there is no runbook.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbok: docs/runbooks/clock-in.md  # <- document-key-unknown
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
```

## Source

OpenSLO's reference validator, which decodes strictly.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_key_unknown = loader_rule(__name__, since="0.1")
