"""A regular expression that says no more than a plain text would.

## What it does

Finds `=~` and `!~` with a text that has nothing of a regular expression in it, and patterns that
begin with `^` or end in `$`: matchers look at the whole value anyway.

## Why it matters

A reader looks for what the pattern is there for. `=~"5.."` and `=~"500"` look alike and are not;
`=` says which it is, and Prometheus finds it faster.

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

The Prometheus documentation, "Querying basics": matchers are fully anchored; pint's
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
from reliability.promql.tree import Matcher, selectors

PLAIN: Final = re.compile(r"[^.+*?()|\[\]{}^$\\]+")
ANCHORED: Final = re.compile(r"\^(?!.*\|).*|(?!.*[|\\]).*\$|\^\(.*\)\$?", re.DOTALL)
"""A pattern whose anchors say nothing more: with `|` they belong to one branch alone."""


@catalog_rule(severity=Severity.INFO, since="0.1")
def query_regexp_plain(context: Context) -> Iterator[Problem]:
    """Look at the patterns of every selector."""
    for expression in context.expressions.using(MATCHES):
        found = (each for selector in selectors(expression.tree) for each in selector.matchers)
        for matcher in dict.fromkeys(found):
            said = _plain(matcher)
            if said is not None:
                yield Problem(expression.at, *said, subject=matcher_text(matcher))


def _plain(matcher: Matcher) -> tuple[str, str] | None:
    if matcher.sign not in ("=~", "!~"):
        return None
    written = f'{matcher.label}{matcher.sign}"{matcher.value}"'
    if PLAIN.fullmatch(matcher.value):
        sign = "=" if matcher.sign == "=~" else "!="
        message = f"{written} holds no pattern"
        return message, f'write {matcher.label}{sign}"{matcher.value}"'
    if ANCHORED.fullmatch(matcher.value):
        return (
            f"{written} has an anchor, and the whole value is matched anyway",
            "leave ^ and $ out",
        )
    return None
