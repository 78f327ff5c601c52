"""An expired waiver.

## What it does

Finds waivers whose `until` is before today. They no longer waive anything, so the findings that
they waived are reported again. Both are errors if the change touches the file and warnings
otherwise, so that a date never fails an unrelated pull request.

## Why it matters

An exception without an end date becomes an undocumented rule.

## Example

```yaml bad
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: alert-without-slo
      service: attendance
      reason: The disk fills within an hour and nothing else detects it
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

pint's snooze comments require an end date.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.check.suppression.waivers import waivers
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.render.durations import days_text


@catalog_rule(severity=Severity.ERROR, since="0.1", by_date=True)
def waiver_expired(context: Context) -> Iterator[Problem]:
    """Compare the end date of each waiver with today."""
    for located in waivers(context):
        waiver = located.waiver
        if waiver.until < context.today:
            message = Message(
                "the waiver ended on {date}, {days} ago",
                date=waiver.until,
                days=days_text((context.today - waiver.until).days),
            )
            help_text = Message(
                "fix the findings of {rule}, and remove the waiver", rule=waiver.rule
            )
            yield Problem(located.at("until"), message, help_text)
