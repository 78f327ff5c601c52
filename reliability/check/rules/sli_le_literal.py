r"""A bucket bound that Prometheus 2 and 3 store differently.

## What it does

Finds `le="1"` and `quantile="1"` with whole numbers in signals, in SLI queries that are a full
expression with `{{.window}}`, and in SLI queries that do not count events. Other selectors of SLIs
are compiled to match both forms and are not reported. `reliability check --fix` writes a matcher
for both forms.

## Why it matters

Prometheus 3 stores `le="1"` as `le="1.0"`. The matcher then matches nothing. If a guard against
absent series takes that for 100 % errors, every such SLO pages on the day of the upgrade.

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

Prometheus 3.0 migration guide: `le` and `quantile` are normalized when they are ingested. Measured
with 2.53 and 3.5.
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
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.promql import syntax
from reliability.promql.query import WINDOW
from reliability.promql.tree import STAND_IN

WHOLE: Final = re.compile(r"(-?\d+)(?:\.0)?")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sli_le_literal(context: Context) -> Iterator[Problem]:
    """Check the matchers of each PromQL expression."""
    for query in context.sli_queries:
        if query.is_rewritten:
            continue
        for label, value in _literals(query.placed.text or ""):
            yield _problem(query.placed.located, query.placed.at, label, value=value)
    for policy in context.catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            for label, value in _literals(signal.expr):
                at = policy.at("spec", "signals", index, "expr")
                yield _problem(policy, at, label, value=value)


def _literals(text: str) -> Iterator[tuple[str, str]]:
    """Yield label and value of each matcher with a whole number."""
    tree = syntax.parse(WINDOW.sub(STAND_IN, text))
    matchers = (
        matcher for selector in syntax.selectors(tree) for matcher in syntax.matchers(selector)
    )
    equal = ((label, value) for label, sign, value in matchers if sign == "=")
    for label, value in dict.fromkeys(equal):
        if label in ("le", "quantile") and WHOLE.fullmatch(value):
            yield label, value


def _problem(located: Located[Any], at: Location, label: str, value: str) -> Problem:
    """Report a matcher of one form, with a fix that matches both."""
    whole = value.removesuffix(".0")
    matcher = f'{label}="{value}"'
    other = whole if value != whole else f"{whole}.0"
    message = Message(
        "Prometheus {version} stores {matcher} as {other}",
        version="2" if value != whole else "3",
        matcher=matcher,
        other=f'{label}="{other}"',
    )

    both = f'{label}=~"{whole}|{whole}\\\\.0"'
    edits = fix("match both forms", replaced(located.document, at, matcher, new=both))
    return Problem(
        at,
        message,
        Message("write {matcher}", matcher=both),
        related=(),
        fix=edits,
        subject=matcher,
    )
