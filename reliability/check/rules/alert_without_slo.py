"""An alert that is not the burn rate of an SLO.

## What it does

Finds signals in the alert tier that do not stand for an SLO of the same service. A signal does
when it names one (`slo:`) and its expression reads what is recorded of that SLO (`slo:...`
series with its name). Heartbeats are exempt, and so is what a waiver excuses.

## Why it matters

Only "the service is affected" earns a mention, and the SLO says when it is. Everything else that
wakes people teaches them to ignore the channel, until the one that matters is ignored too.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceErrors
      kind: symptom
      tier: alert  # <- alert-without-slo
      expr: rate(http_requests_total{job="attendance",code=~"5.."}[5m]) > 1
      runbook: docs/runbooks/clock-in.md
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      tiers: {fast: alert, slow: ticket}
      runbook: docs/runbooks/clock-in.md
```

## Source

The talk; The Site Reliability Workbook, chapters 5 and 6; Rob Ewaschuk, *My Philosophy on
Alerting*: symptoms, not causes.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.promql import syntax

RECORDED = "slo:"


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def alert_without_slo(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    """Find signals of tiers that need an SLO and have none."""
    slos = context.slo_names.get(policy.value.spec.service, frozenset())
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier is None or signal.kind == "heartbeat":
            continue
        if "slo" not in requirements(signal.tier, context.notification):
            continue
        if signal.slo is None or (signal.slo in slos and not _reads_what_is_recorded(signal)):
            what = f"the burn rate of {signal.slo}" if signal.slo else "the burn rate of an SLO"
            message = f"{signal.name} is in the {signal.tier} tier and is not {what}"
            help_text = (
                "write tier: ticket, or an SLO for what users feel; its alerts are derived from it"
            )
            yield Problem(policy.at("spec", "signals", index, "tier"), message, help_text)


def _reads_what_is_recorded(signal: Signal) -> bool:
    tree = syntax.parse(signal.expr)
    return any(
        syntax.metric(selector).startswith(RECORDED)
        and any(value == signal.slo for _, sign, value in syntax.matchers(selector) if sign == "=")
        for selector in syntax.selectors(tree)
    )
