"""Repositories of one sync target: as many services as are asked for, and a change to them."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from tests.benchmarks.fleet import write_fleet

POLICIES: Final = Path(__file__).parents[2] / "policies"
OWNER: Final = "0123456789abcdef"
Source = Literal["Prometheus", "Datadog"]
QUERIES: Final = {
    '\'http_requests_total{job="{name}",code!~"5.."}\'': "'sum:{name}.ok{*}.as_count()'",
    "'http_requests_total{job=\"{name}\"}'": "'sum:{name}.all{*}.as_count()'",
}
"""Queries of the fleet, and what counts the same in Datadog."""
ON_CALL: Final = """\
  datadog: {alert: ["@pagerduty-shop"], ticket: ["@jira-SHOP"]}
  onCall:
    pagerduty: {escalationPolicy: PABC123, """
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: {name}}}
spec:
  service: {name}
  corrections:
    - start: 2026-12-12T20:00:00+01:00
      end: 2026-12-12T23:00:00+01:00
      reason: The database moves
      approver: "@tech"
"""


@dataclass(frozen=True, slots=True)
class SoakRepository:
    """A repository in a folder."""

    root: Path

    def change(self) -> None:
        """Change one service, delete one, give one to another team, and add one."""
        services = self.root / "services"
        slo = services / "service-00000/slo.yaml"
        slo.write_text(slo.read_text().replace("target: 0.999", "target: 0.995"))
        self._describe("service-00002")
        shutil.copytree(services / "service-00001", services / "service-added")
        for file in (services / "service-added").iterdir():
            file.write_text(file.read_text().replace("service-00001", "service-added"))
        shutil.rmtree(services / "service-00001")

        team = self.root / "policies/teams/team-0000.yaml"
        other = team.read_text().replace("team-0000", "team-other")
        team.with_name("team-other.yaml").write_text(other)
        owner = services / "service-00003/ownership.yaml"
        owner.write_text(owner.read_text().replace("team: team-0000", "team: team-other"))

    def _describe(self, service: str) -> None:
        owner = self.root / "services" / service / "ownership.yaml"
        owner.write_text(owner.read_text().replace("spec:\n", "spec:\n  description: Another\n"))


def write_repository(
    root: Path, services: int, source: Source, entry: Mapping[str, Any], a_team: int = 20
) -> SoakRepository:
    """Write services whose queries are those of `source`, and the target of `entry`."""
    write_fleet(root, services, POLICIES, a_team)
    for team in (root / "policies/teams").iterdir():
        text = team.read_text().replace("  onCall:\n    pagerduty: {", ON_CALL, 1)
        team.write_text(text.replace(f"{team.stem}-pagerduty", "pagerduty"))
    if source == "Datadog":
        for slo in root.glob("services/*/slo.yaml"):
            slo.write_text(_of_datadog(slo.read_text(), slo.parent.name))
    name = "service-00000"
    corrections = root / "services" / name / "corrections.yaml"
    corrections.write_text(CORRECTIONS.format(name=name))

    limits = {"fromCount": 1, "deletes": "90%", "updates": "100%"}
    document = {
        "apiVersion": "reliability/v1",
        "kind": "SyncTargets",
        "metadata": {"name": "targets"},
        "spec": {
            "owner": {"id": OWNER},
            "allowedHosts": ["127.0.0.1"],
            "targets": [{"name": "here", "limits": limits, **entry}],
        },
    }
    (root / "policies/targets.yaml").write_text(yaml.safe_dump(document))
    return SoakRepository(root)


def _of_datadog(text: str, name: str) -> str:
    for ours, theirs in QUERIES.items():
        text = text.replace(ours.replace("{name}", name), theirs.replace("{name}", name))
    return re.sub("type: Prometheus", "type: Datadog", text)
