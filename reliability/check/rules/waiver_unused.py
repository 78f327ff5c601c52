"""A waiver without a finding.

## What it does

Finds waivers that are still valid and match no finding, and waivers of a locked rule.
`reliability check --fix` removes them.

## Why it matters

The finding was fixed, or its service or object was renamed and the waiver no longer matches. The
next person who needs a waiver copies it.

## Example

```yaml bad
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: alert-without-slo  # <- waiver-unused
      service: attendance
      reason: The disk fills within an hour and nothing else detects it
      approver: "@lead-workforce"
      until: 2027-01-31
```

```yaml good
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers: []
```

## Source

Giant Swarm's ignore file, which may only shrink.
"""

from __future__ import annotations

from reliability.check.rule import engine_rule
from reliability.finding import Severity

waiver_unused = engine_rule(__name__, severity=Severity.WARNING, since="0.1")
