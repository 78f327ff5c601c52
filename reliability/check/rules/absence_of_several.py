"""Absence of several things at once, which is only seen when all are gone.

## What it does

Finds `absent(x{label=~"a|b"})`: one absence for a list of values.

## Why it matters

`absent` has a result when no series at all matches. While `b` is there, nobody is told that `a`
is gone; and when it fires, it cannot say which: a label that was matched with a pattern is not on
it.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job=~"attendance|payslips"})  # <- absence-of-several
      for: 5m
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job="attendance"}) or absent(up{job="payslips"})
      for: 5m
```

## Source

The Prometheus documentation, "Query functions", on `absent`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.selected import matcher_text
from reliability.check.rule import catalog_rule
from reliability.check.wording import listed
from reliability.finding import Problem, Severity
from reliability.promql.label_bounds import ABSENCE
from reliability.promql.subsets import choices
from reliability.promql.tree import Call, Matcher, selectors, walk


@catalog_rule(severity=Severity.WARNING, since="0.1")
def absence_of_several(context: Context) -> Iterator[Problem]:
    """Look for lists of values below `absent`."""
    for expression in context.expressions.using(*sorted(ABSENCE)):
        for node in walk(expression.tree):
            if isinstance(node, Call) and node.function in ABSENCE:
                found = (each for inner in selectors(node) for each in inner.matchers)
                for matcher in filter(_lists, found):
                    names = listed(choices(matcher.value), "and")
                    message = f"{node.function} has a result only when {names} are all gone"
                    help_text = f"write one {node.function} for each, joined by or"
                    yield Problem(
                        expression.at,
                        message,
                        help_text,
                        subject=f"{node.function} {matcher_text(matcher)}",
                    )


def _lists(matcher: Matcher) -> bool:
    return matcher.sign == "=~" and len(choices(matcher.value)) > 1
