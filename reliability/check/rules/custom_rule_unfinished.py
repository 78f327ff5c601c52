"""A custom rule that did not run to completion.

## What it does

Finds custom rules that exceeded their time or memory limit, that crashed their process, that have
no value for a subject, or that cannot run because the extra `rules` is not installed. Other custom
rules still run.

## Why it matters

Subjects that a rule did not evaluate are not known to be clean. A rule in a pull request may be a
mistake or an attack, and must not stop the check or the other rules.

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
      message: the first signal of {service.name} is not in the log tier
      help: move log signals to the front
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
      message: the first signal of {service.name} is in the log tier
      help: move signals that need action to the front
```

## Source

The limits: 100 rules of 4,000 characters, 2 seconds per rule, 30 seconds for all rules, 384 MiB of
memory, 64 MiB of input, and 10,000 loop steps per subject, which is CEL's own limit.
"""

from __future__ import annotations

from reliability.check.rule import engine_rule
from reliability.finding import Severity

custom_rule_unfinished = engine_rule(__name__, severity=Severity.ERROR, since="0.1")
