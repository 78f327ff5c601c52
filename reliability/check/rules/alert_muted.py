"""An alert whose route is muted at certain times.

## What it does

Follows each signal and each burn-rate alert of the alert tier through the generated Alertmanager
routing tree. Finds alerts that can reach a route with `mute_time_intervals` or
`active_time_intervals`.

## Why it matters

An alert means that a person acts now, at night as well as at noon. If it can wait until the
morning, it is a ticket.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: strangers  # <- team-unknown
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: mail
      mute_time_intervals: [nights]  # <- alert-muted
receivers:
  - name: mail
time_intervals:
  - name: nights
    time_intervals: [{times: [{start_time: "00:00", end_time: "06:00"}]}]
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
```

## Source

Site Reliability Engineering, chapter 1: an alert means that a person must act immediately. amlint
checks for time intervals that never let a notification pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer
from reliability.message import Message
from reliability.resolve.alerts import DeclaredAlert

MUTING: Final = ("mute_time_intervals", "active_time_intervals")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def alert_muted(context: Context) -> Iterator[Problem]:
    """Find routes with time intervals that an alert can reach; each route once."""
    routes = context.routes
    if routes is None:
        return
    seen: set[Pointer] = set()
    for alike in routes.alike:
        # Heartbeats have a route of their own, without time intervals.
        if alike.first.tier != ALERT:
            continue
        for pointer, route in alike.routes.items():
            for key in MUTING:
                names = getattr(route, key)
                if not names or pointer in seen:
                    continue
                seen.add(pointer)
                yield Problem(
                    routes.at_route(route, key),
                    _message(key, names, alike.first),
                    Message('exclude alerts from this route with a matcher such as tier!="alert"'),
                    related=(
                        Label(alike.first.declared.tier_at, Message("the tier of the alert")),
                    ),
                )


def _message(key: str, names: Sequence[str], alert: DeclaredAlert) -> Message:
    values = {"intervals": ", ".join(names), "alert": alert.what, "service": alert.service}
    if key == "mute_time_intervals":
        return Message(
            "the route is muted during {intervals}, and an alert can reach it: {alert} in service "
            "{service}",
            **values,
        )

    return Message(
        "the route is active only during {intervals}, and an alert can reach it: {alert} in "
        "service {service}",
        **values,
    )
