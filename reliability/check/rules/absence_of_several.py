"""An absent() check that covers several values at once.

## What it does

Finds `absent(x{label=~"a|b"})` and `absent_over_time(...)` with a matcher that lists several
values.

## Why it matters

`absent` returns a result only when no series at all matches. While `b` is still there, nobody is
notified that `a` is gone. When the alert does fire, it cannot say which value is missing, because
`absent` copies only labels from equality matchers to its result.

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
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.label_bounds import ABSENCE
from reliability.promql.subsets import choices
from reliability.promql.tree import Call, Matcher, selectors, walk


@catalog_rule(severity=Severity.WARNING, since="0.1")
def absence_of_several(context: Context) -> Iterator[Problem]:
    """Find matchers inside `absent` that list several values."""
    for expression in context.expressions.using(*sorted(ABSENCE)):
        for node in walk(expression.tree):
            if not isinstance(node, Call) or node.function not in ABSENCE:
                continue
            matchers = (matcher for inner in selectors(node) for matcher in inner.matchers)
            for matcher in filter(_lists_values, matchers):
                yield Problem(
                    expression.at,
                    Message(
                        "{function}() returns a result only when all of these are missing: "
                        "{values}",
                        function=node.function,
                        values=", ".join(choices(matcher.value)),
                    ),
                    Message(
                        "write one {function}() per value, joined with `or`", function=node.function
                    ),
                    subject=f"{node.function} {matcher_text(matcher)}",
                )


def _lists_values(matcher: Matcher) -> bool:
    return matcher.sign == "=~" and len(choices(matcher.value)) > 1
