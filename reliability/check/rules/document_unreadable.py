"""A file or a document that cannot be read at all.

## What it does

Finds files that cannot be opened, symbolic links, paths that differ only in case, text that is
no UTF-8 or no YAML 1.2, tags, merge keys, and files over the limits: 1,000,000 bytes, 50 levels,
100,000 nodes with aliases expanded, 100 aliases. The other files are read all the same.

## Why it matters

What cannot be read protects nobody: its alerts are never made. A reader that guesses instead of
refusing makes something else of the file than its author meant, and an alias bomb makes nothing
at all.

## Example

```yaml bad
# services/attendance/ownership.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: attendance}
spec:
  team: workforce
  criticality: critical
  description: Pay: depends on it  # <- document-unreadable
```

```yaml good
# services/attendance/ownership.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: attendance}
spec:
  team: workforce
  criticality: critical
  description: "Pay: depends on it"
```

## Source

YAML 1.2.2; the "billion laughs" attack on readers that expand aliases without a limit.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_unreadable = loader_rule(__name__, since="0.1")
