"""A for duration that is too short for an absent() alert.

## What it does

Finds alerts on `absent(...)` in the alert and ticket tiers with a `for` shorter than two scrape
intervals. That is twice the `scrapeInterval` that HistorySources sets, or 1 minute. `absent` beside
another condition, as in `a and absent(b)`, is not reported.

## Why it matters

After one failed scrape, every series of the target is absent until the next one; only `up` remains,
with the value 0. `absent(up{...})` holds if service discovery has no such target, as it may for a
moment in a deployment. With a short `for`, the alert fires each time.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job="attendance"})  # <- absence-without-for
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceNotScraped
      kind: cause
      tier: ticket
      expr: absent(up{job="attendance"})
      for: 5m
```

## Source

The Prometheus documentation, "Staleness". pint's `alerts/absent`: `for` of at least two scrape
intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.tree import COMPARISONS, Aggregation, Binary, Call, Node, VectorSelector
from reliability.scalars import duration_text

USUAL: Final = timedelta(seconds=30)
"""Scrape interval that is assumed if none is set: most are 15 or 30 seconds."""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def absence_without_for(context: Context) -> Iterator[Problem]:
    """Compare `for` with two scrape intervals."""
    least = 2 * context.scrape_interval(USUAL)
    for expression in context.expressions.using("absent"):
        signal = expression.signal
        if signal is None or signal.tier in (None, "log") or signal.kind == "heartbeat":
            continue
        missing = _missing(expression.tree)
        if missing is not None and signal.for_ < least:
            help_text = Message("write for: {least} or longer", least=duration_text(least))
            yield Problem(expression.at, _message(missing, signal.for_), help_text)


def _message(missing: Node, wait: timedelta) -> Message:
    if isinstance(missing, VectorSelector) and missing.metric == "up":
        return Message(
            "absent(up) with a `for` of {wait} may fire when service discovery has no such target "
            "for a moment",
            wait=duration_text(wait),
        )
    return Message(
        "absent() with a `for` of {wait} may fire after one failed scrape", wait=duration_text(wait)
    )


def _missing(node: Node) -> Node | None:
    """Return the argument of `absent` if its absence alone makes the alert fire."""
    match node:
        case Call(function="absent", arguments=(inner,)):
            return inner
        case Aggregation():
            return _missing(node.inner)
        case Binary(operator="or"):
            return _missing(node.left) or _missing(node.right)
        case Binary(operator="and"):
            left = _missing(node.left)
            return left if _missing(node.right) else None
        case Binary(operator="unless"):
            return _missing(node.left)
        case Binary(operator=sign, left=Call() | Aggregation() as left) if sign in COMPARISONS:
            return _missing(left)
        case _:
            return None
