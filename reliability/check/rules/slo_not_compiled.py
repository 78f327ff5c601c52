"""An SLO that no compiler supports.

## What it does

Finds valid parts of documents that no rule or alert is compiled from:

- objectives with SLIs of their own (composite SLOs), and metrics of other types than Prometheus;
  those of Datadog are compiled if a [sync target](../../guides/sync-targets/datadog.md) takes them
- OpenSLO alert policies that no SLO uses, and `alertWhenResolved`
- calendar windows shorter than a day, and objectives whose `op` and `value` do not fit their SLI
- SLOs with PromQL if the sync targets are a Datadog site or Alertmanagers, and none takes rules

A location that `openslo-value-implausible` reports is not reported again.

## Why it matters

The document is valid, reviewed and merged, and has no effect. That may be intended if another tool
reads the same file, but it must not be a surprise.

## Example

```yaml bad
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:  # <- slo-not-compiled
          metricSource: {type: Datadog, spec: {query: "sum:clock_in.ok{*}.as_count()"}}
        total:
          metricSource: {type: Prometheus, spec: {query: clock_ins_total}}
```

```yaml good
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {name: clock-in-success}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource: {type: Prometheus, spec: {query: 'clock_ins_total{result="ok"}'}}
        total:
          metricSource: {type: Prometheus, spec: {query: clock_ins_total}}
```

## Source

A rule of this project: whatever a compiler does not support is a finding on its line, and is never
dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.check.context import Context
from reliability.check.index.openslo import long_slices, zero_durations
from reliability.check.rule import catalog_rule
from reliability.compile.prometheus.refusals import GROUP_BY, LABEL_NAME
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.openslo.alerting import OpenSloAlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.resolve.compilable import unsupported
from reliability.resolve.declared_targets import NO_RULE_TARGET, lacks_rule_target
from reliability.resolve.indicator import queries
from reliability.resolve.openslo_alerts import openslo_alerts

RECEIVERS: Final = Message(
    "remove it: each Alertmanager receiver decides with send_resolved about resolved alerts"
)


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_not_compiled(context: Context) -> Iterator[Problem]:
    """Report each reason once, except what other rules report about references and queries."""
    catalog = context.catalog
    problems = [problem for slo in catalog.documents(Slo) for problem in _of_slo(slo, catalog)]
    elsewhere = frozenset(_reported_elsewhere(catalog)) if problems else frozenset[Location]()
    yield from (problem for problem in problems if problem.at not in elsewhere)
    # Several SLOs can use one alert policy.
    resolved = (problem for slo in catalog.documents(Slo) for problem in _resolved(slo, catalog))
    yield from dict.fromkeys(resolved)
    yield from _unused_policies(catalog)
    if context.is_whole("policies") and lacks_rule_target(catalog):
        yield from _without_target(catalog)


def _without_target(catalog: Catalog) -> Iterator[Problem]:
    """Find SLOs that are compiled to Prometheus rules, which no sync target takes."""
    help_text = Message("declare a target that takes Prometheus rules, or write Datadog queries")
    for slo in catalog.documents(Slo):
        if any(query.is_promql for query in queries(slo, catalog)):
            yield Problem(slo.at("metadata", "name"), NO_RULE_TARGET, help_text)


def _reported_elsewhere(catalog: Catalog) -> Iterator[Location]:
    """Yield the locations that openslo-value-implausible reports."""
    yield from (duration.at() for duration in zero_durations(catalog))
    yield from (length.at() for _, length in long_slices(catalog))


def _of_slo(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    yield from _objectives(slo, catalog)
    yield from _groups(slo)


def _objectives(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    count = len(slo.value.spec.objectives)
    reasons = (unsupported(slo, index, catalog) for index in range(count))
    yield from dict.fromkeys(reason for reason in reasons if reason is not None)


def _groups(slo: Located[Slo]) -> Iterator[Problem]:
    for label in slo.value.review.group_labels:
        if not LABEL_NAME.fullmatch(label):
            message = Message(
                "not a valid label name: {label}, so the SLO is not grouped by it",
                label=repr(label),
            )
            at = slo.at("metadata", "annotations", GROUP_BY)
            help_text = Message("write label names, separated by commas")
            yield Problem(at, message, help_text, subject=label)


def _resolved(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    """Find OpenSLO alert policies that ask for a notification about resolved alerts."""
    for alert in openslo_alerts(slo, catalog):
        policy = alert.policy
        if alert.spec.alert_when_resolved:
            at = policy.located.at(*policy.route, "spec", "alertWhenResolved")
            yield Problem(at, Message("alertWhenResolved is not compiled"), RECEIVERS)


def _unused_policies(catalog: Catalog) -> Iterator[Problem]:
    """Find OpenSLO alert policies that no SLO uses."""
    named = {
        entry.reference for slo in catalog.documents(Slo) for entry in slo.value.spec.alert_policies
    }
    for policy in catalog.documents(OpenSloAlertPolicy):
        if policy.value.metadata.name not in named:
            message = Message(
                "no SLO uses the alert policy {policy}", policy=policy.value.metadata.name
            )
            help_text = Message("add it to alertPolicies of an SLO, or remove it")
            yield Problem(policy.at("kind"), message, help_text)
