"""A regular expression that a plain string could replace.

## What it does

Finds `=~` and `!~` with a value that has no special character of a regular expression, and patterns
that begin with `^` or end with `$`, although Prometheus anchors patterns at both ends.

## Why it matters

Readers look for the reason of a pattern. `=~"5.."` and `=~"500"` look alike and mean different
things. `=` is clear, and Prometheus evaluates it faster.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(errors_total{job=~"attendance"}[5m]) > 1  # <- query-regexp-plain
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: rate(errors_total{job="attendance"}[5m]) > 1
```

## Source

The Prometheus documentation, "Querying basics": regular expressions are fully anchored. pint's
`promql/regexp`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.index.expressions import MATCHES
from reliability.check.index.selected import matcher_text
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.syntax import PLAIN
from reliability.promql.tree import Matcher, selectors

ANCHORED: Final = re.compile(r"\^.*|(?:[^\\]|\\.)*\$", re.DOTALL)
"""A pattern with an anchor; a branch of `^a|b$` matches the whole value without it, too."""


@catalog_rule(severity=Severity.INFO, since="0.1")
def query_regexp_plain(context: Context) -> Iterator[Problem]:
    """Look at the regular expressions of each selector."""
    for expression in context.expressions.using(MATCHES):
        matchers = (
            matcher for selector in selectors(expression.tree) for matcher in selector.matchers
        )
        for matcher in dict.fromkeys(matchers):
            texts = _plain(matcher)
            if texts is not None:
                yield Problem(expression.at, *texts, subject=matcher_text(matcher))


def _plain(matcher: Matcher) -> tuple[Message, Message] | None:
    """Return message and help about a pattern that is not needed."""
    if matcher.sign not in ("=~", "!~"):
        return None
    written = f'{matcher.label}{matcher.sign}"{matcher.value}"'
    if PLAIN.fullmatch(matcher.value):
        sign = "=" if matcher.sign == "=~" else "!="
        message = Message(
            "{matcher} is a regular expression without a pattern in it", matcher=written
        )
        plain = f'{matcher.label}{sign}"{matcher.value}"'
        return message, Message("write {matcher}", matcher=plain)

    if ANCHORED.fullmatch(matcher.value):
        message = Message(
            "{matcher} has an anchor, and Prometheus anchors every pattern", matcher=written
        )
        return message, Message("remove ^ and $")

    return None
