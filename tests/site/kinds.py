"""Every kind of page: of a repository with a past in Git, of one without figures, for customers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import git

from tests.cli.copied import DAY, copied, edit
from tests.cli.environments.declared import in_two_environments
from tests.cli.program import in_process
from tests.site.built import build
from tests.site.test_as_of import SLO, commit

ALLOWED: Final = """\
title: Example status
timeZone: Asia/Tokyo
slos:
  - service: attendance
    slo: attendance-clock-in
    name: Clock terminals
    description: Terminals accept you at the gate
  - service: payslips
    slo: payslips-view
    name: Payslips
"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance-corrections}
spec:
  service: attendance
  corrections:
    - start: 2026-11-01T01:00:00+09:00
      end: 2026-11-01T03:00:00+09:00
      reason: database upgrade
      approver: "@lead-workforce"
"""
WAIVERS: Final = """\
  waivers:
    - rule: alert-without-slo
      service: exports
      reason: The disk fills within an hour and nothing else detects it
      approver: "@lead-workforce"
      until: 2026-12-05
"""
INCIDENTS: Final = """\
incident_number,description,service_name,created_on,urgency,acknowledged_by_user_names
1,Clock in is down,attendance,2026-11-02T14:30:00Z,high,Haruka Sato
2,Clock in is slow,attendance,2026-11-03T01:00:00Z,high,Haruka Sato
3,Clock in is down,attendance,2026-11-07T01:00:00Z,high,Ren Ito
4,Pay is not computed,nowhere,2026-11-07T01:00:00Z,high,Ren Ito
"""
ALLOWS_NAMES: Final = "  onCallNames: true\n  language: en"
NO_HISTORY: Final = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "http://127.0.0.1:1"}
  step: 1m
  span: 90d
  store: .reliability/history
"""
KINDS: Final[Mapping[str, str]] = {
    "overview": "site/en/index.html",
    "team": "site/en/teams/workforce.html",
    "service": "site/en/services/attendance.html",
    "days": "site/en/services/days/attendance.html",
    "calendar": "site/en/calendar.html",
    "incidents": "site/en/incidents.html",
    "notifications": "site/en/notifications.html",
    "on-call": "site/en/on-call.html",
    "reviews": "site/en/reviews.html",
    "quarter": "site/en/quarter.html",
    "quarter-team": "site/en/quarter/workforce.html",
    "public": "public/en/index.html",
    "backtest": "backtest/en/index.html",
    "environments": "several/en/index.html",
    "empty-overview": "empty/en/index.html",
    "empty-service": "empty/en/services/exports.html",
    "empty-days": "empty/en/services/days/exports.html",
    "empty-calendar": "empty/en/calendar.html",
    "empty-incidents": "empty/en/incidents.html",
    "empty-notifications": "empty/en/notifications.html",
    "empty-on-call": "empty/en/on-call.html",
    "empty-reviews": "empty/en/reviews.html",
    "empty-quarter": "empty/en/quarter.html",
}
"""Kinds of pages, and the English page of each below the folder of `build_kinds`."""
NOTIFICATION: Final = "policies/notification.yaml"


def in_japanese(path: str) -> str:
    """Return the Japanese page of an English one."""
    return path.replace("/en/", "/ja/")


def build_kinds(folder: Path) -> Path:
    """Build every kind of page below a folder; the folder."""
    repository = _with_a_past(folder / "repository")
    (folder / "incidents.csv").write_text(INCIDENTS, encoding="utf-8")
    export = ("--pager-export", str(folder / "incidents.csv"))
    ended = build(repository, folder / "site", "--days", "400", *export)
    assert (ended.code, ended.err) == (0, "")

    (folder / "allowed.yaml").write_text(ALLOWED, encoding="utf-8")
    customers = ("--days", "400", "--public", str(folder / "allowed.yaml"))
    assert build(repository, folder / "public", *customers).code == 0
    assert build(_without_figures(folder / "bare"), folder / "empty").code == 0

    several = in_two_environments(folder / "environments")
    assert build(several, folder / "several").code == 0

    for language in ("en", "ja"):
        _backtest_page(repository, folder / f"backtest/{language}/index.html", language)
    return folder


def _backtest_page(repository: Path, page: Path, language: str) -> None:
    """Write the page of a backtest in the language that the repository's policy names."""
    page.parent.mkdir(parents=True)
    edit(repository / NOTIFICATION, "  language: en", f"  language: {language}")
    options = ("backtest", "--base", "HEAD", "--format", "html", "--output", page)
    assert in_process("--today", DAY, *options, folder=repository).code == 0
    edit(repository / NOTIFICATION, f"  language: {language}", "  language: en")


def _with_a_past(folder: Path) -> Path:
    """Copy the shipped repository, with a target that changed, a correction and a waiver."""
    repository = git.Repo.init(copied(folder), initial_branch="main")
    edit(folder / SLO, "target: 0.999 ", "target: 0.99 ")
    commit(repository, "2026-07-20", "Begin with 99 %")
    edit(folder / SLO, "target: 0.99 ", "target: 0.999 ")
    commit(repository, "2026-10-10", "Tighten clock in")

    corrections = folder / "services/attendance/corrections.yaml"
    corrections.write_text(CORRECTIONS, encoding="utf-8")
    edit(folder / "policies/waivers.yaml", "  waivers: []", WAIVERS)
    edit(folder / NOTIFICATION, "  language: en", ALLOWS_NAMES)
    commit(repository, "2026-11-02", "Correct planned work, and waive a finding")
    edit(folder / "services/payslips/slo.yaml", "target: ", "target: 0.99 # ")
    edit(folder / "services/payslips/slo.yaml", "2026-11-12", "2026-10-12")
    return folder


def _without_figures(folder: Path) -> Path:
    """Copy the shipped repository without history, incidents, an owner and an alert."""
    copied(folder)
    for name in ("attendance", "payroll-batch"):
        (folder / "services" / name / "incidents.yaml").unlink()
    for name in ("ownership.yaml", "alert-policy.yaml"):
        (folder / "services/exports" / name).unlink()
    (folder / "policies/history.yaml").write_text(NO_HISTORY, encoding="utf-8")
    return folder
