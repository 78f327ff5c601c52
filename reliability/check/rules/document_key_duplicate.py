"""A key that appears twice in one mapping.

## What it does

Finds a key that the mapping already has, and shows the first of the two.

## Why it matters

YAML readers disagree: most take the last value, some take the first, and some refuse the file. A
reviewer may see only one of the two lines.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
  criticality: standard  # <- document-key-duplicate
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
```

## Source

YAML 1.2.2, 3.2.1.3: the keys of a mapping are unique.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_key_duplicate = loader_rule(__name__, since="0.1")
