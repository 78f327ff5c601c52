"""An alert that resolves before anyone can look at it.

## What it does

Reads the result of a backtest (`check --evidence`) and finds alerts of an objective of which more
than 30 % of the episodes are shorter than ten minutes. Options: `shorterThan` (10m), `maxShare`
(30 %), and `minEpisodes` (3), the number of episodes below which an alert is not judged.

## Why it matters

By the time the on-call engineer opens a laptop there is nothing left to see, and the next page is
taken less seriously.

## Example

```json evidence
{"slos": [{"new": {"episodes": 3, "per_week": 0.75, "intervals": [
   {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T09:04:00Z"},
   {"start": "2026-11-02T09:10:00Z", "end": "2026-11-02T09:12:00Z"},
   {"start": "2026-11-09T02:10:00Z", "end": "2026-11-09T02:40:00Z"}]}}],
 "incidents": [{"start": "2026-11-02T08:50:00Z", "end": "2026-11-09T02:40:00Z", "new": "caught"}]}
```

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in  # <- alert-flapping
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: log, slow: log}
      runbook: docs/runbooks/clock-in.md
```

## Source

Konflux's rule that an alert which resolves by itself within ten minutes should not be an alert;
The Site Reliability Workbook, chapter 5, on reset time.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.message import Message
from reliability.model.rule_options import AlertFlappingOptions
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

HELP = Message("set minimumFailures in this entry, or use longer windows")


@catalog_rule(severity=Severity.WARNING, since="0.1", needs="evidence")
def alert_flapping(context: Context) -> Iterator[Problem]:
    """Count the short episodes of each objective's alerts."""
    if context.evidence is None:
        return
    options = context.options(AlertFlappingOptions)
    for objective in context.objectives:
        for tier, fired in context.evidence.rows(objective):
            count = len(fired.intervals)
            short = sum(episode.length < options.shorter_than for episode in fired.intervals)
            if count >= options.min_episodes and Fraction(short, count) > options.max_share:
                yield from _problem(objective, tier, (short, count), options=options)


def _problem(
    objective: Objective, tier: str, counts: tuple[int, int], options: AlertFlappingOptions
) -> Iterator[Problem]:
    source = objective.source
    if source is None or tier not in {alert.tier for alert in objective.alerts}:
        return

    short, count = counts
    message = Message(
        "{short} of {count} episodes ({share} %) of {objective} in the {tier} tier were shorter "
        "than "
        "{length}; the limit is {limit} %",
        short=short,
        count=count,
        share=f"{100 * short / count:.0f}",
        objective=objective.identity,
        tier=tier,
        length=duration_text(options.shorter_than),
        limit=f"{float(options.max_share * 100):g}",
    )

    at = source.policy.at("spec", "objectives", source.index, "slo")
    yield Problem(at, message, HELP, subject=f"{objective.identity} {tier}")
