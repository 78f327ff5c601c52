"""A key that was renamed.

## What it does

Finds keys under a former name. They are read as if they had the new name. `reliability check --fix`
renames them.

## Why it matters

A former name works for at least two minor versions. After that it is an unknown key, and the
document is an error.

## Example

```yaml bad
# policies/slo.yaml
kind: SloPolicy
spec:
  targets:
    lowest: 0.5  # <- document-key-deprecated
```

```yaml good
# policies/slo.yaml
kind: SloPolicy
spec:
  targets:
    min: 0.5
```

## Source

[Stability](../stability.md): how a stable name changes.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_key_deprecated = loader_rule(__name__, since="0.1")
