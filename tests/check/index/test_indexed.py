"""Everything that rules look up in a catalog, for repositories with documents of all kinds.

`pytest tests/check/index/test_indexed.py --update-golden` rewrites the golden files; read what has
changed.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.check.context import Context
from reliability.check.index import openslo
from reliability.check.index.openslo import DocumentPart
from reliability.check.index.queries import faulty
from reliability.check.index.reach import reaches
from reliability.check.index.window_pairs import is_typed_wrong, pairs
from reliability.check.lookups.burn import impossible, mismatches
from reliability.location import Location
from reliability.model.slo_policy import BurnRateWindows
from reliability.scalars import duration_text
from tests.check.changes.openslo_edits import BASE as OPENSLO
from tests.check.changes.test_change_variations import SERVICE
from tests.check.examples import laid_over
from tests.check.lookups.test_listed import TWICE
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "indexed"
KINDS: Final = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - {slo: attendance-clock-in}
    - {slo: calls, windows: weekly}
    - {slo: month, windows: weekly}
    - {slo: nowhere, windows: weekly}
    - {slo: calls, windows: none}
    - {slo: calls}
    - {slo: attendance-clock-in, windows: weekly}
  signals:
    - {name: A, kind: cause, tier: log, expr: 'rate(a{x=~"1.*"}[5m] offset 1h) > 1'}
    - {name: B, kind: cause, tier: log, expr: 'sum by (x) (a) / on () b unless c{y!="2"} == 1'}
    - {name: C, kind: cause, tier: log, expr: 'max_over_time(rate(a[2m])[3d:1m] offset 1d) > 1'}
    - {name: D, kind: cause, tier: log, expr: 'max_over_time(a[49h]) or absent(b{z!~"3"}) > 1'}
    - {name: E, kind: cause, tier: log, expr: 'max_over_time(a[2881m]) > 1'}
    - {name: F, kind: cause, tier: log, expr: 'max_over_time(a[2879m]) > 1'}
    - {name: G, kind: cause, tier: log, expr: 'a > 1'}
    - {name: H, kind: heartbeat, expr: vector(1)}
# services/attendance/slo.yaml
kind: SLO
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: calls}
spec:
  service: attendance
  indicator:
    metadata: {name: calls}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'bad_total{le="1"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(al[{{.window}}]))'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - {displayName: one, target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5m}
    - {displayName: two, target: 0.5, timeSliceTarget: 0.9, timeSliceWindow: 8d}
    - {displayName: three, target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 7d}
    - {displayName: four, target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 0m}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: month}
spec:
  service: monitoring
  timeWindow:
    - duration: 1M
      calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}
  budgetingMethod: Occurrences
  objectives:
    - displayName: gauge
      target: 0.9
      op: lt
      value: 1
      indicator:
        metadata: {name: gauge}
        spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(g)}}}}
    - displayName: ratio
      target: 0.9
      timeSliceWindow: 40d
      indicator:
        metadata: {name: ratio}
        spec:
          ratioMetric:
            counter: false
            good: {metricSource: {type: Prometheus, spec: {query: 'good ('}}}
            total: {metricSource: {type: Datadog, spec: {query: 'sum(x)'}}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: empty}
spec:
  service: elsewhere
  indicatorRef: raw
  timeWindow: [{duration: 0d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 1m}]
  alertPolicies:
    - alertPolicyRef: nowhere
    - kind: AlertPolicy
      metadata: {name: own, annotations: {reliability/tier: ticket}}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: own}
            spec:
              severity: page
              condition: {kind: burnrate, op: gt, threshold: 9, lookbackWindow: 0h, alertAfter: 0m}
        notificationTargets: [{targetRef: nobody}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: raw}
spec:
  ratioMetric:
    rawType: failure
    counter: true
    raw: {metricSource: {type: Prometheus, spec: {query: "rate(r[5m])"}}}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: spare}
spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 1, lookbackWindow: 2h}}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: named}
spec: {}
# policies/weekly.yaml
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: weekly}
spec:
  period: 7d
  fast:
    - {long: 1h, short: 5m, budget: 2%, factor: 3.36}
    - {long: 2h, short: 10m, budget: 5%, factor: 4.24}
    - {long: 3h, short: 15m, budget: 5%, factor: 2.82}
  slow:
    - {long: 6h, short: 30m, budget: 20%, factor: 5.6}
    - {long: 12h, short: 1h, budget: 20%, factor: 2.83}
"""
REPOSITORIES: Final = {"openslo": OPENSLO, "service": SERVICE, "twice": TWICE, "kinds": KINDS}


def place(at: Location) -> str:
    return f"{at.path}:{at.span.line}:{at.span.column}"


def text_of(value: object) -> str:
    """A length of time, or else the kind of what is there."""
    return duration_text(value) if isinstance(value, timedelta) else type(value).__name__


def part_line(title: str, part: DocumentPart[Any]) -> str:
    return f"{title}: {place(part.at())} {text_of(part.value)}"


def parts_of(context: Context) -> Iterator[str]:
    catalog = context.catalog
    for slo, objective in openslo.objectives(catalog):
        yield f"{part_line('objective', objective)} of {slo.value.metadata.name}"
    for title, parts in (
        ("SLI", openslo.slis(catalog)),
        ("metric", openslo.metrics(catalog)),
        ("alert policy", openslo.alert_policies(catalog)),
        ("condition", openslo.alert_conditions(catalog)),
        ("duration", openslo.durations(catalog)),
        ("zero", openslo.zero_durations(catalog)),
    ):
        for part in parts:
            yield part_line(title, part)
    for period, slice_of in openslo.long_slices(catalog):
        yield f"{part_line('long slice', slice_of)} in {duration_text(period)}"


def queries_of(context: Context) -> Iterator[str]:
    for query in context.sli_queries:
        placed = query.placed
        words = [placed.role, *(["counts"] if query.counts else [])]
        words += ["rewritten"] if query.is_rewritten else []
        yield f"query: {place(placed.at)} {', '.join(words)}: {placed.text}"
    for kinds in (("syntax",), ("form", "fixed-window"), ()):
        for placed, fault in faulty(context.sli_queries, *kinds):
            yield f"fault: {place(placed.at)} {fault.kind}"
    for word in sorted(context.expressions.by_word):
        users = ", ".join(place(user.at) for user in context.expressions.using(word))
        yield f"using {word}: {users}"
    for words in (["rate", "sum"], ["sum", "/", "nowhere"], []):
        both = ", ".join(place(user.at) for user in context.expressions.using(*words))
        yield f"using {' or '.join(words) or 'nothing'}: {both}"
    for selected in context.selected:
        around = f" in {selected.function}" if selected.function else ""
        yield f"selected: {place(selected.at)} {selected.role or 'signal'} {selected.text}{around}"
    for lookback in reaches(context):
        yield f"looks back: {place(lookback.at)} {lookback.words} ({lookback.help})"


def names_of(context: Context) -> Iterator[str]:
    yield f"services: {', '.join(sorted(context.services))}"
    for service in sorted(context.services | {"nobody"}):
        team = context.team_of(service)
        slos = ", ".join(sorted(context.slo_names.get(service, ()))) or "none"
        yield f"{service}: {team.value.metadata.name if team else 'no team'}; SLOs {slos}"
    for name, (speed, factor) in context.worst_factors.items():
        yield f"worst factor of {name}: {factor:g} ({speed})"
    for windows in context.catalog.documents(BurnRateWindows):
        for route, window in pairs(windows.value):
            wrong = is_typed_wrong(window, windows.value.spec.period)
            yield f"pair: {place(windows.at(*route))} {'wrong' if wrong else 'right'}"
    for mismatch in mismatches(context):
        entry = place(mismatch.policy.at("spec", "objectives", mismatch.index))
        yield f"mismatch: {entry} of {place(mismatch.slo.at())}, {place(mismatch.windows.at())}"
    for objective in context.objectives:
        cannot = impossible(objective, context)
        if cannot is not None:
            shown = f"{cannot.speed} {cannot.factor:g} {cannot.error_ratio:g}"
            yield f"impossible: {objective.identity} {shown}"


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_catalog_is_indexed(golden: Golden, name: str) -> None:
    context = Context(today=TODAY, catalog=loaded(laid_over(REPOSITORIES[name]))[0])
    lines = [*names_of(context), *parts_of(context), *queries_of(context)]
    golden.check(GOLDEN / f"{name}.txt", "".join(f"{line}\n" for line in lines))
