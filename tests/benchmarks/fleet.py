"""A repository of many services, three files each, as a company would have it."""

from pathlib import Path
from typing import Final

SLO: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {name}-requests
  displayName: Requests of {name} succeed
  annotations:
    reliability/journey: "A customer opens the page of {name} and it answers"
    reliability/status: established
    reliability/agreed-by: "@product-{team}, @tech-{team}"
    reliability/reviewed: "2026-11-01"
    reliability/review-every: 90d
    reliability/rationale: "99.97 % measured over October; complaints start below 99.9 %"
spec:
  description: How often the front door of {name} answers without an error of ours.
  service: {name}
  indicator:
    metadata: {{name: {name}-success}}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec: {{query: 'http_requests_total{{job="{name}",code!~"5.."}}'}}
        total:
          metricSource:
            type: Prometheus
            spec: {{query: 'http_requests_total{{job="{name}"}}'}}
  timeWindow:
    - {{duration: 30d, isRolling: true}}
  budgetingMethod: Occurrences
  objectives:
    - {{displayName: succeeded, target: 0.999}}
"""

ALERT_POLICY: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {name}}}
spec:
  service: {name}
  objectives:
    - slo: {name}-requests
      windows: google-30d
      tiers: {{fast: alert, slow: ticket}}
      runbook: docs/runbooks/service.md
  signals:
    - name: QueueBacklog
      kind: cause
      tier: ticket
      expr: queue_depth{{job="{name}"}} > 1000
      for: 15m
      summary: "{{{{ $value }}}} items wait in the queue of {name}"
      runbook: docs/runbooks/service.md
"""

OWNERSHIP: Final = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {{name: {name}}}
spec:
  team: {team}
  criticality: important
  lifecycle: production
  approvers: {{product: "@product-{team}", technical: "@tech-{team}"}}
  sre: {{engagement: enabling, contact: "@sre-one", adoption: assisted}}
  hierarchy:
    postmortem: {{state: partial, evidence: docs/postmortems/}}
"""

HEARTBEAT: Final = """\
    - name: MonitoringHeartbeat
      kind: heartbeat
      tier: alert
      expr: vector(1)
      runbook: docs/runbooks/service.md
"""

HISTORY: Final = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: synthetic, seed: 1}
"""

TEAM: Final = """\
apiVersion: reliability/v1
kind: Team
metadata: {{name: {team}}}
spec:
  members: ["@one-{team}", "@two-{team}"]
  codeHost: "@acme/{team}"
  timeZone: Europe/Berlin
  onCall:
    pagerduty: {{routingKey: "file:/etc/alertmanager/secrets/{team}-pagerduty"}}
    mention: "<!subteam^S0123ABC>"
  channels:
    alert: {{slack: "#{team}-alerts"}}
    ticket: {{slack: "#{team}-tickets", issues: acme/{team}}}
"""

SERVICES_A_TEAM: Final = 20


def write_fleet(
    root: Path, services: int, policies: Path, services_a_team: int = SERVICES_A_TEAM
) -> None:
    """Write `services` services and their teams; the other policies are the shipped ones.

    The first service has a heartbeat, and history is made up for all alike: `check` is silent.
    """
    (root / "policies" / "teams").mkdir(parents=True)
    for policy in sorted(policies.glob("*.yaml")):
        (root / "policies" / policy.name).write_bytes(policy.read_bytes())
    (root / "policies" / "history.yaml").write_text(HISTORY)
    (root / "policies" / "teams" / "platform.yaml").write_text(TEAM.format(team="platform"))
    (root / "docs" / "runbooks").mkdir(parents=True)
    (root / "docs" / "runbooks" / "service.md").write_text("# What to look at first\n")
    for number in range(services):
        name, team = f"service-{number:05}", f"team-{number // services_a_team:04}"
        folder = root / "services" / name
        folder.mkdir(parents=True)
        (folder / "slo.yaml").write_text(SLO.format(name=name, team=team))
        alerts = ALERT_POLICY.format(name=name) + (HEARTBEAT if number == 0 else "")
        (folder / "alert-policy.yaml").write_text(alerts)
        (folder / "ownership.yaml").write_text(OWNERSHIP.format(name=name, team=team))
        if number % services_a_team == 0:
            (root / "policies" / "teams" / f"{team}.yaml").write_text(TEAM.format(team=team))
