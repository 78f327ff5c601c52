"""A burn factor under 0.9, which fires while all is well.

## What it does

Computes the factor of each window pair from its share and its set's period, and finds those under
0.9.

## Why it matters

A burn rate of 1 spends the budget exactly by the end of the period: as promised. An alert under
0.9 tells about a service that keeps its promise, every week. It happens when a set's shares are
kept and its period is not: Google's shares on seven days give 3.36, 1.4, 0.7 and 0.23.

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

The Site Reliability Workbook, chapter 5 (burn rate); measured on window sets used for another
period.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.check.context import Context
from reliability.check.index.window_pairs import is_typed_wrong, pairs
from reliability.check.rule import rule
from reliability.check.wording import length_text, number_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.slo_policy import BurnRateWindows, BurnWindow
from reliability.scalars import duration_text

LOWEST: Final = 0.9


@rule(on=BurnRateWindows, severity=Severity.ERROR, since="0.1")
def burn_factor_low(windows: Located[BurnRateWindows], _context: Context) -> Iterator[Problem]:
    """Find factors that a service reaches while it keeps its promise."""
    period = windows.value.spec.period
    for route, window in pairs(windows.value):
        factor = window.pair.factor(period)
        if factor < LOWEST and not is_typed_wrong(window, period):
            long, share = duration_text(window.long), number_text(float(window.budget * 100))
            message = (
                f"{share} % of {duration_text(period)} in {long} is a burn rate of "
                f"{number_text(factor)}, and under {LOWEST} it fires while the promise is kept"
            )
            yield Problem(windows.at(*route, "budget"), message, _help(window, period))


def _help(window: BurnWindow, period: timedelta) -> str:
    least = LOWEST * (window.long / period)
    if least > 1:
        return f"write a long window under {length_text(period)}"
    return f"write a budget of {number_text(100 * least)}% at least, or a shorter long window"
