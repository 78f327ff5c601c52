"""A promise that nobody made.

## What it does

Finds SLOs without `reliability/agreed-by`, or with a placeholder in it.

## Why it matters

An error budget is a deal: while there is some, releases go on, and when it is spent, reliability
comes first. A deal that one side has not heard of does not hold on the day it is needed.

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

The Site Reliability Workbook, chapter 2: an SLO document names authors, reviewers and approvers;
the talk: the product's side and the technical one agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import rule
from reliability.check.wording import is_placeholder
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo

KEY = "reliability/agreed-by"


@rule(on=Slo, severity=Severity.WARNING, since="0.1")
def slo_agreement_missing(slo: Located[Slo], _context: Context) -> Iterator[Problem]:
    """Ask who agreed."""
    review = slo.value.review
    if not review.agreed or is_placeholder(review.agreed_by):
        message = f"nobody has agreed to {slo.value.metadata.name}, so nobody will stand by it"
        help_text = f'write {KEY}: "@product-owner, @tech-lead"'
        yield Problem(slo.at("metadata", "annotations", KEY), message, help_text)
