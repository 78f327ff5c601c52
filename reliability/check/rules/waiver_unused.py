"""A waiver that excuses nothing.

## What it does

Finds waivers, not yet at their end, that reach no finding, and those of a rule that the rule
policy has locked.
`reliability check --fix` takes them out.

## Why it matters

What it excused has been mended, or its service or object was renamed and the excuse misses. The
next who needs one copies it.

## Example

```yaml bad
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: alert-for-cause  # <- waiver-unused
      service: attendance
      reason: The disk fills within an hour and nothing else tells
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

Giant Swarm's ignore file that may only shrink.
"""

from __future__ import annotations

from reliability.check.rule import engine_rule
from reliability.finding import Severity

waiver_unused = engine_rule(__name__, severity=Severity.WARNING, since="0.1")
