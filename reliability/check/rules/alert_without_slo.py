"""An alert that is not a burn rate of an SLO.

## What it does

Finds signals in the alert tier that are not based on an SLO of the same service. A signal is based
on an SLO if it names the SLO (`slo:`) and its expression reads a recorded series of that SLO (a
metric that begins with `slo:` with a matcher for the name). Heartbeats are exempt.

## Why it matters

Only "users are affected" is worth a page, and the SLO says when they are. Every other page teaches
people to ignore the channel, until they ignore the page that matters.

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

VTRyo's talk at SRE NEXT 2022: the SLO decides what an alert is. The Site Reliability Workbook,
chapters 5 and 6. Rob Ewaschuk, *My Philosophy on Alerting*: symptoms, not causes.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import rule
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy, Signal
from reliability.promql import syntax

RECORDED_PREFIX = "slo:"


@rule(on=AlertPolicy, severity=Severity.ERROR, since="0.1")
def alert_without_slo(policy: Located[AlertPolicy], context: Context) -> Iterator[Problem]:
    """Find signals that are not based on an SLO, in tiers that require one."""
    slos = context.slo_names.get(policy.value.spec.service, frozenset())
    for index, signal in enumerate(policy.value.spec.signals):
        if signal.tier is None or signal.kind == "heartbeat":
            continue
        if "slo" not in requirements(signal.tier, context.notification):
            continue
        if signal.slo is None or (signal.slo in slos and not _reads_recorded_series(signal)):
            at = policy.at("spec", "signals", index, "tier")
            help_text = Message(
                "write tier: ticket, or define an SLO, from which burn-rate alerts are generated"
            )
            yield Problem(at, _message(signal), help_text)


def _message(signal: Signal) -> Message:
    if signal.slo is None:
        return Message(
            "{signal} is in the {tier} tier and is not a burn rate of an SLO",
            signal=signal.name,
            tier=signal.tier,
        )
    return Message(
        "{signal} is in the {tier} tier and is not a burn rate of {slo}",
        signal=signal.name,
        tier=signal.tier,
        slo=signal.slo,
    )


def _reads_recorded_series(signal: Signal) -> bool:
    tree = syntax.parse(signal.expr)
    return any(
        syntax.metric(selector).startswith(RECORDED_PREFIX)
        and any(value == signal.slo for _, sign, value in syntax.matchers(selector) if sign == "=")
        for selector in syntax.selectors(tree)
    )
