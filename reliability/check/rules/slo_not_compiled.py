"""An SLO that no compiler can take.

## What it does

Finds what is read and given to no tool yet: objectives with SLIs of their own (composite), metrics
of other types than Prometheus, alert policies of OpenSLO that no SLO names, and their
`alertWhenResolved`. And what cannot mean anything: calendar windows shorter than a day, and
objectives whose op and value do not fit the SLI that they refer to. It is silent where
`openslo-duration-zero` or `slice-longer-than-window` speaks of the same place.

## Why it matters

The document is valid, reviewed and merged, and nothing comes of it. That may be intended, while
another tool reads the same file; it must not be a surprise.

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

What a target cannot express is a finding on the line that asks for it, never a silent drop.
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
from reliability.model.openslo.alerting import OpenSloAlertPolicy
from reliability.model.openslo.slo import Slo
from reliability.resolve.compilable import unsupported
from reliability.resolve.openslo_alerts import openslo_alerts

RECEIVERS: Final = "take it out: whether the end is told is a setting of each receiver"


@catalog_rule(severity=Severity.WARNING, since="0.1")
def slo_not_compiled(context: Context) -> Iterator[Problem]:
    """Say each reason once; what other rules say of references and queries is theirs."""
    reasons = [each for slo in context.catalog.each(Slo) for each in _of_slo(slo, context.catalog)]
    elsewhere = frozenset(_said_elsewhere(context.catalog)) if reasons else frozenset[Location]()
    yield from (reason for reason in reasons if reason.at not in elsewhere)
    asked = (each for slo in context.catalog.each(Slo) for each in _asked(slo, context.catalog))
    yield from dict.fromkeys(asked)
    yield from _alert_policies(context.catalog)


def _said_elsewhere(catalog: Catalog) -> Iterator[Location]:
    """Where rules of their own say why nothing comes of it."""
    yield from (each.at() for each in zero_durations(catalog))
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
            message = f"{label!r} is no label name, so nothing is grouped by it"
            at = slo.at("metadata", "annotations", GROUP_BY)
            yield Problem(at, message, "write names, separated by commas", subject=label)


def _asked(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    """What alert policies of OpenSLO want that nothing is made of."""
    for each in openslo_alerts(slo, catalog):
        policy = each.policy
        if each.spec.alert_when_resolved:
            at = policy.located.at(*policy.route, "spec", "alertWhenResolved")
            yield Problem(at, "alertWhenResolved is not compiled", RECEIVERS)


def _alert_policies(catalog: Catalog) -> Iterator[Problem]:
    """Alert policies of OpenSLO that no SLO names."""
    named = {
        entry.reference for slo in catalog.each(Slo) for entry in slo.value.spec.alert_policies
    }
    for policy in catalog.each(OpenSloAlertPolicy):
        if policy.value.metadata.name not in named:
            message = f"no SLO names the alert policy {policy.value.metadata.name}"
            yield Problem(policy.at("kind"), message, "name it in alertPolicies, or take it out")
