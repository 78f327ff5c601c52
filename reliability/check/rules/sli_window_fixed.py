"""A fixed range in an SLI query instead of `{{.window}}`.

## What it does

Finds ranges such as `[5m]` in counter queries. A range inside a subquery over `{{.window}}` is
intended and not reported. `reliability check --fix` replaces the range if the query has no
subquery.

## Why it matters

Each alert compares two windows between five minutes and three days. A query with `[5m]` has the
same value in all of them, so the long window has no effect and a single bad scrape pages.

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

Sloth's `{{.window}}`. defilantech/LLMKube#1148: a window fixed in names and queries.
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
from reliability.message import Message
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
        window_fix = _fix(placed, RANGE.findall(placed.text or ""))
        yield Problem(placed.at, fault.message, fault.help, related=(), fix=window_fix)
    for query in context.sli_queries:
        text = query.placed.text or ""
        if query.counts and WINDOW.search(text):
            for length in dict.fromkeys(_fixed_ranges(_parsed(text))):
                yield _beside_window(query.placed, duration_text(length))


def _beside_window(placed: LocatedQuery, length: str) -> Problem:
    """Report a fixed range in a query that also has `{{.window}}`."""
    message = Message(
        "[{length}] is fixed, and {window} differs in each window of the alerts",
        length=length,
        window="{{.window}}",
    )
    help_text = Message("replace [{length}] with {window}", length=length, window="[{{.window}}]")
    window_fix = _fix(placed, [f"[{length}]"])
    return Problem(placed.at, message, help_text, related=(), fix=window_fix, subject=length)


def _fix(placed: LocatedQuery, ranges: Iterable[str]) -> Fix | None:
    """Replace ranges with the window.

    There is no fix if a subquery or a label's value has brackets, as these look like ranges. There
    is none for a range selector alone either, because it also needs a rate.
    """
    text = placed.text or ""
    if not gives_series(_parsed(text)):
        return None
    if SUBQUERY.search(TEXT.sub("", text)) or any("[" in value for value in TEXT.findall(text)):
        return None

    edits = (
        edit
        for written in dict.fromkeys(ranges)
        for edit in replaced(placed.located.document, placed.at, written, new="[{{.window}}]")
    )
    return fix("replace the range with the window", edits)


def _parsed(text: str) -> Any:
    return syntax.parse(WINDOW.sub(STAND_IN, text))


def _fixed_ranges(tree: Any) -> Iterator[timedelta]:
    """Yield ranges that are not the stand-in for the window, except those inside subqueries."""
    length: timedelta | None = getattr(tree, "range", None)
    if length is not None:
        if length != STAND_IN_RANGE:
            yield length
        return
    for inner in syntax.parts(tree):
        yield from _fixed_ranges(inner)
