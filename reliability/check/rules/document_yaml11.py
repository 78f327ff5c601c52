"""A plain scalar that older YAML readers take for something else.

## What it does

Finds plain scalars that are text or another number in YAML 1.2, and a boolean, an octal number
or a number to the base 60 to readers of YAML 1.1: `on`, `no`, `y`, `012`, `1:30`.
`reliability check --fix` quotes what is text, and writes numbers plainly.

## Why it matters

Other tools read the same files, and many of them read YAML 1.1. `NO` is a country here and
`false` there. Quotes make it one thing for all.

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

YAML 1.2.2, 10.3 (the core schema) against YAML 1.1's bool, int and sexagesimal types.
"""

from __future__ import annotations

from reliability.check.rule import loader_rule

document_yaml11 = loader_rule(__name__, since="0.1")
