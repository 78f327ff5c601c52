"""A custom rule with a type error, a duplicate ID or an excessive size.

## What it does

Finds custom rules whose expressions do not type-check, and marks the name or operator that is
wrong. Also finds rules that reuse the ID of another rule, rules that are too long or too many, and
cases that set fields that do not exist.

## Why it matters

A rule that cannot be evaluated finds nothing, and looks like a rule without findings. Types are
checked before anything runs. Without that check, a misspelled field would be empty for every
service, and nobody would notice.

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
