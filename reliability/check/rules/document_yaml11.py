"""A plain scalar that YAML 1.1 readers interpret differently.

## What it does

Finds plain scalars that are text or another number in YAML 1.2, but a boolean, an octal number or
a base-60 number in YAML 1.1: `on`, `no`, `y`, `012`, `1:30`. `reliability check --fix` adds quotes
to text and rewrites numbers in decimal.

## Why it matters

Other tools read the same files, and many of them use YAML 1.1. `NO` is a country code in this tool
and `false` in those. Quotes make it the same value for every reader.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
  description: yes  # <- document-yaml11
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
  description: "yes"
```

## Source

YAML 1.2.2, 10.3 (the core schema), compared with the bool, int and sexagesimal types of YAML 1.1.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_yaml11 = loader_rule(__name__, since="0.1")
