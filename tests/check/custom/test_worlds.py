"""What custom rules see of a catalog: each service with its neighbors, and the index of all."""

import json
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.custom.worlds import SubjectLocation, Worlds
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
SLO: Final = "services/attendance/slo.yaml"
POLICY: Final = "services/attendance/alert-policy.yaml"
OWNER: Final = "services/attendance/ownership.yaml"
MONITORING: Final = "services/monitoring/ownership.yaml"
TEAM: Final = "policies/teams/workforce.yaml"
SIGNALS: Final = """signals:
    - name: Lag
      kind: cause
      tier: ticket
      for: 10m
      expr: lag > 1
      slo: attendance-clock-in
      labels: {queue: main}
      summary: It lags
      description: Look at the queue
      runbook: docs/runbooks/clock-in.md
    - {name: Bare, kind: cause, expr: bare > 1}
"""
SECOND: Final = """---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: attendance-export
  displayName: Exports
  labels: {tribe: [a, b], area: hr}
  annotations: {reliability/group-by: "site, floor", reliability/status: provisional}
spec:
  description: Exports end
  service: attendance
  indicator:
    metadata: {name: exported}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: failed_total}}}
        total: {metricSource: {type: Prometheus, spec: {query: exports_total}}}
  timeWindow:
    - duration: 1M
      isRolling: false
      calendar: {startTime: "2026-01-01 00:00:00", timeZone: Asia/Tokyo}
  budgetingMethod: Occurrences
  objectives:
    - {displayName: usual, target: 0.99}
    - {displayName: large, target: 0.9}
"""


def repository() -> Files:
    """A repository in which every field that rules see has a value somewhere."""
    files = minimal_files()
    files[OWNER] = files[OWNER].rstrip() + (
        "\n  lifecycle: deprecated\n  description: Clocks\n"
        '  approvers: {product: "@p", technical: "@t"}\n'
        '  sre: {engagement: enabling, contact: "@s", adoption: assisted}\n'
        "  dependencies: [monitoring, elsewhere]\n"
        "  hierarchy: {postmortem: {state: partial, evidence: x}, capacity: {state: missing}}\n"
    )
    files[TEAM] = files[TEAM].replace("spec:", "spec:\n  timeZone: Asia/Tokyo")
    files[SLO] = files[SLO].replace(
        "reliability/status",
        "reliability/rationale: measured\n    reliability/review-every: 90d\n"
        "    reliability/status",
    )
    files[SLO] += SECOND
    files[POLICY] = files[POLICY].replace("signals: []", SIGNALS)
    files["policies/teams/other.yaml"] = (
        "apiVersion: reliability/v1\nkind: Team\nmetadata: {name: other}\n"
        'spec:\n  members: ["@o"]\n  onCall: {mention: <!here>}\n'
        '  channels: {log: {slack: "#o"}, ticket: {issues: o/queue}}\n'
    )
    files["services/desk/ownership.yaml"] = (
        "apiVersion: reliability/v1\nkind: Ownership\nmetadata: {name: desk}\n"
        "spec: {team: other, criticality: standard, dependencies: [plain, attendance]}\n"
    )
    files["services/plain/service.yaml"] = (
        "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: plain}\nspec: {}\n"
    )
    return files


def worlds(files: Files, *broken: str) -> Worlds:
    unread = frozenset(map(PurePosixPath, broken))
    return Worlds(Context(today=TODAY, catalog=loaded(files)[0], broken=unread))


def test_rules_see_each_service_and_the_index_of_all(golden: Golden) -> None:
    every = worlds(repository())
    services = every.of_services()
    catalog = every.of_catalog(services)
    assert catalog is not None
    data: list[Any] = [each.data for each in services]
    golden.check(GOLDEN / "services.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    golden.check(GOLDEN / "catalog.json", json.dumps(catalog.data, indent=2) + "\n")


def test_each_subject_has_a_place_of_its_own() -> None:
    [attendance, *_, plain] = worlds(repository()).of_services()

    def lines(subject: str, written: str | None = None) -> list[str]:
        spots = (spot.at(written) for spot in attendance.locations[subject])
        return [f"{at.path.name}:{at.span.line}" for at in spots]

    assert lines("service") == ["ownership.yaml:3"]
    assert lines("service", "spec.criticality") == ["ownership.yaml:6"]
    assert lines("service", "spec.dependencies.1") == ["ownership.yaml:11"]
    for written in ("spec.²", "spec.٣", "spec.1", "spec.nothing"):
        assert lines("service", written) == ["ownership.yaml:4"], "the nearest that is there"
    assert lines("slo") == ["slo.yaml:4", "slo.yaml:29"]
    assert lines("objective") == ["slo.yaml:24", "slo.yaml:49", "slo.yaml:50"]
    assert lines("objective", "displayName") == ["slo.yaml:24", "slo.yaml:49", "slo.yaml:50"]
    assert lines("signal") == ["alert-policy.yaml:10", "alert-policy.yaml:20"]
    assert lines("signal", "expr") == ["alert-policy.yaml:14", "alert-policy.yaml:20"]
    assert isinstance(plain.locations["service"][0], SubjectLocation)
    assert {key: len(spots) for key, spots in plain.locations.items()} == {
        "service": 1,
        "slo": 0,
        "objective": 0,
        "signal": 0,
    }


def test_what_is_partly_unreadable_is_seen_by_no_rule() -> None:
    every = worlds(repository(), "services/monitoring/broken.yaml")
    services = every.of_services()
    assert [each.data["service"]["name"] for each in services] == ["attendance", "desk", "plain"]
    assert every.of_catalog(services) is None
