"""An operation between two sides whose labels never match.

## What it does

Follows the labels through both sides of `and`, `unless`, arithmetic and comparisons. Finds a label
that one side has and the other side cannot have, if it decides which series match. A side has a
label if a matcher or `by (...)` names it, or if it is `job` or `instance` of a scraped series. A
side loses a label by an aggregation or a matcher.

A label in `by (...)` may not exist: with `by (cluster)` and no series that has `cluster`, both
sides match. A scrape configuration may drop `job` and `instance`. The message then says "if series
have" the label. External labels (`cluster`, `region`, ...) in `by (...)` are not reported, because
Prometheus adds them only to what it sends to other systems.

## Why it matters

Two series match if all labels that take part in the matching are equal. If only one side has such a
label, no series match and the result is empty: Prometheus loads the alert, reports it as healthy,
and the alert never fires. With `unless`, nothing is removed and the alert fires too often.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: >-  # <- query-never-matches
        sum by (handler) (rate(errors_total[5m])) > 1
        and sum by (pod) (rate(requests_total[5m])) > 10
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorShare
      kind: cause
      tier: ticket
      expr: >-
        sum by (handler) (rate(errors_total[5m])) > 1
        and sum by (handler) (rate(requests_total[5m])) > 10
```

## Source

The Prometheus documentation, "Operators", on vector matching. pint's `promql/impossible` and
`promql/vector_matching`. In a public collection of 954 alerts, 11 can never fire for this reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.expressions import Expression
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.label_bounds import mismatches, never_match
from reliability.promql.tree import COMPARISONS, Binary, walk

EXTERNAL = frozenset(
    {
        *("cluster", "environment", "env", "region", "zone", "datacenter", "dc", "site", "stack"),
        *("tenant", "tenant_id", "prometheus", "prometheus_replica", "replica", "monitor"),
    }
)
"""Common external labels; series that a Prometheus stores itself do not have them."""

ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
LEFT = Message("left")
RIGHT = Message("right")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_never_matches(context: Context) -> Iterator[Problem]:
    """Compare the labels of both sides of each operation that matches series."""
    for expression in context.expressions.using("and", "unless", *ARITHMETIC, *COMPARISONS):
        yield from _in(expression)


def _in(expression: Expression) -> Iterator[Problem]:
    """Report the innermost operation that never matches; the outer ones only follow from it."""
    for node in reversed(tuple(walk(expression.tree))):
        if not isinstance(node, Binary):
            continue
        certain = never_match(node, assumes=False)
        assumed = (each for each in mismatches(node) if each[0] not in EXTERNAL)
        if (mismatch := certain or next(assumed, None)) is not None:
            help_text = Message(
                "name the labels that both sides have in on (...), or aggregate both sides by the "
                "same labels"
            )
            message = _message(node.operator, *mismatch, is_assumed=certain is None)
            yield Problem(expression.at, message, help_text)
            return


def _message(operator: str, label: str, side: str, is_assumed: bool) -> Message:
    """Return which side has the label, and the consequence; whole sentences, for translators."""
    one, other = (LEFT, RIGHT) if side == "left" else (RIGHT, LEFT)
    values = {"one": one, "operator": operator, "label": label, "other": other}
    match operator == "unless", is_assumed:
        case True, True:
            return Message(
                "the {one} side of {operator} keeps the label {label} and the {other} side does "
                "not: if series have {label}, {operator} removes nothing",
                **values,
            )
        case True, False:
            return Message(
                "the {one} side of {operator} has the label {label} and the {other} side cannot "
                "have it, so {operator} removes nothing",
                **values,
            )
        case False, True:
            return Message(
                "the {one} side of {operator} keeps the label {label} and the {other} side does "
                "not: if series have {label}, {operator} has no result",
                **values,
            )
        case _:
            return Message(
                "the {one} side of {operator} has the label {label} and the {other} side cannot "
                "have it, so {operator} has no result",
                **values,
            )
