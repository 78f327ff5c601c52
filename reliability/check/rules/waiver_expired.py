"""A waiver whose end has passed.

## What it does

Finds waivers whose `until` lies before today. They excuse nothing any more: what they excused is
a finding again. Both are errors where the change touches the file and warnings otherwise: the day
never turns a stranger's pull request red.

## Why it matters

An exception without an end is a rule that nobody wrote down.

## Example

```yaml bad
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: alert-for-cause
      service: attendance
      reason: The disk fills within an hour and nothing else tells
      approver: "@lead-workforce"
      until: 2026-09-30  # <- waiver-expired
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

The talk: exceptions are dated; pint's snoozes that need a reason and an end.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.suppression.waivers import waivers
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.ERROR, since="0.1", by_date=True)
def waiver_expired(context: Context) -> Iterator[Problem]:
    """Compare the end of each waiver with today."""
    for placed in waivers(context):
        if placed.waiver.until < context.today:
            ago = days_text((context.today - placed.waiver.until).days)
            message = f"the waiver ended on {placed.waiver.until}, {ago} ago"
            help_text = f"mend what {placed.waiver.rule} finds, and take the waiver out"
            yield Problem(placed.at("until"), message, help_text)
