"""A file or document that cannot be read.

## What it does

Finds files that cannot be opened, symbolic links, paths that differ only in case, text that is not
valid UTF-8 or YAML 1.2, tags, merge keys, and files over the limits: 1,000,000 bytes, 50 levels,
100,000 nodes with aliases expanded, 100 aliases. All other files are still read.

## Why it matters

A file that cannot be read protects nobody: its alerts are never generated. A reader that guesses
instead of refusing turns the file into something its author did not mean. A reader without limits
crashes on an alias bomb.

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
