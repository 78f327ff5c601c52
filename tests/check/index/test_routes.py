"""How alerts are grouped by their routes, and where each route is written, for several trees.

`pytest tests/check/index/test_routes.py --update-golden` rewrites the golden files; read what has
changed.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.check.index.routes import Routes, may_silence
from reliability.location import Location
from tests.check.examples import Files, laid_over
from tests.check.repository import TODAY, checked, loaded
from tests.check.test_messages import written
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
BASE: Final = "policies/alertmanager.base.yml"
SERVICES: Final = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - {name: Down, kind: symptom, tier: alert, expr: up == 0, for: 5m, labels: {severity: page}}
    - {name: Down, kind: symptom, tier: ticket, expr: up == 0, labels: {severity: warning}}
    - {name: Lag, kind: cause, tier: ticket, expr: sum(lag) > 1, labels: {zone: eu-1}}
    - {name: Queue, kind: cause, tier: ticket, expr: sum by (zone) (queue) > 1}
    - {name: Disk, kind: saturation, tier: log, expr: disk > 1, labels: {zone: us-1}}
    - {name: Other, kind: cause, expr: sum(other) > 1}
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/status: established
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
    reliability/group-by: zone
---
kind: SLO
metadata: {name: plain}
# services/nobody/alert-policy.yaml
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: nobody}
spec:
  service: nobody
  signals:
    - {name: Lost, kind: cause, tier: ticket, expr: sum(lost) > 1}
    - {name: LostInEu, kind: cause, tier: ticket, expr: sum(lost) > 1, labels: {zone: eu-1}}
    - {name: LostInUs, kind: cause, tier: ticket, expr: sum(lost) > 1, labels: {zone: us-1}}
    - {name: LostInAp, kind: cause, tier: ticket, expr: sum(lost) > 1, labels: {zone: ap-1}}
    - {name: AlsoLostInEu, kind: cause, tier: ticket, expr: sum(lost) > 2, labels: {zone: eu-2}}
# policies/teams/other.yaml
apiVersion: reliability/v1
kind: Team
metadata: {name: other}
spec:
  members: ["@other"]
  channels: {alert: {slack: "#o"}, ticket: {webhook: {url: "https://example.com/hook"}}}
# services/desk/ownership.yaml
apiVersion: reliability/v1
kind: Ownership
metadata: {name: desk}
spec: {team: other, criticality: standard}
# services/desk/alert-policy.yaml
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: desk}
spec:
  service: desk
  signals:
    - {name: Full, kind: cause, tier: ticket, expr: sum(full) > 1}
    - {name: Fuller, kind: cause, tier: ticket, expr: sum(full) > 2}
"""
RECEIVERS: Final = """\
receivers:
  - name: default
  - name: page
    webhook_configs: [{url_file: /run/page}]
  - name: zone
    webhook_configs: [{url_file: /run/zone}]
"""
TREES: Final = {
    "none": "",
    "one-receiver": "route: {receiver: default}\n",
    "by-labels": """\
route:
  receiver: default
  routes:
    - matchers: [severity = page]
      receiver: page
    - matchers: ['severity =~ "warn.*"', zone != ""]
      continue: true
      routes:
        - matchers: ['zone =~ "eu-.*"']
          receiver: zone
    - matchers: [zone = us-1]
      receiver: zone
    - match: {service: attendance}
      receiver: page
      continue: true
    - match_re: {alertname: "D.*|SloBurn.*"}
      receiver: zone
""",
    "before-all": """\
route:
  receiver: page
  routes: [{receiver: zone, continue: true}, {receiver: default}]
""",
    "inhibitions": """\
route: {receiver: default}
inhibit_rules:
  - source_matchers: [severity = page]
    target_matchers: [severity = warning]
    equal: [service]
  - source_match: {alertname: Down}
    target_match_re: {zone: ".+"}
  - source_matchers: [alertname = Maintenance]
    target_matchers: ['tier =~ "ticket|log"', zone != us-1]
  - source_matchers: [alertname = Maintenance]
    target_matchers: [zone = ""]
""",
}


def repository(tree: str) -> Files:
    files = laid_over(SERVICES)
    return {**files, BASE: TREES[tree] + RECEIVERS} if TREES[tree] else files


def place(at: Location) -> str:
    return f"{at.path}:{at.span.line}:{at.span.column}"


def shown(routes: Routes) -> Iterator[str]:
    """Each group of alerts, what may happen to them, and where it is written."""
    for alike in routes.alike:
        yield ", ".join(
            f"{alert.service} {alert.name} ({alert.tier or 'no tier'})" for alert in alike.alerts
        )
        unknown = ", ".join(sorted(alike.knowledge.unknown)) or "nothing"
        yield f"  unknown: {unknown}"
        for outcome in alike.outcomes:
            yield f"  {' then '.join(route.receiver for route in outcome) or 'no route'}"
        for pointer, route in alike.routes.items():
            origin = "generated" if routes.is_ours(route) else "written"
            at = place(routes.at_route(route))
            receiver = place(routes.at_receiver(route.receiver))
            yield f"    {'.'.join(map(str, pointer))}: {origin}, {at}, receiver {receiver}"
        silenced = [
            str(number)
            for number, inhibition in enumerate(routes.routing.inhibitions)
            if may_silence(inhibition, alike)
        ]
        yield f"  silenced by: {', '.join(silenced) or 'nothing'}"


@pytest.mark.parametrize("tree", TREES)
def test_alerts_are_grouped_by_their_routes(golden: Golden, tree: str) -> None:
    files = repository(tree)
    catalog, said = loaded(files)
    assert said == []
    routes = Context(today=TODAY, catalog=catalog).routes
    assert routes is not None
    lines = [f"{text}\n" for text in shown(routes)]
    rules = [
        f"{text}\n"
        for finding in checked(files)
        if finding.problem.at.path.as_posix() == BASE or "rout" in finding.rule
        for text in written(finding)
    ]
    golden.check(GOLDEN / "routes" / f"{tree}.txt", "".join([*lines, "\n", *rules]))


def test_without_a_tree_or_with_a_part_that_cannot_be_read_nothing_is_known() -> None:
    files = repository("by-labels")
    none = {path: text for path, text in files.items() if "/teams/" not in path and path != BASE}
    for changed in (
        none,
        {**files, BASE: "route: ["},
        {**files, BASE: "route: {receiver: nowhere}\nreceivers: []\n"},
        {**files, "policies/more.yaml": "a: [\n"},
    ):
        catalog, said = loaded(changed)
        broken = frozenset(finding.problem.at.path for finding in said)
        assert Context(today=TODAY, catalog=catalog, broken=broken).routes is None


def test_alerts_of_an_unreadable_service_without_a_team_are_left_out() -> None:
    files = {**repository("by-labels"), "services/nobody/ownership.yaml": "a: [\n"}
    catalog, said = loaded(files)
    broken = frozenset(finding.problem.at.path for finding in said)
    routes = Context(today=TODAY, catalog=catalog, broken=broken).routes
    assert routes is not None
    services = {alert.service for alike in routes.alike for alert in alike.alerts}
    assert services == {"attendance", "monitoring", "desk"}


def test_a_receiver_is_at_its_name_and_its_parts_at_their_values() -> None:
    files = repository("by-labels")
    routes = Context(today=TODAY, catalog=loaded(files)[0]).routes
    assert routes is not None
    url = ("webhook_configs", 0, "url_file")
    lines = files[BASE].splitlines()
    shown = [
        lines[at.span.line - 1][at.span.column - 1 : at.span.end_column - 1]
        for at in (routes.at_receiver("zone"), routes.at_receiver("zone", url))
    ]
    assert shown == ["name", "/run/zone"]


LOST: Final = {
    BASE: "route: {receiver: a}\nreceivers: [{name: a}]\n",
    "services/shop/alert-policy.yaml": "apiVersion: reliability/v1\nkind: AlertPolicy\n"
    "metadata: {name: shop}\nspec: {service: shop, signals: [{name: Lost, kind: cause, "
    "tier: ticket, expr: sum(lost) > 1}]}\n",
}


@pytest.mark.parametrize(
    ("broken", "alerts"),
    [("", ["Lost"]), ("services/shop/x.yaml", []), ("services/desk/x.yaml", ["Lost"])],
)
def test_an_alert_without_a_team_has_routes_if_its_service_is_readable(
    broken: str, alerts: list[str]
) -> None:
    paths = frozenset({PurePosixPath(broken)} if broken else ())
    routes = Context(today=TODAY, catalog=loaded(LOST)[0], broken=paths).routes
    assert routes is not None
    assert [alert.name for alike in routes.alike for alert in alike.alerts] == alerts
