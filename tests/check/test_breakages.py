"""Mistakes in the shipped repository, written down with what must be found, and nothing else."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import DAY, copied, edit
from tests.cli.program import in_process as reliability

Found = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Breakage:
    """Edits (file, old text, new text) and every finding (rule, path, line) that must follow."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    found: tuple[Found, ...]


EXPIRED: Final = """waivers:
    - rule: alert-without-runbook
      service: exports
      reason: The page is being written
      approver: "@lead-workforce"
      until: 2026-11-01
"""

BREAKAGES: Final = (
    Breakage(
        "an unknown key",
        (("services/payslips/slo.yaml", "  displayName: A payslip", "  displayname: A payslip"),),
        (("document-key-unknown", "services/payslips/slo.yaml", 7),),
    ),
    Breakage(
        "a key twice",
        (
            (
                "services/exports/ownership.yaml",
                "  criticality: standard\n",
                "  criticality: standard\n  criticality: critical\n",
            ),
        ),
        (("document-key-duplicate", "services/exports/ownership.yaml", 7),),
    ),
    Breakage(
        "a signal without a tier",
        (
            (
                "services/attendance/alert-policy.yaml",
                "      tier: ticket\n      expr: attendance_queue_depth",
                "      expr: attendance_queue_depth",
            ),
        ),
        (("signal-tier-missing", "services/attendance/alert-policy.yaml", 18),),
    ),
    Breakage(
        "a cause that wakes somebody",
        (
            (
                "services/attendance/alert-policy.yaml",
                "tier: ticket\n      expr: attendance_queue_depth",
                "tier: alert\n      expr: attendance_queue_depth",
            ),
        ),
        (
            ("alert-for-cause", "services/attendance/alert-policy.yaml", 20),
            ("alert-without-slo", "services/attendance/alert-policy.yaml", 20),
        ),
    ),
    Breakage(
        "a runbook that is not there",
        (("services/exports/alert-policy.yaml", "runbooks/exports.md", "runbooks/export.md"),),
        (("alert-without-runbook", "services/exports/alert-policy.yaml", 11),),
    ),
    Breakage(
        "a team that is not there",
        (("services/payslips/ownership.yaml", "team: payroll", "team: pay"),),
        (("team-unknown", "services/payslips/ownership.yaml", 5),),
    ),
    Breakage(
        "windows of another period",
        (("services/payroll-batch/alert-policy.yaml", "windows: 7d", "windows: google-30d"),),
        (("burn-period-mismatch", "services/payroll-batch/alert-policy.yaml", 8),),
    ),
    Breakage(
        "a target whose alert can never fire",
        (("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.9 "),),
        (("burn-alert-impossible", "services/attendance/slo.yaml", 28),),
    ),
    Breakage(
        "a fixed range in a query",
        (
            (
                "services/exports/slo.yaml",
                """'exports_finished_total{job="exports",result="ok"}'""",
                """'rate(exports_finished_total{job="exports",result="ok"}[5m])'""",
            ),
        ),
        (("sli-window-fixed", "services/exports/slo.yaml", 28),),
    ),
    Breakage(
        "an excuse that ended",
        (("policies/waivers.yaml", "waivers: []\n", EXPIRED),),
        (("waiver-expired", "policies/waivers.yaml", 11),),
    ),
    Breakage(
        "a file that is no YAML, and a mistake elsewhere",
        (
            ("services/payslips/slo.yaml", "  objectives:\n", "  objectives: [\n"),
            ("services/exports/alert-policy.yaml", "windows: google-28d", "windows: google-29d"),
        ),
        (
            ("document-unreadable", "services/payslips/slo.yaml", 28),
            ("reference-missing", "services/exports/alert-policy.yaml", 8),
        ),
    ),
    Breakage(
        "a signal whose query does not parse",
        (
            (
                "services/attendance/alert-policy.yaml",
                "attendance_queue_depth > 1000",
                "attendance_queue_depth > > 1000",
            ),
        ),
        (("signal-query-invalid", "services/attendance/alert-policy.yaml", 21),),
    ),
    Breakage(
        "a promise that nobody looked at again",
        (("services/attendance/slo.yaml", '"2026-10-20"', '"2026-06-20"'),),
        (("slo-review-overdue", "services/attendance/slo.yaml", 12),),
    ),
)


def found_in(folder: Path) -> list[Found]:
    """What check finds in a repository."""
    ended = reliability("check", "--format", "json", "--today", DAY, folder=folder)
    return sorted(
        (each["rule"], each["path"], each["line"]) for each in json.loads(ended.out)["findings"]
    )


def test_the_copy_that_nobody_broke_is_clean(tmp_path: Path) -> None:
    assert found_in(copied(tmp_path)) == []


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_each_breakage_is_found_on_its_line_and_nothing_else_is(
    tmp_path: Path, breakage: Breakage
) -> None:
    repository = copied(tmp_path)
    for path, old, new in breakage.edits:
        edit(repository / path, old, new)
    assert found_in(repository) == sorted(breakage.found)
