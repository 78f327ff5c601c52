"""A fixed range in an SLI query, where the window belongs.

## What it does

Finds ranges such as `[5m]` in the queries of counters. A range inside of a subquery over
`{{.window}}` is meant and left alone.
`reliability check --fix` puts the window in where there is no subquery.

## Why it matters

Each alert looks at two windows, from five minutes to three days. A query with `[5m]` in it is
the same number in all of them: the long window no longer decides, and one bad scrape pages.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(http_requests_total{code!~"5.."}[5m]))'  # <- sli-window-fixed
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(http_requests_total[{{.window}}]))'
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(http_requests_total{code!~"5.."}[{{.window}}]))'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(http_requests_total[{{.window}}]))'
```

## Source

Sloth's `{{.window}}`; defilantech/LLMKube#1148: a window baked into names and queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.index.queries import faulty
from reliability.check.rule import catalog_rule
from reliability.finding import Fix, Problem, Severity
from reliability.load.rewrite import fix, replaced
from reliability.promql import syntax
from reliability.promql.query import WINDOW, gives_series
from reliability.promql.tree import STAND_IN, STAND_IN_RANGE
from reliability.resolve.indicator import LocatedQuery
from reliability.scalars import duration_text

RANGE: Final = re.compile(r"\[[0-9a-z]+\]")
SUBQUERY: Final = re.compile(r"\[[^\]]*:")
TEXT: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""")


@catalog_rule(severity=Severity.ERROR, since="0.1")
def sli_window_fixed(context: Context) -> Iterator[Problem]:
    """Find ranges that do not follow the window."""
    for placed, fault in faulty(context.sli_queries, "fixed-window"):
        mended = _mended(placed, RANGE.findall(placed.text or ""))
        yield Problem(placed.at, fault.message, fault.help, (), mended)
    for query in context.sli_queries:
        text = query.placed.text or ""
        if query.counts and WINDOW.search(text):
            for fixed in dict.fromkeys(_fixed_ranges(_parsed(text))):
                message = (
                    f"[{duration_text(fixed)}] stays as it is beside {{{{.window}}}}, "
                    "and the windows of the alerts vary"
                )
                help_text = f"write [{{{{.window}}}}] in place of [{duration_text(fixed)}]"
                mended = _mended(query.placed, [f"[{duration_text(fixed)}]"])
                yield Problem(
                    query.placed.at, message, help_text, (), mended, subject=duration_text(fixed)
                )


def _mended(placed: LocatedQuery, ranges: Iterable[str]) -> Fix | None:
    """The window in place of ranges; nothing where a subquery or a label's value has brackets.

    Nor for a range alone: it needs a rate around it as well.
    """
    text = placed.text or ""
    if not gives_series(_parsed(text)):
        return None
    if SUBQUERY.search(TEXT.sub("", text)) or any("[" in each for each in TEXT.findall(text)):
        return None
    at = placed.at
    document = placed.located.document
    edits = (
        edit
        for written in dict.fromkeys(ranges)
        for edit in replaced(document, at, written, "[{{.window}}]")
    )
    return fix("put the window in place of the range", edits)


def _parsed(text: str) -> Any:
    return syntax.parse(WINDOW.sub(STAND_IN, text))


def _fixed_ranges(tree: Any) -> Iterator[timedelta]:
    length: timedelta | None = getattr(tree, "range", None)
    if length is not None:
        if length != STAND_IN_RANGE:
            yield length
        return
    for inner in syntax.parts(tree):
        yield from _fixed_ranges(inner)
