"""A calendar window whose generated periods end soon.

## What it does

Finds calendar windows whose last generated period ends within 90 days (or within the last two
periods, if that is longer) or has ended. The start of each period is written into the recording
rules as a timestamp, for five years from `startTime` (at least 3 periods, at most 400).

## Why it matters

After the last timestamp there is no period, so neither the error budget nor the budget remaining
has a value. Generated rules must not depend on the day of the build, or every plan would show
changes. So the periods are counted from `startTime` alone, and someone has to move `startTime`
every few years.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 1M
      calendar:
        startTime: "2021-12-01 00:00:00"  # <- calendar-window-runs-out
        timeZone: Asia/Tokyo
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  timeWindow:
    - duration: 1M
      calendar:
        startTime: "2026-11-01 00:00:00"
        timeZone: Asia/Tokyo
```

## Source

PromQL has no time zones and no calendar months in a zone; docs/concepts/slis.md describes how
calendar windows are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.resolve.window import START_FORM, calendar_of, window_problems

AHEAD: Final = timedelta(days=90)
PERIODS_AHEAD: Final = 2


@rule(on=Slo, severity=Severity.WARNING, since="0.1", by_date=True)
def calendar_window_runs_out(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the end of the last generated period with today."""
    periods = calendar_of(slo.value)
    if periods is None or any(window_problems(slo)):
        return

    end = periods.boundaries[-1].date()
    ahead = end - context.today
    if ahead < max(AHEAD, PERIODS_AHEAD * periods.longest):
        start = periods.latest(context.today).strftime(START_FORM)
        help_text = Message(
            'write startTime: "{start}", the start of the current period, and sync', start=start
        )
        at = slo.at("spec", "timeWindow", 0, "calendar", "startTime")
        yield Problem(at, _message(end, ahead), help_text)


def _message(end: date, ahead: timedelta) -> Message:
    if ahead >= timedelta(0):
        return Message.plural(
            "the generated periods end on {end}, in {count} day",
            "the generated periods end on {end}, in {count} days",
            ahead.days,
            end=end,
        )
    return Message.plural(
        "the generated periods ended on {end}, {count} day ago",
        "the generated periods ended on {end}, {count} days ago",
        -ahead.days,
        end=end,
    )
