"""A target or a duration that OpenSLO allows, and that nobody means.

## What it does

Finds targets of 0, `targetPercent` above 0 and under 1, time windows in minutes, time windows,
slices and lookback windows of no length, and slices that are longer than the time window.
`alertAfter: 0m` is as meant: at once.

## Why it matters

`targetPercent: 0.999` asks that one request in a hundred goes well; 99.9 % was meant, and no alert
of it can ever fire. Nothing can miss a target of 0. `1m` is a minute, and a month is `1M`: the
budget of a minute is spent by the first failure. No event lies in a window of no length, and a
window without one whole slice has nothing to count.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 0.999}]  # <- openslo-value-implausible
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 99.5}]
```

## Source

OpenSLO v1: a target lies in [0, 1), a percentage in [0, 100), a duration is a positive integer and
a unit. The reference validator accepts 0.999 and 0, and does not compare slice and window. An
example of OpenSLO itself writes `duration: 1m # Contracts often are for 1 month`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.openslo import (
    DocumentPart,
    long_slices,
    objectives,
    zero_durations,
)
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo, SloObjective
from reliability.model.openslo.window import Shorthand
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.2", alone=True)
def openslo_value_implausible(context: Context) -> Iterator[Problem]:
    """Look at every target and every duration but alertAfter."""
    for _, objective in objectives(context.catalog):
        yield from _of_target(objective)
    yield from _in_minutes(context.catalog)

    for duration in zero_durations(context.catalog):
        key = str(duration.route[-1])
        instead = {"duration": "30d", "timeSliceWindow": "5m"}.get(key, "1h")
        message = f"{key} has no length, and no event lies in it"
        yield Problem(duration.at(), message, f"write {instead}", subject="zero-duration")

    for window, length in long_slices(context.catalog):
        message = (
            f"a slice of {duration_text(length.value)} is longer than the time window, "
            f"{duration_text(window)}"
        )
        help_text = "write a slice that the window holds many of, such as 5m"
        yield Problem(length.at(), message, help_text, subject="long-slice")


def _of_target(objective: DocumentPart[SloObjective]) -> Iterator[Problem]:
    percent = objective.value.target_percent
    if objective.value.ratio == 0:
        key = "targetPercent" if objective.value.target is None else "target"
        message = f"{key} is 0, and nothing can miss it"
        help_text = "write what users need, such as 0.99"
        yield Problem(objective.at(key), message, help_text, subject="zero-target")
    elif percent is not None and 0 < percent < 1:
        message = f"targetPercent {percent} is {percent} %, and it looks like a ratio"
        meant = f"{(percent * 100).normalize():f}"
        help_text = f"write targetPercent: {meant}, or target: {percent}"
        yield Problem(objective.at("targetPercent"), message, help_text, subject="ratio")


def _in_minutes(catalog: Catalog) -> Iterator[Problem]:
    for slo in catalog.each(Slo):
        duration = slo.value.period
        if duration and isinstance(duration, Shorthand) and duration.unit == "m":
            at = slo.at("spec", "timeWindow", 0, "duration")
            amount = duration.amount
            message = f"{amount}m is {amount} minutes; m is minutes, and M is months"
            help_text = f"write {amount}M, or days such as 30d"
            yield Problem(at, message, help_text, subject="minutes")
