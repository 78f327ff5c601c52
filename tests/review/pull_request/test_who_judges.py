"""Reviews of changes of names and of who judges: as people read them."""

import re
import shutil
from pathlib import Path

from reliability.review.pull_request.measured import MeasuredChange
from reliability.review.pull_request.report import full_report
from tests.review.pull_request.scene import APPROVERS, Scene, reviewed, scene, shown

OWNER = "services/attendance/ownership.yaml"


def rename(of: Scene) -> None:
    """Attendance is called clocking: its folder, its documents and its SLOs."""
    shutil.move(of.root / "services/attendance", of.root / "services/clocking")
    for path in [*(of.root / "services").rglob("*.yaml"), of.root / "policies/history.yaml"]:
        text = path.read_text()
        text = re.sub(r"((?:service|name|slo): )attendance\b", r"\1clocking", text)
        text = text.replace("dependencies: [attendance]", "dependencies: [clocking]")
        path.write_text(re.sub(r"(slo: |^ *)attendance-clock-in", r"\1clocking-clock-in", text))
    of.commit()


def test_a_renamed_service_keeps_its_history_in_the_comparison(tmp_path: Path) -> None:
    of = scene(tmp_path)
    rename(of)
    found, _ = reviewed(of.root, of.base)
    assert isinstance(found.measured, MeasuredChange)
    result = found.measured.results[0]
    rows = list(result.rows)
    assert rows
    assert [row for row in rows if row.old != row.new] == []
    assert not found.measured.pages_more({row.service for row in rows})
    assert len({each.event.span for each in result.verdicts}) == len(result.verdicts)
    assert found.notification_changes == ()
    assert "| none |" not in full_report(shown(found))
    assert found.verdict.missed == 0


def test_a_takeover_is_named_and_waits_for_those_who_approve_today(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change((OWNER, '"@product-attendance"', '"@mara"'), (OWNER, '"@lead-workforce"', '"@kai"'))
    found, _ = reviewed(of.root, of.base, "@mara", "@kai")
    assert found.verdict.missing == tuple((handle,) for handle in APPROVERS)
    text = full_report(shown(found))
    assert "#### Approvers after this change" in text
    before, after = "`@product-attendance` and `@lead-workforce`", "`@mara` and `@kai`"
    assert f"| `attendance` | {before} | {after} |" in text
    found, _ = reviewed(of.root, of.base, *APPROVERS)
    assert found.verdict.is_good


def test_a_service_of_another_team_shows_who_gets_notified_and_asks_that_team(
    tmp_path: Path,
) -> None:
    of = scene(tmp_path)
    of.change((OWNER, "team: workforce ", "team: payroll "))
    found, _ = reviewed(of.root, of.base, *APPROVERS)
    assert found.verdict.missing == (("@lead-payroll", "@dev-sora"),)
    text = full_report(shown(found))
    assert "approval by `@lead-payroll` or `@dev-sora` is missing" in text
    assert "mentions `Workforce (S01WORKFORCE)`" in text
    assert "mentions `Payroll (S01PAYROLL)`" in text
    assert "requires approval by `@lead-payroll` or `@dev-sora`" in text


def test_a_looser_limit_waits_for_the_owner_of_policies(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(("policies/targets.yaml", "deletes: 30%", "deletes: 100%"))
    found, _ = reviewed(of.root, of.base, "@lead-workforce")
    assert found.verdict.missing == (("@lead-platform", "@sre-one"),)
    found, _ = reviewed(of.root, of.base, "@sre-one")
    assert found.verdict.is_good


def test_a_deleted_slo_leaves_the_record_of_its_incidents_alone(tmp_path: Path) -> None:
    of = scene(tmp_path)
    record = of.root / "services/attendance/incidents.yaml"
    assert "slo: attendance-clock-in" in record.read_text()
    (of.root / "services/attendance/slo.yaml").unlink()
    of.commit()
    found, _ = reviewed(of.root, of.base, *APPROVERS)
    paths = {each.problem.at.path.name for _, each in found.finding_changes.counted}
    assert "incidents.yaml" not in paths
