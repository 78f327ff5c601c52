"""A burn-rate factor below 0.9, which fires while the SLO is met.

## What it does

Computes the factor of each window pair from its budget share and the period of its set, and
reports factors below 0.9.

## Why it matters

A burn rate of 1 spends the error budget exactly by the end of the period, which is what the SLO
allows. An alert with a factor below 0.9 fires for a service that meets its SLO. This happens when
someone changes the period of a set but not its budget shares: Google's shares applied to seven
days give 3.36, 1.4, 0.7 and 0.23.

## Example

```yaml bad
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  slow:
    - {long: 1d, short: 2h, budget: 10%}
    - {long: 3d, short: 6h, budget: 5%}  # <- burn-factor-low
```

```yaml good
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  slow:
    - {long: 1d, short: 2h, budget: 10%}
    - {long: 3d, short: 6h, budget: 10%}
```

## Source

The Site Reliability Workbook, chapter 5 (burn rate); measured on window sets used with another
period.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.index.window_pairs import is_typed_wrong, pairs
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.slo_policy import BurnRateWindows, BurnWindow
from reliability.render.durations import length_text
from reliability.render.numbers import number_text
from reliability.scalars import duration_text

LOWEST: Final = 0.9


@rule(on=BurnRateWindows, severity=Severity.ERROR, since="0.1")
def burn_factor_low(windows: Located[BurnRateWindows], _context: Context) -> Iterator[Problem]:
    """Find factors that a service reaches while it meets its SLO."""
    period = windows.value.spec.period
    for route, window in pairs(windows.value):
        factor = window.pair.factor(period)
        if factor < LOWEST and not is_typed_wrong(window, period):
            message = Message(
                "{share} % of the {period} budget in {long} is a burn rate of {factor}; below "
                "{lowest} it fires while the SLO is met",
                share=number_text(float(window.budget * 100)),
                period=duration_text(period),
                long=duration_text(window.long),
                factor=number_text(factor),
                lowest=LOWEST,
            )
            yield Problem(windows.at(*route, "budget"), message, _help(window, period))


def _help(window: BurnWindow, period: timedelta) -> Message:
    least = LOWEST * (window.long / period)
    if least > 1:
        return Message("write a long window shorter than {period}", period=length_text(period))
    return Message(
        "write a budget of at least {least}%, or a shorter long window",
        least=number_text(100 * least),
    )
