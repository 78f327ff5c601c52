"""A counter is read as if it were a gauge.

## What it does

Finds `delta`, `idelta`, `deriv` and `predict_linear` over a counter (`..._total`, `..._bucket`),
a counter of events (`..._errors_total`, `..._requests_total`) that is compared with a number as it
is, and a counter divided by another without `rate`. A comparison that only guards an increase of
the same counter (`x > 0 and increase(x[15m]) > 0`) is not one of them.

## Why it matters

A counter only grows. Compared as it is, an alert fires after the first event and stays until the
process restarts; then it is over although nothing was mended. `delta` over a restart is a large
negative number. Two counters divided are the share since their processes started: after weeks of
success an outage of an hour does not move it.

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

The Prometheus documentation, "Query functions" (`delta` and `deriv` are for gauges); pint's
`promql/counter`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.promql.metric_kinds import counts_events, is_counter
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
    """Look at what functions of gauges and comparisons are applied to."""
    for expression in context.expressions.using(*FOR_GAUGES, *COMPARISONS, "/"):
        nodes = _nodes(expression.tree)
        for metric, use, how in dict.fromkeys(
            found for node in nodes if (found := _counter(node)) is not None
        ):
            message = f"{metric} is a counter, and {how}"
            help_text = f"write increase({metric}[...]) or rate"
            yield Problem(expression.at, message, help_text, subject=f"{metric} {use}")


def _nodes(node: Node) -> Iterator[Node]:
    """Every node but comparisons that only guard the growth of their counter."""
    if isinstance(node, Binary) and node.operator in ("and", "unless"):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if not _guards(side, other):
                yield from _nodes(side)
        return
    yield node
    for inner in children(node):
        yield from _nodes(inner)


def _guards(side: Node, other: Node) -> bool:
    """Whether the other side asks how the counter of this comparison grew, or was, before."""
    if not isinstance(side, Binary) or not isinstance(side.left, VectorSelector):
        return False
    metric = side.left.metric
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


def _counter(node: Node) -> tuple[str, str, str] | None:
    """A counter that is taken for a gauge, what is done with it, and that in words."""
    match node:
        case Call(function=name, arguments=(VectorSelector(metric=metric), *_)) if (
            name in FOR_GAUGES
        ):
            return (metric, name, f"{name} is for gauges") if is_counter(metric) else None
        case Binary(operator=sign, left=VectorSelector(metric=metric), right=Number()) if (
            sign in COMPARISONS and counts_events(metric) and node.left != node.right
        ):
            return metric, "compared", "it stays above a number until the process restarts"
        case Binary(operator="/", left=left, right=right):
            part, whole = _plain(left), _plain(right)
            is_raw = part is not None and whole is not None and is_counter(part)
            if is_raw and whole is not None and is_counter(whole):
                return (
                    part or "",
                    f"/ {whole}",
                    f"{whole} is one, too: divided, they are the share since they began",
                )
            return None
        case _:
            return None


def _plain(node: Node) -> str | None:
    """The metric of a selector, summed or not, whose samples are taken as they are."""
    match node:
        case Aggregation(operator="sum" | "avg" | "max" | "min"):
            return _plain(node.inner)
        case VectorSelector(range=None):
            return node.metric
        case _:
            return None
