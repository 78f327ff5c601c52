"""A selector that matches nothing, though its metric is there.

## What it does

Asks a server (`check --live URL`) what each selector of an SLI or a signal matched in the last
seven days. Found are those that matched no series; where one matcher alone is why, it is named,
with the nearest value that is there. Bad events and signals may be rare: of them only matchers
with `=` are found whose value no series of the metric has.

## Why it matters

A label's value with a slip in it selects nothing, and nothing is what a healthy service shows, too.

## Example

```json live
{"series": [{"labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"}}]}
```

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
              query: http_requests_total{job="attendence",code!~"5.."}  # <- selector-empty
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendence"}  # <- selector-empty
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
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance",code=~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{job="attendance"}
```

## Source

pint's `promql/series`: the metric is there, and a matcher finds none of its series.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reliability.check.context import Context
from reliability.check.index.selected import matcher_text
from reliability.check.lookups.nearest import nearest
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity

if TYPE_CHECKING:
    from reliability.check.facts.live import UnmatchedMatcher
    from reliability.check.index.selected import Selected

RARE = frozenset(("bad", None))
"""Roles of what may not have happened for a week; None is a signal."""
HELP = "take out or loosen a matcher; together they match nothing"


@catalog_rule(severity=Severity.WARNING, since="0.2", needs="live")
def selector_empty(context: Context) -> Iterator[Problem]:
    """Look for selectors that matched no series."""
    if context.live is None:
        return
    from reliability.check.facts.live import Empty

    for each in context.selected:
        match context.live.answers.get(each.text):
            case Empty(()) if each.role not in RARE:
                message = f"no series matched {each.text} in the last 7 days"
                yield Problem(each.at, message, HELP, subject=each.text)
            case Empty(blamed):
                yield from (_because(each, one) for one in blamed)
            case _:
                pass


def _because(each: Selected, blamed: UnmatchedMatcher) -> Problem:
    metric, label = each.selector.metric, blamed.matcher.label
    if not blamed.values:
        message = f"no series of {metric} had the label {label} in the last 7 days"
        help_text = "fix the label's name, or remove the matcher"
        return Problem(each.at, message, help_text, subject=f"{metric} {label}")
    matcher = matcher_text(blamed.matcher)
    message = f"no series of {metric} had {matcher} in the last 7 days"
    help_text = nearest(blamed.matcher.value, blamed.values, "label")
    return Problem(each.at, message, help_text, subject=f"{metric} {matcher}")
