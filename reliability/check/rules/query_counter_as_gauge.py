"""A counter used as a gauge.

## What it does

Finds three uses of a counter:

- `delta`, `idelta`, `deriv` or `predict_linear` of a counter
- a counter that has to be above a number, summed or not, without `rate` or `increase`
- a counter divided by another counter, without `rate`

A counter is a metric named for events (`..._errors_total`, `..._requests_total`) or CPU seconds, or
a `..._bucket` with a matcher of `le`. `_total` alone is not enough, because many gauges are named
so (`phpfpm_processes_total`).

A comparison that only guards an increase of the same counter is fine:
`x > 0 and increase(x[15m]) > 0`.

## Why it matters

A counter only grows until its process restarts. An alert on its raw value fires after the first
events and resolves at the next restart, although nothing was fixed. `delta` across a restart is a
large negative number. The quotient of two raw counters is the ratio since the processes started:
after weeks of success, an outage of an hour hardly changes it.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: application_errors_total > 10  # <- query-counter-as-gauge
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrorLogged
      kind: cause
      tier: log
      expr: increase(application_errors_total[1h]) > 10
```

## Source

The Prometheus documentation, "Query functions": `delta` and `deriv` should only be used with
gauges. pint's `promql/counter`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.metric_kinds import counts_events
from reliability.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Node,
    Number,
    VectorSelector,
    children,
    walk,
)

FOR_GAUGES: Final = frozenset(("delta", "idelta", "deriv", "predict_linear"))
GROWTH: Final = frozenset(("rate", "irate", "increase", "changes", "resets", "delta", "idelta"))


@catalog_rule(severity=Severity.WARNING, since="0.1")
def query_counter_as_gauge(context: Context) -> Iterator[Problem]:
    """Find counters in functions for gauges, in comparisons and in divisions."""
    for expression in context.expressions.using(*FOR_GAUGES, *COMPARISONS, "/"):
        nodes = _nodes(expression.tree)
        uses = (_counter(node) for node in nodes)
        for metric, use, message in dict.fromkeys(filter(None, uses)):
            help_text = Message("use rate or increase, as in increase({metric}[5m])", metric=metric)
            yield Problem(expression.at, message, help_text, subject=f"{metric} {use}")


def _nodes(node: Node) -> Iterator[Node]:
    """Yield all nodes except comparisons that only guard an increase of their counter."""
    if isinstance(node, Binary) and node.operator in ("and", "unless"):
        sides = ((node.left, node.right), (node.right, node.left))
        # What `unless` removes is a condition under which the alert does not fire.
        for side, other in sides[: 1 if node.operator == "unless" else 2]:
            if not _guards(side, other):
                yield from _nodes(side)
        return
    yield node
    for inner in children(node):
        yield from _nodes(inner)


def _guards(side: Node, other: Node) -> bool:
    """Return whether the other side has an increase or a former value of the same counter."""
    if not isinstance(side, Binary) or (guarded := _raw(side.left)) is None:
        return False
    metric = guarded.metric
    for node in walk(other):
        match node:
            case Call(function=name, arguments=(VectorSelector() as inner, *_)) if name in GROWTH:
                if inner.metric == metric:
                    return True
            case VectorSelector() if node.metric == metric and node.offset:
                return True
            case _:
                pass

    return False


def _counter(node: Node) -> tuple[str, str, Message] | None:
    """Return a counter that is used as a gauge, how it is used, and the message about it."""
    match node:
        case Call(function=name, arguments=(VectorSelector() as selector, *_)) if (
            name in FOR_GAUGES and _is_counter(selector)
        ):
            metric = selector.metric
            message = Message(
                "{function} is for gauges, and {metric} is a counter", function=name, metric=metric
            )
            return metric, name, message
        case Binary(operator=">" | ">=" | "!=", left=left, right=Number()):
            counter = _counter_of(left)
            if counter is None:
                return None
            message = Message(
                "{metric} is a counter: it stays above the number until the process restarts",
                metric=counter,
            )
            return counter, "compared", message
        case Binary(operator="/", left=left, right=right):
            is_sum = isinstance(right, Binary) and right.operator == "+"
            counters = [_counter_of(side) for side in (children(right) if is_sum else (right,))]
            part = _counter_of(left)
            whole = next((name for name in counters if name != part), part)
            if part is None or whole is None or None in counters:
                return None
            message = Message(
                "{metric} and {other} are counters: their quotient is the ratio since the "
                "processes started",
                metric=part,
                other=whole,
            )
            return part, f"/ {whole}", message
        case _:
            return None


def _counter_of(node: Node) -> str | None:
    """Return the name of the counter whose raw value an expression is, or None."""
    raw = _raw(node)
    return raw.metric if raw is not None and _is_counter(raw) else None


def _is_counter(selector: VectorSelector) -> bool:
    is_bucket = selector.metric.endswith("_bucket") and ":" not in selector.metric
    has_limit = any(matcher.label == "le" for matcher in selector.matchers)
    return counts_events(selector.metric) or (is_bucket and has_limit)


def _raw(node: Node) -> VectorSelector | None:
    """Return the instant selector of an expression, which may be aggregated or scaled."""
    match node:
        case Aggregation(operator="sum" | "avg" | "max" | "min"):
            return _raw(node.inner)
        case Binary(operator="*" | "/", right=Number()):
            return _raw(node.left)
        case VectorSelector(range=None):
            return node
        case _:
            return None
