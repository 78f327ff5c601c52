"""A target or a duration that is valid OpenSLO but probably a mistake.

## What it does

Finds these values:

- a target of 0, and `targetPercent` between 0 and 1
- an SLO period in minutes
- an SLO period, a time slice or a lookback window with a length of zero. `alertAfter: 0m` is fine.
- a time slice that is longer than the SLO period

## Why it matters

`targetPercent: 0.999` means that one request in a hundred succeeds. The author meant 99.9 %, and no
alert for 0.999 % can ever fire. A target of 0 is always met. `1m` is a minute and `1M` is a month:
the first failure spends the error budget of a minute. A window with a length of zero has no events,
and a period shorter than a slice has no slice to count.

## Example

```yaml bad
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 0.999}]  # <- openslo-value-implausible, slo-outside-policy
```

```yaml good
# services/attendance/more.yaml
kind: SLO
metadata: {name: clock-in-more}
spec:
  objectives: [{targetPercent: 99.5}]
```

## Source

OpenSLO v1: a target is in [0, 1), a percentage in [0, 100), and a duration is a positive integer
and a unit. The reference validator accepts 0.999 and 0, and does not compare slice and window. An
example of OpenSLO has `duration: 1m # Contracts often are for 1 month`.
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
from reliability.message import Message
from reliability.model.openslo.slo import Slo, SloObjective
from reliability.model.openslo.window import Shorthand
from reliability.scalars import duration_text


@catalog_rule(severity=Severity.WARNING, since="0.1", alone=True)
def openslo_value_implausible(context: Context) -> Iterator[Problem]:
    """Check each target, and each duration except alertAfter."""
    for _, objective in objectives(context.catalog):
        yield from _of_target(objective)
    yield from _in_minutes(context.catalog)

    for duration in zero_durations(context.catalog):
        key = str(duration.route[-1])
        instead = {"duration": "30d", "timeSliceWindow": "5m"}.get(key, "1h")
        message = Message("{key} is zero, so it has no events", key=key)
        help_text = Message("write a length, such as {example}", example=instead)
        yield Problem(duration.at(), message, help_text, subject="zero-duration")

    for period, length in long_slices(context.catalog):
        message = Message(
            "the time slice {length} is longer than the SLO period, {period}",
            length=duration_text(length.value),
            period=duration_text(period),
        )
        help_text = Message("use a much shorter slice, such as 5m")
        yield Problem(length.at(), message, help_text, subject="long-slice")


def _of_target(objective: DocumentPart[SloObjective]) -> Iterator[Problem]:
    """Find a target that is always met, and a percentage that looks like a ratio."""
    percent = objective.value.target_percent
    if objective.value.ratio == 0:
        key = "targetPercent" if objective.value.target is None else "target"
        message = Message("{key} is 0, so it is always met", key=key)
        help_text = Message("use the target that users need, such as 0.99")
        yield Problem(objective.at(key), message, help_text, subject="zero-target")
    elif percent is not None and 0 < percent < 1:
        message = Message(
            "targetPercent {value} is a percentage, and looks like a ratio", value=percent
        )
        help_text = Message(
            "write targetPercent: {percent}, or target: {ratio}",
            percent=f"{(percent * 100).normalize():f}",
            ratio=percent,
        )
        yield Problem(objective.at("targetPercent"), message, help_text, subject="ratio")


def _in_minutes(catalog: Catalog) -> Iterator[Problem]:
    """Find SLO periods in minutes, where months may be meant."""
    for slo in catalog.documents(Slo):
        duration = slo.value.period
        if duration and isinstance(duration, Shorthand) and duration.unit == "m":
            at = slo.at("spec", "timeWindow", 0, "duration")
            amount = duration.amount
            message = Message("{amount}m means minutes; months are written with M", amount=amount)
            help_text = Message("write {amount}M, or days such as 30d", amount=amount)
            yield Problem(at, message, help_text, subject="minutes")
