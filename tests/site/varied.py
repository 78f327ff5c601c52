"""A repository in which each kind of page content occurs: states, reviews, waivers, incidents."""

from pathlib import Path
from typing import Final

from tests.cli.copied import copied, edit

SECOND_OBJECTIVE: Final = """\
    - displayName: opened
      target: 0.995
    - target: 0.9
"""
OTHER_SLOS: Final = """\
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: exports-quarter
  annotations:
    reliability/journey: "An employee clocks in at the start of the day"
spec:
  service: exports
  indicatorRef: exports-quarter
  timeWindow:
    - {duration: 1Q, isRolling: false, calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}}
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: exports-quarter}
spec:
  ratioMetric:
    counter: true
    bad: {metricSource: {type: Prometheus, spec: {query: 'exports_total{result="failed"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'exports_total'}}}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: exports-slices
  displayName: Slices <i>
  annotations:
    reliability/reviewed: "2026-10-26"
    reliability/review-every: 30d
spec:
  service: exports
  indicatorRef: exports-quarter
  timeWindow: [{duration: 14d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.95, timeSliceTarget: 0.9, timeSliceWindow: 5m}]
"""
TRAFFIC: Final = """\
      exports-quarter: {perMinute: 40, failing: 0.4%, blipsPerWeek: 3}
      exports-slices: {perMinute: 40, failing: 0.4%, blipsPerWeek: 3}
      payroll-batch-items:"""
INCIDENTS: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {name: payslips}
spec:
  service: payslips
  incidents:
    - name: Burns <now>
      start: 2026-11-24T22:00:00Z
      end: 2026-11-25T00:00:00Z
      impact: "Half of the payslips & more did not open"
      slos: [{slo: payslips-view, failed: 60%}]
    - name: Before the replay
      start: 2026-08-25T10:00:00Z
      end: 2026-08-25T11:00:00Z
      impact: "Nobody counted"
    - name: Over midnight
      start: 2026-09-30T23:00:00Z
      end: 2026-10-01T02:00:00Z
      impact: "Between two quarters"
      slos: [{slo: payslips-view, failed: 20%}]
"""
RECOVERING: Final = """\
    - name: Just over
      start: 2026-11-24T22:30:00Z
      end: 2026-11-24T23:40:00Z
      impact: "Pay was late"
      slos: [{slo: payroll-batch-items, failed: 70%}]
"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - {start: 2026-12-20T01:00:00Z, end: 2026-12-20T03:00:00Z, reason: Later, approver: "@a"}
    - {start: 2026-11-28T01:00:00Z, end: 2026-11-28T03:00:00Z, reason: Soon, approver: "@a"}
    - start: 2026-09-29T00:00:00Z
      end: 2026-09-29T00:20:00Z
      reason: In an incident
      approver: "@a"
      slos: [attendance-clock-in-latency]
    - {start: 2026-08-01T01:00:00Z, end: 2026-08-01T03:00:00Z, reason: Old, approver: "@a"}
"""
WAIVERS: Final = """\
  waivers:
    - {rule: z-later, service: exports, reason: r, approver: "@a", until: 2026-12-10}
    - {rule: b-soon, service: gone, reason: r, approver: "@a", until: 2026-12-09}
    - {rule: a-today, service: exports, reason: r, approver: "@a", until: 2026-11-25}
    - {rule: c-over, service: payslips, reason: r, approver: "@a", until: 2026-11-24}
"""
PAGER: Final = (
    "incident_number,description,service_name,escalation_policy_name,created_on,urgency,"
    "acknowledged_by_user_names\n"
    "1,a,attendance,any,2026-11-02T14:30:00Z,high,Sato\n"
    '2,b,other,Workforce,2026-11-07T01:00:00Z,high,"Sato, Ito, Sato"\n'
    "3,c,Payroll,any,2026-11-03T02:00:00Z,high,\n"
    "4,d,nowhere,nobody,2026-11-03T02:00:00Z,high,Ito\n"
    "5,e,payslips,any,2026-08-27T00:00:00Z,high,Abe\n"
    "6,f,payroll-batch,any,2026-08-26T23:59:59Z,high,Abe\n"
    "7,g,payroll-batch,any,2026-11-24T23:59:59Z,high,Abe\n"
    "8,h,payroll-batch,any,2026-11-25T00:00:00Z,high,Abe\n"
    f'9,i,monitoring,any,2026-11-24T00:00:00Z,high,"{", ".join(f"P{n:02}" for n in range(52))}"\n'
)
ALLOWED: Final = """\
title: Status & more
slos:
  - {service: exports, slo: exports-quarter, name: Exports}
  - {service: attendance, slo: attendance-clock-in, name: Doors, description: Doors <b> open}
  - {service: attendance, slo: attendance-clock-in-latency, name: Quick doors}
  - {service: payslips, slo: payslips-view, objective: opened, name: Payslips}
"""


def varied(folder: Path) -> Path:
    """Write the repository, with an export of a pager beside it; its folder."""
    root = copied(folder / "repository")
    services, policies = root / "services", root / "policies"
    edit(services / "attendance/slo.yaml", "target: 0.999 ", "target: 0.9999 ")
    edit(services / "attendance/slo.yaml", 'reviewed: "2026-10-20"', 'reviewed: "2026-08-27"')
    edit(services / "attendance/slo.yaml", 'reviewed: "2026-10-20"', 'reviewed: "2026-10-27"')
    edit(services / "payslips/slo.yaml", SECOND_OBJECTIVE.partition("    - t")[0], SECOND_OBJECTIVE)
    edit(services / "payslips/slo.yaml", '    reliability/reviewed: "2026-11-12"\n', "")
    edit(services / "payslips/ownership.yaml", "[payroll-batch]", "[payroll-batch, z, attendance]")
    edit(services / "payslips/ownership.yaml", "team: payroll", "team: nobody")
    edit(services / "payroll-batch/slo.yaml", 'reviewed: "2026-11-02"', 'reviewed: "2026-10-26"')
    (services / "payslips/incidents.yaml").write_text(INCIDENTS)
    (services / "exports/ownership.yaml").unlink()
    with (services / "exports/slo.yaml").open("a") as file:
        file.write(OTHER_SLOS)
    with (services / "payroll-batch/incidents.yaml").open("a") as file:
        file.write(RECOVERING)
    (services / "attendance/corrections.yaml").write_text(CORRECTIONS)
    edit(policies / "history.yaml", "      payroll-batch-items:", TRAFFIC)
    edit(policies / "waivers.yaml", "  waivers: []\n", WAIVERS)
    edit(policies / "notification.yaml", "perWeek: 2", "perWeek: 0.5")
    (folder / "pager.csv").write_text(PAGER)
    (folder / "status.yaml").write_text(ALLOWED)
    return root
