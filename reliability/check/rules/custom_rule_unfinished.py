"""A custom rule that was not carried out to its end.

## What it does

Finds custom rules that took too long or too much memory, that ended their process, that have no
value for a subject, or that cannot be run as the extra `rules` is not installed. Other custom
rules are carried out all the same.

## Why it matters

What a rule did not look at is not clean. A rule from a pull request may be a mistake or an attack,
and must cost neither the run nor the other rules.

## Example

```yaml bad
# policies/rules.yaml
kind: RulePolicy
spec:
  custom:
    - id: first-signal-logged
      severity: warning
      subject: service
      holds: service.signals[0].tier == 'log'  # <- custom-rule-unfinished
      message: the first signal of {service.name} is no log
      help: put what is only logged first
```

```yaml good
# policies/rules.yaml
kind: RulePolicy
spec:
  custom:
    - id: first-signal-logged
      severity: warning
      subject: service
      holds: size(service.signals) == 0 || service.signals[0].tier != 'log'
      message: the first signal of {service.name} is only logged
      help: put what somebody acts on first
```

## Source

The limits: 100 rules of 4,000 characters, 2 seconds for a rule, 30 seconds for all, 384 MiB of
memory, 64 MiB to look at; and 10,000 steps of loops for a subject, which is CEL's own.
"""

from __future__ import annotations

from reliability.check.rule import engine_rule
from reliability.finding import Severity

custom_rule_unfinished = engine_rule(__name__, severity=Severity.ERROR, since="0.1")
