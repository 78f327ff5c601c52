"""Two SLOs on one SLI that both notify.

## What it does

Finds SLOs with the same SLI and groups as an earlier SLO, if both have burn-rate alerts in the
alert tier, or both in the ticket tier. Queries are compared by what they select. The order of
matchers, `sum(rate(x[{{.window}}]))` instead of the selector `x`, the two forms of a whole `le`,
and good instead of bad events make no difference. Objectives of one SLO are not compared.

## Why it matters

One fault pages twice: both alerts fire within minutes, and no inhibition suppresses one of them.
The second notification has no new information, and reports count the incident twice.

## Example

```yaml bad
# services/attendance/yearly.yaml
kind: SLO
metadata: {name: clock-in-year}  # <- slo-shares-sli
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
    - slo: clock-in-year
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/yearly.yaml
kind: SLO
metadata: {name: clock-in-year}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
    - slo: clock-in-year
      tiers: {fast: log, slow: log}
```

## Source

Rob Ewaschuk, *My Philosophy on Alerting*: every page should be about a novel problem.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from reliability.check.context import Context
from reliability.check.index.sli_identity import measured_by
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.message import Message
from reliability.resolve.objectives import Objective

NOTIFIES = frozenset({"alert", "ticket"})


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_shares_sli(context: Context) -> Iterator[Problem]:
    """Find SLIs that an earlier SLO has, tier by tier."""
    first: dict[tuple[str, Hashable], Objective] = {}
    reported: set[tuple[str, str]] = set()
    for objective in context.objectives:
        tiers = sorted({alert.tier for alert in objective.alerts} & NOTIFIES)
        measured = measured_by(objective) if tiers else None
        for tier in tiers if measured is not None else ():
            earlier = first.setdefault((tier, measured), objective)
            if _name(objective) not in reported | {_name(earlier)}:
                reported.add(_name(objective))
                yield _problem(objective, earlier, tier)


def _name(objective: Objective) -> tuple[str, str]:
    return objective.service, objective.slo_name


def _problem(objective: Objective, earlier: Objective, tier: str) -> Problem:
    message = Message(
        "{slo} has the same SLI as {other} of {service}, so one fault notifies twice in the "
        "{tier} tier",
        slo=objective.slo_name,
        other=earlier.slo_name,
        service=earlier.service,
        tier=tier,
    )

    help_text = Message(
        "move one of them to the log tier ({tiers}), or remove it",
        tiers="tiers: {fast: log, slow: log}",
    )
    label = Label(earlier.slo.at("metadata", "name"), Message("the other SLO"))
    return Problem(objective.slo.at("metadata", "name"), message, help_text, related=(label,))
