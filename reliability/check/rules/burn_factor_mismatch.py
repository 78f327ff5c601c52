"""A burn-rate factor that does not follow from budget share and period.

## What it does

Computes share x period / long window and compares it with `factor`, if one is written (after an
import). A difference of up to 1 % is allowed.

## Why it matters

The alert fires by the factor, and people read the budget share. In Pyrra the factors 7 and 2 did
not match the budget shares beside them for years.

## Example

```yaml bad
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  fast:
    - {long: 1h, short: 5m, budget: 2%, factor: 13}  # <- burn-factor-mismatch
    - {long: 6h, short: 30m, budget: 5%}
```

```yaml good
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  fast:
    - {long: 1h, short: 5m, budget: 2%, factor: 14.4}
    - {long: 6h, short: 30m, budget: 5%}
```

## Source

The Site Reliability Workbook, chapter 5; pyrra-dev/pyrra#775.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.index.window_pairs import is_typed_wrong, pairs
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.rewrite import fix, renamed
from reliability.message import Message
from reliability.model.slo_policy import BurnRateWindows
from reliability.render.numbers import number_text
from reliability.scalars import duration_text


@rule(on=BurnRateWindows, severity=Severity.ERROR, since="0.1")
def burn_factor_mismatch(windows: Located[BurnRateWindows], _context: Context) -> Iterator[Problem]:
    """Compare each written factor with the computed one."""
    period = windows.value.spec.period
    for route, window in pairs(windows.value):
        if is_typed_wrong(window, period):
            right = number_text(window.pair.factor(period))
            message = Message(
                "factor is {factor}, but {share} % of the {period} budget in {long} is a factor "
                "of {right}",
                factor=window.factor,
                share=number_text(float(window.budget * 100)),
                period=duration_text(period),
                long=duration_text(window.long),
                right=right,
            )
            help_text = Message("remove the factor, or write {right}", right=right)
            at = windows.at(*route, "factor")
            edits = renamed(windows.document, at, str(window.factor), new=right)
            repair = fix(Message("write {right}", right=right), edits, safe=False)
            yield Problem(at, message, help_text, fix=repair)
