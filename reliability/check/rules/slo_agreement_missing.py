"""An SLO without a recorded agreement.

## What it does

Finds SLOs without `reliability/agreed-by`, or with a placeholder as its value.

## Why it matters

An error budget is an agreement: releases continue while budget remains, and reliability work comes
first once it is spent. An agreement that one side has never seen does not hold when it is needed.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in at the start of the day"
    reliability/agreed-by: TODO  # <- slo-agreement-missing
    reliability/reviewed: "2026-11-20"
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in at the start of the day"
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/reviewed: "2026-11-20"
```

## Source

The Site Reliability Workbook, chapter 2: an SLO document names authors, reviewers and approvers.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo

KEY = "reliability/agreed-by"


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_agreement_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Find SLOs that do not record who agreed."""
    review = slo.value.review
    if not review.agreed or is_placeholder(review.agreed_by):
        message = Message("{slo} does not say who agreed to it", slo=slo.value.metadata.name)
        help_text = Message('add {key}: "@product-owner, @tech-lead"', key=KEY)
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
