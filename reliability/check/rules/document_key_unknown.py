"""An unknown key.

## What it does

Finds keys that are not known at their location, and suggests the closest known key. `reliability
check --fix` renames a key if exactly one known key is close and not yet present.

## Why it matters

A misspelled key has no effect. A lenient reader accepts `runbok:` without an error, and at 3 a.m.
there is no runbook.

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
