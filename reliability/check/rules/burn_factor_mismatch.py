"""A typed burn factor that does not follow from budget share and period.

## What it does

Computes share x period / long window and compares it with `factor`, where one is written (after
an import). They may differ by 1 %.

## Why it matters

The factor is what fires, and the share is what people read. Pyrra's own 7 and 2 did not match
the shares beside them for years.

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
from reliability.check.wording import number_text
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.rewrite import fix, renamed
from reliability.model.slo_policy import BurnRateWindows
from reliability.scalars import duration_text


@rule(on=BurnRateWindows, severity=Severity.ERROR, since="0.1")
def burn_factor_mismatch(windows: Located[BurnRateWindows], _context: Context) -> Iterator[Problem]:
    """Compare the factors that are written with those that follow."""
    period = windows.value.spec.period
    for route, window in pairs(windows.value):
        if is_typed_wrong(window, period):
            right = number_text(window.pair.factor(period))
            message = (
                f"factor {window.factor} is written, and {number_text(float(window.budget * 100))} "
                f"% of {duration_text(period)} in {duration_text(window.long)} is {right}"
            )
            help_text = f"take the factor out, or write {right}"
            at = windows.at(*route, "factor")
            edits = renamed(windows.document, at, str(window.factor), right)
            mended = fix(f"write {right}", edits, safe=False)
            yield Problem(at, message, help_text, (), mended)
