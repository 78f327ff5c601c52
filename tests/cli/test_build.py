"""`reliability build` as a user runs it: what lies in the folder, and what promtool says of it."""

import json
from pathlib import Path

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import in_process
from tests.servers.generation import Generation
from tests.servers.programs import check_rules, run_rule_tests

SERVICES = ["attendance", "exports", "monitoring", "payroll-batch", "payslips"]

CALENDAR = "{startTime: '2026-01-01 00:00:00', timeZone: UTC}"


def stems(folder: Path) -> list[str]:
    return sorted(file.stem for file in folder.iterdir())


@pytest.mark.tools
def test_what_is_built_loads_and_passes_the_tests_that_are_built_with_it(
    generation: Generation, tmp_path: Path
) -> None:
    ended = in_process("build", "--out", "out", "--tests", folder=copied(tmp_path))
    assert (ended.code, ended.out) == (0, "out: 16 written, 0 unchanged, 0 removed\n"), ended.err
    rules, tests = tmp_path / "out" / "prometheus", tmp_path / "out" / "prometheus-tests"
    assert stems(rules) == stems(tmp_path / "out" / "prometheus-operator") == SERVICES
    assert stems(tests) == [name for name in SERVICES if name != "monitoring"]
    assert check_rules(generation, *rules.iterdir()).accepted
    said = run_rule_tests(generation, *tests.iterdir())
    assert said.accepted, said.text


def test_building_again_changes_nothing_and_without_tests_takes_them_away(tmp_path: Path) -> None:
    copied(tmp_path)
    in_process("build", "--out", "out", "--tests", folder=tmp_path)
    again = in_process("build", "--out", "out", "--tests", folder=tmp_path)
    assert again.out == "out: 0 written, 16 unchanged, 0 removed\n"
    without = in_process("build", "--out", "out", folder=tmp_path)
    assert without.out == "out: 0 written, 12 unchanged, 4 removed\n"


def test_dashboards_are_written_only_if_they_are_asked_for(tmp_path: Path) -> None:
    out = copied(tmp_path) / "out"
    in_process("build", "--out", "out", folder=tmp_path)
    assert sorted(folder.name for folder in out.iterdir()) == [
        "alertmanager",
        "prometheus",
        "prometheus-operator",
    ]
    both = in_process("build", "--out", "out", "--grafana", "--perses", folder=tmp_path)
    assert both.out == "out: 8 written, 12 unchanged, 0 removed\n"
    dashboards = ["reliability-overview", "reliability-service"]
    for folder in ("grafana", "grafana-configmap", "perses", "perses-operator"):
        assert stems(out / folder) == dashboards, folder
    again = in_process("build", "--out", "out", "--grafana", "--perses", folder=tmp_path)
    assert again.out == "out: 0 written, 20 unchanged, 0 removed\n"
    one = in_process("build", "--out", "out", "--perses", folder=tmp_path)
    assert one.out == "out: 0 written, 16 unchanged, 4 removed\n"


def test_contact_points_are_written_if_they_are_asked_for(tmp_path: Path) -> None:
    out = copied(tmp_path) / "out"
    ended = in_process("build", "--out", "out", "--grafana-alerting", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert stems(out / "grafana-alerting") == ["contact-points"]


def test_dashboards_need_series_that_another_tool_does_not_record(tmp_path: Path) -> None:
    for tool in ("--grafana", "--grafana-alerting", "--perses"):
        ended = in_process(
            "build", "--out", "out", "--compatible", "sloth", tool, folder=copied(tmp_path / tool)
        )
        assert ended.code == 2
        assert f"{tool} and --compatible exclude each other; pass one of them" in ended.err


def test_a_sync_target_writes_dashboards_and_a_second_plan_is_empty(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "policies" / "targets.yaml").write_text(
        "apiVersion: reliability/v1\n"
        "kind: SyncTargets\n"
        "metadata: {name: targets}\n"
        "spec:\n"
        "  targets:\n"
        "    - {name: boards, provider: files, folder: boards, writes: [grafana, perses]}\n"
    )
    planned = in_process("plan", folder=root)
    assert "+ grafana-dashboard reliability-service" in planned.out, planned.err
    assert in_process("sync", "--yes", folder=root).code == 0
    service = root / "boards" / "grafana" / "reliability-service.json"
    assert json.loads(service.read_bytes())["title"] == "SLOs of a service"
    assert in_process("plan", "--detailed-exitcode", folder=root).code == 0

    edit(service, '"refresh": "1m"', '"refresh": "5s"')
    changed = in_process("drift", "--detailed-exitcode", folder=root)
    assert changed.code == 4
    assert "refresh" in changed.out


def test_what_cannot_be_compiled_is_said_once_and_the_rest_is_written(tmp_path: Path) -> None:
    slo = copied(tmp_path) / "services" / "payslips" / "slo.yaml"
    edit(slo, "30d, isRolling: true", f"12h, calendar: {CALENDAR}")
    ended = in_process("build", "--out", "out", folder=tmp_path)
    assert ended.code == 1
    assert ended.err == (
        "services/payslips/slo.yaml:25:27: a calendar window must be at least one day\n"
        "what these lines name was not built, and no old file was removed; fix it and build again\n"
    )
    assert stems(tmp_path / "out" / "prometheus") == SERVICES
    text = (tmp_path / "out" / "prometheus" / "payslips.yml").read_text(encoding="utf-8")
    assert "payslips-view" not in text
    assert "PayslipsRenderingSlow" in text


def test_each_place_that_cannot_be_compiled_is_named(tmp_path: Path) -> None:
    root = copied(tmp_path)
    slo = root / "services" / "payslips" / "slo.yaml"
    edit(slo, "30d, isRolling: true", f"12h, calendar: {CALENDAR}")
    slo = root / "services" / "exports" / "slo.yaml"
    edit(slo, "budgetingMethod: Occurrences", "budgetingMethod: occurrences")
    ended = in_process("build", "--out", "out", folder=tmp_path)
    assert ended.code == 1
    places = [line.partition(":")[0] for line in ended.err.splitlines()[:-1]]
    assert sorted(set(places)) == ["services/exports/slo.yaml", "services/payslips/slo.yaml"]
