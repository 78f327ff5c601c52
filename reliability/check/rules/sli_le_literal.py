r"""A literal bucket bound that Prometheus 3 stores in another form.

## What it does

Finds `le="1"` and `quantile="1"` with whole numbers in signals, and in SLI queries that are a full
expression with `{{.window}}`, or that count no events. A selector of an SLI is compiled to match
both forms, so that nothing is found there.
`reliability check --fix` writes a matcher of both forms.

## Why it matters

Prometheus 3 stores `le="1"` as `le="1.0"`. The matcher then finds nothing, and with a guard
against absent series that reads as 100 % errors: everybody is woken on the day of the upgrade.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-fast}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(clock_in_seconds_bucket{le="1"}[{{.window}}]))'  # <- sli-le-literal
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(clock_in_seconds_count[{{.window}}]))'
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-fast}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(clock_in_seconds_bucket{le=~"1|1\\.0"}[{{.window}}]))'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate(clock_in_seconds_count[{{.window}}]))'
```

## Source

Prometheus 3.0 migration guide: `le` and `quantile` are normalized when they are ingested;
measured on 2.53 and 3.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.rewrite import fix, replaced
from reliability.location import Location
from reliability.model.alert_policy import AlertPolicy
from reliability.promql import syntax
from reliability.promql.query import WINDOW

WHOLE: Final = re.compile(r"(-?\d+)(?:\.0)?")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sli_le_literal(context: Context) -> Iterator[Problem]:
    """Look at every matcher of every PromQL expression."""
    for query in context.sli_queries:
        if query.is_rewritten:
            continue
        for label, value in _literals(query.placed.text or ""):
            yield _problem(query.placed.located, query.placed.at, label, value)
    for policy in context.catalog.each(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            for label, value in _literals(signal.expr):
                at = policy.at("spec", "signals", index, "expr")
                yield _problem(policy, at, label, value)


def _literals(text: str) -> Iterator[tuple[str, str]]:
    if "le" not in text:
        return
    tree = syntax.parse(WINDOW.sub("5m", text))
    found = (matcher for each in syntax.selectors(tree) for matcher in syntax.matchers(each))
    for label, value in dict.fromkeys((name, value) for name, sign, value in found if sign == "="):
        if label in ("le", "quantile") and WHOLE.fullmatch(value):
            yield label, value


def _problem(located: Located[Any], at: Location, label: str, value: str) -> Problem:
    whole = value.removesuffix(".0")
    other = whole if value != whole else f"{whole}.0"
    version = "2" if value != whole else "3"
    message = f'{label}="{value}" is stored as {label}="{other}" by Prometheus {version}'
    both = f'{label}=~"{whole}|{whole}\\\\.0"'
    edits = replaced(located.document, at, f'{label}="{value}"', both)
    return Problem(
        at,
        message,
        f"write {both}",
        (),
        fix("match both spellings", edits),
        subject=f'{label}="{value}"',
    )
