"""An SLO or alert that a sync target cannot express exactly.

## What it does

Finds what a declared sync target cannot express, and names the nearest that the target gets
instead. [The table](../target-gaps.md) has all of it: what Datadog makes of SLOs whose queries are
Datadog's, limits of a ruler's tenant or of a PrometheusRule, what vmalert has no data for, teams
that PagerDuty cannot page, what dashboards in Grafana do not show, and teams without a handle for
CODEOWNERS.

## Why it matters

The target counts another period than the one that was agreed on, or alerts later than the
repository says. It is better to agree on what the tool can do.

## Example

```yaml bad
# policies/targets.yaml
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  allowedHosts: [api.datadoghq.com]
  targets:
    - name: datadog
      provider: datadog
      apiKey: env:DATADOG_API_KEY
      applicationKey: env:DATADOG_APPLICATION_KEY
# policies/teams/workforce.yaml
kind: Team
spec:
  datadog: {alert: ["@pagerduty-attendance"], ticket: ["@slack-acme-attendance"]}
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Datadog, spec: {query: "sum:clock_in.ok{*}.as_count()"}}}
        total: {metricSource: {type: Datadog, spec: {query: "sum:clock_in.all{*}.as_count()"}}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in  # <- sync-target-inexact
      runbook: docs/runbooks/clock-in.md
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  fast: [{long: 1h, short: 5m, budget: 2%}]
  slow: [{long: 3d, short: 6h, budget: 10%}]
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals: []
```

```yaml good
# policies/targets.yaml
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  allowedHosts: [api.datadoghq.com]
  targets:
    - name: datadog
      provider: datadog
      apiKey: env:DATADOG_API_KEY
      applicationKey: env:DATADOG_APPLICATION_KEY
# policies/teams/workforce.yaml
kind: Team
spec:
  datadog: {alert: ["@pagerduty-attendance"], ticket: ["@slack-acme-attendance"]}
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Datadog, spec: {query: "sum:clock_in.ok{*}.as_count()"}}}
        total: {metricSource: {type: Datadog, spec: {query: "sum:clock_in.all{*}.as_count()"}}}
# policies/burn-rates.yaml
kind: BurnRateWindows
spec:
  fast: [{long: 1h, short: 5m, budget: 2%}]
  slow: [{long: 1d, short: 2h, budget: 10%}]
# services/monitoring/alert-policy.yaml
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals: []
```

## Source

A rule of this project: what a target cannot express is a finding on its line, and is never dropped
silently.
"""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.alertmanager.topic_gaps import topic_gaps
from reliability.compile.code_owners import code_owner_gaps
from reliability.compile.datadog.gaps import datadog_gaps
from reliability.compile.grafana.gaps import grafana_gaps
from reliability.compile.pagerduty.gaps import pagerduty_gaps
from reliability.compile.prometheus.kubernetes_gaps import kubernetes_gaps
from reliability.compile.prometheus.ruler_gaps import ruler_gaps
from reliability.finding import Problem, Severity


@catalog_rule(severity=Severity.WARNING, since="0.1")
def sync_target_inexact(context: Context) -> Iterator[Problem]:
    """Report each gap once, although an alert has several windows and tiers."""
    yield from dict.fromkeys(datadog_gaps(context.catalog))
    yield from ruler_gaps(context.catalog)
    yield from pagerduty_gaps(context.catalog)
    yield from kubernetes_gaps(context.catalog)
    yield from code_owner_gaps(context.catalog)
    yield from grafana_gaps(context.catalog)
    yield from topic_gaps(context.catalog)
