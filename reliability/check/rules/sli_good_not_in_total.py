"""Good or bad events that are not part of the total.

## What it does

Compares the selectors of the good and bad events of an SLI with that of its total. Finds selectors
that match series outside the total, and metrics with an unrelated name. The buckets and the count
of a histogram count as one metric, and metrics whose names share their first two words are not
reported.

## Why it matters

The ratio exceeds 1 if good counts events that total does not, and errors outside the total are
never seen. The error budget looks full while users complain.

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
              query: 'http_requests_total{code!~"5.."}'  # <- sli-good-not-in-total
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{handler="/clock-in"}'
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
              query: 'http_requests_total{handler="/clock-in",code!~"5.."}'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'http_requests_total{handler="/clock-in"}'
```

## Source

The Site Reliability Workbook, chapter 2: an SLI is the ratio of good events to valid events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.promql.subsets import is_part
from reliability.promql.tree import Aggregation, Binary, Call, Node, Number, VectorSelector, read
from reliability.resolve.indicator import LocatedQuery


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sli_good_not_in_total(context: Context) -> Iterator[Problem]:
    """Compare the good and bad events of each ratio with the total."""
    for roles in _ratios(context):
        total = roles.get("total")
        for role in ("good", "bad"):
            part = roles.get(role)
            if part is None or total is None:
                continue
            texts = _outside(role, _selector(part), _selector(total))
            if texts is not None:
                label = Label(total.at, Message("the total"))
                yield Problem(part.at, *texts, related=(label,))


def _ratios(context: Context) -> Iterator[Mapping[str, LocatedQuery]]:
    """Yield the queries of each counter SLI, by their roles."""
    ratios: dict[tuple[int, tuple[str | int, ...]], dict[str, LocatedQuery]] = {}
    for query in context.sli_queries:
        if query.counts:
            sli = (id(query.placed.located), query.placed.route[:-4])
            ratios.setdefault(sli, {})[query.placed.role] = query.placed
    yield from ratios.values()


def _selector(query: LocatedQuery) -> VectorSelector | None:
    """Return the only selector that a query sums; None if it does more than sum one."""
    return _summed(read(query.text or ""))


def _summed(node: Node | None) -> VectorSelector | None:
    match node:
        case VectorSelector():
            return node
        case Aggregation(operator="sum"):
            return _summed(node.inner)
        case Call(function="rate" | "increase" | "histogram_count", arguments=(inner,)):
            return _summed(inner)
        case Call(function="histogram_fraction", arguments=(_, _, inner)):
            return _summed(inner)
        case Binary(operator=">=", left=Call() as inner, right=Number(0.0)):
            return _summed(inner)
        case Binary(operator="*", left=left, right=right):
            return _within(left, right)
        case _:
            return None


def _within(left: Node, right: Node) -> VectorSelector | None:
    """Return the selector of `histogram_fraction(...) * histogram_count(...)`, in either order."""
    selector = _summed(left)
    return selector if selector == _summed(right) else None


def _outside(
    role: str, part: VectorSelector | None, total: VectorSelector | None
) -> tuple[Message, Message] | None:
    """Return message and help if a part counts events that the total does not count."""
    if part is None or total is None or is_part(part, total) is not False:
        return None
    if part.metric != total.metric and is_part(part, _named(total, part.metric)):
        message = Message(
            "{role} counts {metric} and total counts {total}",
            role=role,
            metric=part.written,
            total=total.written,
        )
        help_text = Message(
            "count both with one metric, or with the buckets and the count of one histogram"
        )
        return message, help_text

    message = Message(
        "{role} counts events that total does not count, so the ratio can exceed 1", role=role
    )
    return message, Message("add the matchers of total to {role}", role=role)


def _named(selector: VectorSelector, metric: str) -> VectorSelector:
    return VectorSelector(
        metric=metric,
        matchers=selector.matchers,
        range=selector.range,
        offset=selector.offset,
        alternatives=False,
    )
