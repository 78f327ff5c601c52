"""Good or bad events that are not a part of all events.

## What it does

Compares the selectors of an SLI's good (or bad) events with those of its total: one that total's
matchers do not take, or a metric of another name. Buckets and the count of one histogram are one
metric, and names that share their first two words may be counted each for itself.

## Why it matters

The share of good events is then no share: it exceeds 1 where good counts what total does not, and
the errors that are left out of total are never seen. The budget looks full while users complain.

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

The Site Reliability Workbook, chapter 2: an SLI is good events by valid events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.promql.subsets import is_part
from reliability.promql.tree import Aggregation, Call, Node, VectorSelector, read
from reliability.resolve.indicator import LocatedQuery


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sli_good_not_in_total(context: Context) -> Iterator[Problem]:
    """Compare the parts of every ratio with their total."""
    for roles in _ratios(context):
        total = roles.get("total")
        for role in ("good", "bad"):
            part = roles.get(role)
            if part is None or total is None or _adds_matchers(part, total):
                continue
            said = _outside(role, _selector(part), _selector(total))
            if said is not None:
                yield Problem(part.at, *said, (Label(total.at, "the total"),))


def _ratios(context: Context) -> Iterator[Mapping[str, LocatedQuery]]:
    """The queries of each SLI of counters, by their roles."""
    found: dict[tuple[int, tuple[str | int, ...]], dict[str, LocatedQuery]] = {}
    for query in context.sli_queries:
        if query.counts and query.placed.text is not None:
            place = (id(query.placed.located), query.placed.route[:-4])
            found.setdefault(place, {})[query.placed.role] = query.placed
    yield from found.values()


def _adds_matchers(part: LocatedQuery, total: LocatedQuery) -> bool:
    """Whether a query is the total with more matchers behind its own; most are, and are read so."""
    start = (total.text or "").removesuffix("}")
    written = part.text or ""
    return start != total.text and written.startswith(f"{start},") and written.count("{") == 1


def _selector(query: LocatedQuery) -> VectorSelector | None:
    """The one selector whose events a query counts; None where it does more than sum them."""
    tree = read(query.text or "")
    return None if tree is None else _summed(tree)


def _summed(node: Node) -> VectorSelector | None:
    match node:
        case VectorSelector():
            return node
        case Aggregation(operator="sum"):
            return _summed(node.inner)
        case Call(function="rate" | "increase", arguments=(inner,)):
            return _summed(inner)
        case _:
            return None


def _outside(
    role: str, part: VectorSelector | None, total: VectorSelector | None
) -> tuple[str, str] | None:
    if part is None or total is None or is_part(part, total) is not False:
        return None
    if part.metric != total.metric and is_part(part, _named(total, part.metric)):
        message = f"{role} counts {part.written} and total counts {total.written}"
        return message, "count both in one metric, or in the buckets and the count of one histogram"
    message = f"{role} counts events that total leaves out, so their ratio can exceed 1"
    return message, f"write total's matchers in {role} as well"


def _named(selector: VectorSelector, metric: str) -> VectorSelector:
    return VectorSelector(metric, selector.matchers, selector.range, selector.offset, False)
