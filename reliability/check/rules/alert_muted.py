"""An alert may end at a route that is muted at times.

## What it does

Follows each signal and each burn-rate alert of the alert tier through the routes that Alertmanager
will be given, and finds those that may end at a route with `mute_time_intervals` or
`active_time_intervals`.

## Why it matters

An alert says that a human acts now. At night that is as true as at noon; if it can wait until the
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

The talk: an alert is what a human acts on now. amlint: time intervals that never let anything pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.tiers import ALERT
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.location import Pointer

MUTING: Final = (
    ("mute_time_intervals", "is muted in {}"),
    ("active_time_intervals", "speaks only in {}"),
)


@catalog_rule(severity=Severity.WARNING, since="0.2")
def alert_muted(context: Context) -> Iterator[Problem]:
    """Look at every node that an alert may end at, once."""
    said: set[Pointer] = set()
    for alike in context.routes.alike if context.routes else ():
        if alike.first.tier != ALERT or alike.first.declared.is_heartbeat:
            continue
        for pointer, route in alike.routes.items():
            for key, words in MUTING:
                names = getattr(route, key)
                if not names or pointer in said or context.routes is None:
                    continue
                said.add(pointer)
                muted = words.format(", ".join(names))
                yield Problem(
                    context.routes.at_route(route, key),
                    f"the route {muted}, and an alert may end there: "
                    f"{alike.first.what} of {alike.first.service}",
                    'take alerts out of the route with a matcher such as tier!="alert"',
                    (Label(alike.first.declared.tier_at, "its tier"),),
                )
