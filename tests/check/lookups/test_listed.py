"""Every name that must be unique, and every reference, of repositories with all kinds of both.

`pytest tests/check/lookups/test_listed.py --update-golden` rewrites the golden files; read what has
changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.check.lookups.names import Name, declared_names
from reliability.check.lookups.reference import Reference
from reliability.check.lookups.references import past_references, references
from reliability.check.rules import RULES
from reliability.location import Location
from tests.check.changes.governed import BASE
from tests.check.changes.openslo_edits import BASE as OPENSLO
from tests.check.changes.test_change_variations import SERVICE
from tests.check.examples import laid_over
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
TWICE: Final = """\
# services/attendance/more.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: other}
spec:
  service: attendance
  team: nobody
  criticality: standard
  dependencies: [monitoring, nowhere]
  environments:
    production: {servers: [eu, mars], notify: workforce}
    mars: {servers: [eu], notify: nobody}
    staging: {}
---
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: attendance}
spec:
  service: attendance
  objectives:
    - {slo: nothing, objective: x, windows: none}
    - {slo: attendance-clock-in, objective: x}
    - {slo: attendance-clock-in, environments: {mars: {tiers: {fast: log}}}}
  signals:
    - {name: Down, kind: cause, expr: up == 0, slo: nothing}
    - {name: Down, kind: cause, tier: log, expr: up == 0, environments: {mars: {tier: log}}}
    - {name: ErrorBudgetBurn, kind: cause, tier: log, expr: up == 0}
    - {name: Burns, alertName: ErrorBudgetBurn, kind: cause, tier: log, expr: up == 0}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: attendance-clock-in
  annotations:
    reliability/target.mars: "0.9"
    reliability/target.staging.x: "0.9"
spec:
  service: attendance
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: u, target: 0.99, indicatorRef: nothing}
    - displayName: z
      target: 0.98
      indicatorRef: gone
    - displayName: u
      target: 0.9
      indicator:
        metadata: {name: own}
        spec:
          thresholdMetric: {metricSource: {metricSourceRef: nowhere, spec: {query: a}}}
      op: lt
      value: 1
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: sums}
spec:
  ratioMetric:
    counter: true
    bad: {metricSource: {metricSourceRef: bad, spec: {query: a}}}
    total: {metricSource: {metricSourceRef: total, spec: {query: a}}}
---
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec:
  service: attendance
  incidents:
    - name: one
      start: 2026-11-01T09:00:00Z
      end: 2026-11-01T10:00:00Z
      impact: slow
      slos: [{slo: attendance-clock-in, failed: 1%}, {slo: nothing, failed: 1%}]
      environments: [production, mars]
---
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - {start: "2026-11-24T01:00:00Z", end: "2026-11-24T23:59:00Z", reason: x, approver: "@x",
       slos: [past, attendance-clock-in]}
    - {start: "2026-11-24T01:00:00Z", end: "2026-11-25T00:00:00Z", reason: x, approver: "@x",
       slos: [today]}
    - {start: "2026-11-20T01:00:00Z", end: "2026-11-20T02:00:00Z", reason: x, approver: "@x"}
# policies/environments.yaml
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - name: production
      after: mars
      servers:
        - {name: eu, target: files, replicas: [prometheus, nowhere], replicaLabel: r}
        - {name: eu, target: nowhere}
      ruler: {target: rules}
      targets: [alertmanager, gone]
    - {name: production}
    - {name: staging}
# policies/more.yaml
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: more}
spec: {rules: {no-such-rule: {severity: error}, name-duplicate: {severity: warning}}}
---
apiVersion: reliability/v1
kind: Waivers
metadata: {name: more}
spec:
  waivers:
    - {rule: gone, service: nobody, reason: r, approver: "@x", until: 2027-01-31}
---
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, traffic: {attendance-clock-in: {perMinute: 1}, nothing: {perMinute: 2}}}
---
apiVersion: reliability/v1
kind: ErrorBudgetPolicy
metadata: {name: budgets}
spec:
  states: [{name: spent, remaining: 0, then: [freeze]}]
  scopes: [{services: [attendance, nobody], states: [{name: spent, remaining: 0, then: [freeze]}]}]
  exceptions: [{service: gone, reason: r, approver: "@x", until: 2027-01-31}]
"""
REPOSITORIES: Final = {
    "policies": BASE,
    "openslo": OPENSLO,
    "service": SERVICE,
    "twice": TWICE,
    "minimal": "",
}


def context(text: str) -> Context:
    rules = {rule.id: rule.setting for rule in RULES}
    return Context(today=TODAY, catalog=loaded(laid_over(text))[0], rules=rules)


def place(at: Location) -> str:
    return f"{at.path}:{at.span.line}:{at.span.column}"


def name_line(name: Name) -> str:
    at = place(name.located.at(*name.route)) if name.located else "generated"
    return f"{at} {' '.join(map(str, name.key))}: {name.message} ({name.help})\n"


def reference_line(reference: Reference) -> Iterator[str]:
    at = place(reference.located.at(*reference.route, part=reference.part))
    default = f", the default of {reference.default_of}" if reference.default_of else ""
    folders = ", ".join(reference.folders) or "anywhere"
    yield f"{at} {reference.what} {reference.name}{default}, in {folders}\n"
    if reference.name not in reference.known:
        known = sorted(reference.known) if len(reference.known) < 10 else ["many"]
        yield f"  not one of {', '.join(known) or 'none'}\n"


@pytest.mark.parametrize("name", REPOSITORIES)
def test_names_and_references_are_listed(golden: Golden, name: str) -> None:
    of = context(REPOSITORIES[name])
    lines = [name_line(declared) for declared in declared_names(of)]
    for title, some in (("References", references(of)), ("Past", past_references(of))):
        lines.append(f"{title}:\n")
        lines += [line for reference in some for line in reference_line(reference)]
    golden.check(GOLDEN / "listed" / f"{name}.txt", "".join(lines))


SIGNALS: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: shop}
spec:
  service: shop
  objectives: [{slo: a}, {slo: a, objective: b}]
  signals: [%s]
"""


@pytest.mark.parametrize(
    ("signal", "names"),
    [
        ("{name: A, kind: cause, expr: up}", ["7 signal shop A"]),
        ("{name: A, kind: cause, tier: log, expr: up}", ["7 signal shop A log"]),
        (
            "{name: ErrorBudgetBurn, kind: cause, tier: log, expr: up}",
            ["generated signal shop ErrorBudgetBurn log", "7 signal shop ErrorBudgetBurn log"],
        ),
        (
            "{name: A, alertName: SLINoData, kind: cause, tier: log, expr: up}",
            [
                "7 signal shop A log",
                "generated alertname shop SLINoData A",
                "7 alertname shop SLINoData A",
            ],
        ),
        ("{name: A, alertName: B, kind: cause, tier: log, expr: up}", ["7 signal shop A log"]),
    ],
)
def test_names_of_one_policy(signal: str, names: list[str]) -> None:
    catalog, _ = loaded({"services/shop/alert-policy.yaml": SIGNALS % signal})
    shown = [
        f"{name.located.at(*name.route).span.line if name.located else 'generated'} "
        f"{' '.join(name.key)}"
        for name in declared_names(Context(today=TODAY, catalog=catalog))
    ]
    assert shown == ["3 name AlertPolicy shop", "6 entry shop a", "6 entry shop a b", *names]
