"""A custom rule that cannot be read: its types, its id, or its size.

## What it does

Finds custom rules whose expressions do not type-check, at the very name or operator that is
wrong; that have the id of another rule; that are too long or too many; and whose cases are given
what no service has.

## Why it matters

A rule that cannot be read finds nothing, and looks like one that finds nothing wrong. Types are
checked before anything runs: a field with a slip in its name would otherwise be empty for every
service, and nobody would know.

## Example

```yaml bad
# policies/rules.yaml
kind: RulePolicy
spec:
  custom:
    - id: slo-owner-missing
      severity: warning
      subject: slo
      holds: "'owner' in slo.lables"  # <- custom-rule-invalid
      message: "{slo.name} has no label owner"
      help: write who answers under metadata.labels.owner
```

```yaml good
# policies/rules.yaml
kind: RulePolicy
spec:
  custom:
    - id: slo-named-after-its-service
      severity: warning
      subject: slo
      holds: slo.name.startsWith(service.name)
      message: "{slo.name} does not begin with {service.name}"
      help: begin the name with that of the service
```

## Source

The Common Expression Language; `docs/guides/custom-rules.md` has every field.
"""

from __future__ import annotations

from reliability.check.rule import engine_rule
from reliability.finding import Severity

custom_rule_invalid = engine_rule(__name__, severity=Severity.ERROR, since="0.1")
