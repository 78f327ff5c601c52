"""Whole imports: every written file and every diagnostic, in one golden file for each input.

Below each stands what is otherwise if a value is missing, or is another.
`pytest tests/convert/test_whole_imports.py --update-golden` rewrites them; read what has changed.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.convert.imported import imported
from tests.convert.test_burn_rates import BY_JOB, RECORD, four, recordings, rules
from tests.convert.test_nothing_dropped import TEXTS, changed, documents, leaves
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "imports"
GROUPS: Final = """\
groups:
  - name: shop
    interval: 30s
    limit: 5
    labels: {team: sales, severity: page}
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        for: 5m
        keep_firing_for: 10m
        labels: {severity: critical, service: shop}
        annotations:
          summary: Shop is down
          description: "{{ $labels.instance }} has gone"
          runbook_url: https://runbooks.example.com/shop
          dashboard: https://grafana.example.com/d/1
      - alert: ShopSlow
        expr: histogram_quantile(0.9, rate(shop_seconds_bucket[5m])) > 1
        labels: {severity: warning, tier: gold}
      - alert: ShopInfo
        expr: shop_info == 1
        for: 1h
        labels: {severity: info, team: "{{ $labels.team }}"}
      - record: shop:requests:rate5m
        expr: sum(rate(shop_requests_total[5m]))
        labels: {area: eu}
      - {expr: up}
  - name: empty
    rules: []
  - name: bank
    rules:
      - alert: Watchdog
        expr: vector(1)
      - alert: BankGone
        expr: absent(up{job="bank"})
        labels: {severity: 5, team: money}
      - alert: "Not a name"
        expr: "sum by (pod) (bank_errors) > 1"
        for: soon
        labels: {team: other}
"""
ROUTES: Final = """\
global: {resolve_timeout: 5m, slack_api_url: "https://hooks.slack.com/services/T/B/x"}
route:
  receiver: default
  group_by: [alertname, job]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: ['team="sales"', 'severity=~"critical|page"']
      receiver: sales-page
      continue: true
    - match: {team: sales}
      match_re: {severity: warn.*}
      receiver: sales
      mute_time_intervals: [night]
    - matchers: ['alertname="Watchdog"']
      receiver: watchdog
      repeat_interval: 1m
receivers:
  - name: default
    email_configs: [{to: ops@example.com, send_resolved: true}]
  - name: sales-page
    pagerduty_configs: [{routing_key: 0123456789abcdef, severity: critical}]
  - name: sales
    slack_configs: [{channel: "#sales", title: Alert, text: "<!here> {{ .CommonLabels.job }}"}]
  - name: watchdog
    webhook_configs: [{url: "https://dead.example.com/x", max_alerts: 1}]
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_matchers: ['severity="warning"']
    equal: [job]
time_intervals:
  - name: night
    time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}], weekdays: ["saturday"]}]
templates: [/etc/alertmanager/*.tmpl]
"""
BURNING: Final = rules(
    *four(
        f'{RECORD}LONG{{job="myjob"}} > (FACTOR*0.001) '
        f'and {RECORD}SHORT{{job="myjob"}} > (FACTOR*0.001)'
    ),
    records=recordings(f"{RECORD}W", BY_JOB),
)["r/shop.yml"]
ENTITIES: Final = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Payments_API
  title: Payments
  description: Takes money
  annotations: {github.com/project-slug: shop/pay}
spec:
  type: service
  lifecycle: beta
  system: checkout
  dependsOn: [component:default/ledger, resource:db, component:ledger]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger}
spec: {type: library, lifecycle: production, owner: group:default/payments}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: checkout}
spec: {owner: payments, domain: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments, annotations: {github.com/team-slug: shop/pay}}
spec: {type: team, profile: {displayName: Payments, email: a@example.com}, members: [ren, aoi]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ren, annotations: {github.com/user-login: ren-gh}}
spec: {memberOf: [payments], profile: {displayName: Ren}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: aoi}
spec: {memberOf: []}
"""
INPUTS: Final = {
    **{name.replace("/", "-"): text for name, text in TEXTS.items()},
    "prometheus-groups": GROUPS,
    "prometheus-burn-rates": BURNING,
    "alertmanager": ROUTES,
    "backstage": ENTITIES,
}


LONG: Final = ("alertmanager", "prometheus-burn-rates")
"""Inputs of which a value changes most of what is written."""

SHOWN: Final = 8
"""Lines that are shown of what another value changes; two for a long input."""


@pytest.mark.parametrize("name", INPUTS)
def test_a_whole_import(golden: Golden, name: str) -> None:
    given = documents(INPUTS[name])
    whole = written(given)
    shown = 2 if name in LONG else SHOWN
    changes = (line for route in leaves(given) for line in otherwise(given, route, whole, shown))
    lines = [*whole, *changes]
    golden.check(GOLDEN / f"{name}.txt", "".join(f"{line}\n" for line in lines))


def written(given: list[Any]) -> list[str]:
    """Every file by its path, then every diagnostic."""
    gathered = imported({"in.yml": "---\n".join(json.dumps(each) + "\n" for each in given)})
    lines = []
    for path, text in sorted(gathered.files.items()):
        lines += [f"== {path}", *text.splitlines()]
    lines.append("== diagnostics")
    for diagnostic in gathered.diagnostics:
        at = diagnostic.problem.at.pointer
        lines.append(
            f"{diagnostic.kind.value} {'.'.join(map(str, at))}: {diagnostic.problem.message}"
        )
        lines += [f"  help: {diagnostic.problem.help}"] if diagnostic.problem.help else []
        lines += [f"  reason: {diagnostic.reason}"] if diagnostic.reason else []
    return lines


def otherwise(
    given: list[Any], route: tuple[str | int, ...], whole: list[str], shown: int
) -> Iterator[str]:
    """What another value, and a missing one, changes in files and diagnostics.

    The digest is of all lines, also of those that are not shown.
    """
    name = ".".join(map(str, route[1:]))
    others = {"12.25": changed(given, route, 12.25)}
    if isinstance(route[-1], str):
        others["missing"] = changed(given, route, None, "unheardOf")
    for other, documents_then in others.items():
        compared = difflib.unified_diff(whole, written(documents_then), n=0, lineterm="")
        lines = [line for line in compared if not line.startswith(("---", "+++", "@@"))]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6]
        yield f"== {name}: {other}, {len(lines)} lines, {digest}"
        yield from lines[-shown:]
