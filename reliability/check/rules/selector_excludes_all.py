"""A selector whose matchers exclude each other.

## What it does

Finds selectors that no series can ever match: two values for one label (`{job="a",job="b"}`),
values that another matcher excludes (`{code=~"4..",code="500"}`, `{code=~"500|503",code!~"5.."}`),
a matcher and its opposite, `!~".*"`, which excludes every value and a missing label, or `^` or `$`
inside of a pattern (`pod=~"db-[0-9]$-wal"`): nothing can follow the end of a value.

## Why it matters

A series has to satisfy all matchers of a selector. If it cannot, an alert never fires and an SLI
has no events.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceDown
      kind: cause
      tier: ticket
      expr: up{job="attendance",job="clock"} == 0  # <- selector-excludes-all
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceDown
      kind: cause
      tier: ticket
      expr: up{job=~"attendance|clock"} == 0
```

## Source

The Prometheus documentation, "Querying basics": all matchers of a selector have to match.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.index.selected import selector_text
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.impossible import excluded
from reliability.promql.tree import Node, VectorSelector, read, walk
from reliability.regex import never_matches
from reliability.resolve.indicator import LocatedQuery

HELP: Final = (
    Message('remove a matcher, or use one that lists all values: =~"a|b"'),
    Message("remove ^ and $ inside of the pattern: Prometheus anchors the whole pattern"),
)


@catalog_rule(severity=Severity.ERROR, since="0.1")
def selector_excludes_all(context: Context) -> Iterator[Problem]:
    """Compare the matchers of each selector that has several for one label."""
    for query in context.sli_queries:
        tree = read(query.placed.text) if query.placed.text is not None else None
        if tree is not None:
            yield from _in(tree, query.placed)
    for expression in context.expressions.every:
        if expression.signal is not None:
            yield from _in(expression.tree, expression)


def _in(tree: Node, written: LocatedQuery | Expression) -> Iterator[Problem]:
    """Yield the problems of the selectors in one expression."""
    for node in walk(tree):
        if isinstance(node, VectorSelector) and (why := excluded(node)) is not None:
            patterns = (each.value for each in node.matchers if each.sign == "=~")
            help_text = HELP[any(map(never_matches, patterns))]
            yield Problem(written.at, why, help_text, subject=selector_text(node))
