"""A route, an inhibition rule, a template or a query that reads a label which alerts do not have.

## What it does

Finds what reads `sloth_id`, `sloth_service` or `sloth_slo` of alerts in
`policies/alertmanager.base.yml`, and queries of `ALERTS` in signals. A matcher is only found if it
matches an alert of this repository otherwise without the label. Recorded series keep these labels,
so queries of them are not found.

With `keepSlothLabels: true` in the notification policy, alerts have the labels, and the rule finds
nothing. Template files and dashboards are not in the repository: `reliability import` finds them.

## Why it matters

Alertmanager reads a missing label as empty. A route no longer matches, so its receiver gets no
notification. In `equal`, a label that both alerts lack counts as equal, so a rule inhibits more.

## Example

```yaml bad
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: chat
      matchers:
        - sloth_service="attendance"  # <- sloth-label-missing
receivers:
  - name: mail
  - name: chat
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - {slo: attendance-clock-in, runbook: docs/runbooks/clock-in.md}
```

```yaml good
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: chat
      matchers:
        - service="attendance"
receivers:
  - name: mail
  - name: chat
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - {slo: attendance-clock-in, runbook: docs/runbooks/clock-in.md}
```

## Source

Alertmanager's `pkg/labels/matcher.go`, `inhibit/inhibit.go` and `dispatch/dispatch.go`.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.lookups.series_labels import label_readers
from reliability.check.rule import catalog_rule
from reliability.compile.prometheus.names import SeriesNames
from reliability.finding import Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alert_labels import alert_label_names


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sloth_label_missing(context: Context) -> Iterator[Problem]:
    """Find what reads these labels of the alerts of SLOs, if any SLO has an alert."""
    names = alert_label_names(context.catalog)
    series = [
        SeriesNames.of(objective).labels() for objective in context.objectives if objective.alerts
    ]
    if names.keeps_sloth or not series:
        return

    base = context.catalog.raw.get(BASE_ALERTMANAGER)
    # `routing-refused` reports a file that Alertmanager would refuse.
    if base is not None and context.routes is not None:
        for reader in label_readers(base.values):
            if any(reader.differs(str(labels[reader.label])) for labels in series):
                yield reader.problem(base.locate(reader.pointer), names)

    for policy in context.catalog.documents(AlertPolicy):
        for index, signal in enumerate(policy.value.spec.signals):
            for reader in label_readers({"expr": signal.expr}):
                yield reader.problem(policy.at("spec", "signals", index, "expr"), names)
