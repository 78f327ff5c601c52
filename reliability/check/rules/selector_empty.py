"""A selector that matches no series, although its metric exists.

## What it does

Asks a server (`check --live URL`) what each selector of an SLI or a signal matched in the last
seven days, and finds selectors that matched no series. If a single matcher is the reason, the
message names it and the help suggests the closest existing value. Bad events and signals may be
rare, so for them the rule only reports `=` matchers whose value no series of the metric has.

## Why it matters

A misspelled label value matches nothing, and an error query without a result looks like a healthy
service.

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

pint's `promql/series`: the metric exists, and a matcher excludes all its series.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reliability.check.context import Context
from reliability.check.index.selected import matcher_text
from reliability.check.lookups.nearest import nearest
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message

if TYPE_CHECKING:
    from reliability.check.facts.live import UnmatchedMatcher
    from reliability.check.index.selected import Selected

RARE = frozenset(("bad", None))
"""Roles of events that may not have happened for a week; None is a signal."""
HELP = Message("remove or relax a matcher: together they match nothing")


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="live")
def selector_empty(context: Context) -> Iterator[Problem]:
    """Find selectors that matched no series."""
    if context.live is None:
        return
    from reliability.check.facts.live import Empty

    for selected in context.selected:
        match context.live.answers.get(selected.text):
            case Empty(()) if selected.role not in RARE:
                message = Message(
                    "no series matched {selector} in the last 7 days", selector=selected.text
                )
                yield Problem(selected.at, message, HELP, subject=selected.text)
            case Empty(unmatched):
                yield from (_problem(selected, matcher) for matcher in unmatched)
            case _:
                pass


def _problem(selected: Selected, unmatched: UnmatchedMatcher) -> Problem:
    """Report a matcher that alone excludes all series."""
    metric, label = selected.selector.metric, unmatched.matcher.label
    if not unmatched.values:
        message = Message(
            "no series of {metric} had the label {label} in the last 7 days",
            metric=metric,
            label=label,
        )
        help_text = Message("correct the name of the label, or remove the matcher")
        return Problem(selected.at, message, help_text, subject=f"{metric} {label}")

    matcher = matcher_text(unmatched.matcher)
    message = Message(
        "no series of {metric} had {matcher} in the last 7 days", metric=metric, matcher=matcher
    )
    help_text = nearest(unmatched.matcher.value, unmatched.values, "label")
    return Problem(selected.at, message, help_text, subject=f"{metric} {matcher}")
