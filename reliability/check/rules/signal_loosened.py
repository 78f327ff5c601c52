"""An alert or heartbeat that fires later or less often than at the base.

## What it does

Compares signals of the alert tier, and heartbeats, with the merge base (`check --base`). Reports a
changed expression and a longer `for`. A threshold that is reached sooner, and an expression that
only has another layout, are not reported. [tier-changed](tier-changed.md) and
[signal-deleted](signal-deleted.md) report other changes.

The finding is an error until those who approve a looser SLO of the service approve the change.

## Why it matters

An expression that can no longer be true has the same effect as a removed alert, and no other rule
reports it.

## Example

```yaml base
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: MonitoringHeartbeat
      kind: heartbeat
      tier: alert
      expr: vector(1)
      runbook: docs/runbooks/heartbeat.md
```

```yaml bad
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: MonitoringHeartbeat
      kind: heartbeat
      tier: alert
      expr: vector(1)
      for: 6h  # <- signal-loosened
      runbook: docs/runbooks/heartbeat.md
```

```yaml good
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: MonitoringHeartbeat
      kind: heartbeat
      tier: alert
      expr: vector(1)
      runbook: docs/runbooks/heartbeat.md
```

## Source

Prometheus, "Alerting rules": an alert is active while its expression has a result, and fires after
it was active for `for`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from reliability.check.changes.approvals import needs_service_approval
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.promql.tree import Binary, Node, Number, read
from reliability.resolve.signals import SignalAlert, signals
from reliability.scalars import duration_text

SOONER: Final[Mapping[tuple[str, str], Callable[[float, float], bool]]] = {
    (">", ">"): operator.le,
    (">", ">="): operator.le,
    (">=", ">"): operator.lt,
    (">=", ">="): operator.le,
    ("<", "<"): operator.ge,
    ("<", "<="): operator.ge,
    ("<=", "<"): operator.gt,
    ("<=", "<="): operator.ge,
}
"""Whether a new threshold is reached no later than the old one, by the old and new operator."""


@catalog_rule(severity=Severity.ERROR, since="0.1", needs="base")
def signal_loosened(context: Context) -> Iterator[Problem]:
    """Compare each alert and heartbeat with the same signal at the base."""
    if context.base is None:
        return
    before = {(signal.service, signal.signal.name): signal for signal in signals(context.base)}
    for signal in signals(context.catalog) if before else ():
        former = context.former_services.get(signal.service, signal.service)
        old = before.get((former, signal.signal.name))
        if old is not None and (old.tier == "alert" or old.signal.kind == "heartbeat"):
            yield from _compared(old, signal, context)


def _compared(old: SignalAlert, new: SignalAlert, context: Context) -> Iterator[Problem]:
    """Yield a problem for each of expression, `for` and kind that is looser."""
    was, now, name = old.signal, new.signal, new.signal.name
    if was.expr != now.expr and not _fires_as_soon(read(was.expr), read(now.expr)):
        at = new.policy.at(*new.route, "expr")
        message = Message("the expression of {name} changed and may match less often", name=name)
        yield needs_service_approval(at, message, new.service, context, new.policy)

    if now.for_ > was.for_:
        at = new.policy.at(*new.route, "for")
        message = Message(
            "for of {name} was raised from {was} to {now}",
            name=name,
            was=duration_text(was.for_),
            now=duration_text(now.for_),
        )
        yield needs_service_approval(at, message, new.service, context, new.policy)

    if was.kind == "heartbeat" != now.kind:
        at = new.policy.at(*new.route, "kind")
        message = Message(
            "the kind of {name} changed from heartbeat to {kind}", name=name, kind=now.kind
        )
        yield needs_service_approval(at, message, new.service, context, new.policy)


def _fires_as_soon(old: Node | None, new: Node | None) -> bool:
    """Return whether the new expression has a result whenever the old one had."""
    if old is None or new is None:
        return False
    if old == new:
        return True
    if not (isinstance(old, Binary) and isinstance(new, Binary)):
        return False

    was, now = old.right, new.right
    if not (isinstance(was, Number) and isinstance(now, Number)):
        return False

    sooner = SOONER.get((old.operator, new.operator))
    if sooner is None or replace(old, operator=new.operator, right=now) != new:
        return False

    return sooner(now.value, was.value)
