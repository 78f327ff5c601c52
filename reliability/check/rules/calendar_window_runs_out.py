"""The periods of a calendar window end soon, as far as rules know them.

## What it does

Finds calendar windows whose last written period ends within 90 days (or within the last two
periods, if that is longer), or has ended. Beginnings of periods are written into the rules as
instants, for five years from `startTime` (3 periods at least, 400 at most).

## Why it matters

Past the last instant there is no period, so that neither its budget nor what is left of it has a
value. Rules must not change with the day they are made on, or every plan would have changes; so
the instants are counted from `startTime` alone, and someone moves it along every few years.

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

PromQL knows neither time zones nor months that begin by them; how calendar windows are compiled
is in docs/concepts/slis.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import days_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.resolve.window import START_FORM, calendar_of, window_problems

AHEAD: Final = timedelta(days=90)
PERIODS_AHEAD: Final = 2


@rule(on=Slo, severity=Severity.WARNING, since="0.2", by_date=True)
def calendar_window_runs_out(slo: Located[Slo], context: Context) -> Iterator[Problem]:
    """Compare the end of the last written period with today."""
    periods = calendar_of(slo.value)
    if periods is None or any(window_problems(slo)):
        return
    end = periods.boundaries[-1].date()
    left = end - context.today
    if left < max(AHEAD, PERIODS_AHEAD * periods.longest):
        verb = "end" if left >= timedelta(0) else "ended"
        away = f"in {days_text(left.days)}" if verb == "end" else f"{days_text(-left.days)} ago"
        message = f"the periods that rules can know {verb} on {end}, {away}"
        start = periods.latest(context.today).strftime(START_FORM)
        help_text = f'write startTime: "{start}", when the period that is on began, and sync again'
        at = slo.at("spec", "timeWindow", 0, "calendar", "startTime")
        yield Problem(at, message, help_text)
