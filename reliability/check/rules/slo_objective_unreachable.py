"""An objective leaves less than one minute of error budget.

## What it does

Multiplies the error budget with the period: the length of a total outage that spends all of it.

## Why it matters

99.999 % over 30 days is 26 seconds. A scrape takes 15 to 60 of them, a human some minutes: such a
promise is kept by luck, and no alert can defend it.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.99999  # <- slo-objective-unreachable
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  objectives:
    - target: 0.999
```

## Source

The Site Reliability Workbook, chapter 5 (extreme availability goals).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.burn import SHORTEST_BUDGET, budget_in_time, is_unreachable
from reliability.check.rule import rule
from reliability.check.wording import as_written, length_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_objective_unreachable(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Find budgets under a minute a period."""
    period = slo.value.period
    for index, objective in enumerate(slo.value.spec.objectives):
        if not is_unreachable(objective.ratio, period):
            continue
        percent = objective.target is None
        key, scale = ("targetPercent", 100) if percent else ("target", 1)
        route = ("spec", "objectives", index, key)
        budget = length_text(budget_in_time(objective.ratio, period))
        message = (
            f"{key} {as_written(slo, *route)} leaves {budget} of error budget in "
            f"{length_text(period)}, and nobody acts within a minute"
        )
        highest = math.floor((1 - SHORTEST_BUDGET / period) * 100_000) / 100_000
        help_text = f"lower {key} to {highest * scale:.7g}, or lengthen the window"
        yield Problem(slo.at(*route), message, help_text)
