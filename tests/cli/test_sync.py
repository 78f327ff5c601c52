"""plan, sync, drift and build as a user runs them, with the `files` target."""

import json
from pathlib import Path

import pytest

from tests.live.repository import PROJECT, Repository, edit, make_repository

FILES: dict[str, object] = {"name": "files", "provider": "files"}
SERVICES = sorted(path.name for path in (PROJECT / "services").iterdir())
ALL = len(SERVICES) + 1
"""A rule file for each service, and the Alertmanager configuration."""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path, FILES)


@pytest.fixture
def synced(repository: Repository) -> Repository:
    assert repository.run("sync", "--yes").code == 0
    return repository


def token(repository: Repository) -> str:
    """What a refusal says to pass to `--allow`."""
    refused = repository.run("plan", "--brief")
    assert refused.code == 1
    return refused.out.splitlines()[-1].rpartition(" ")[2]


def test_a_sync_writes_what_the_plan_showed_and_then_there_is_nothing_left(
    repository: Repository,
) -> None:
    plan = repository.run("plan")
    assert (plan.code, plan.err) == (0, "")
    assert f"{ALL} to create, 0 to update, 0 to delete; 0 owned" in plan.out
    assert repository.run("plan", "--detailed-exitcode").code == 4
    sync = repository.run("sync", "--yes")
    assert (sync.code, f"files: {ALL} of {ALL} changes done" in sync.out) == (0, True)
    rules = {path.stem for path in (repository.root / "build/prometheus").iterdir()}
    assert rules == set(SERVICES)
    again = repository.run("plan", "--detailed-exitcode")
    assert (again.code, again.out) == (0, f"files: no changes; {ALL} owned\n")


def test_a_repository_without_targets_writes_files(repository: Repository) -> None:
    (repository.root / "policies/targets.yaml").unlink()
    assert repository.run("sync", "--yes").code == 0
    assert (repository.root / "build/alertmanager/alertmanager.yml").is_file()


def test_a_changed_objective_is_an_update_that_names_the_fields(synced: Repository) -> None:
    synced.replace("services/attendance/slo.yaml", "target: 0.999", "target: 0.9995")
    plan = synced.run("plan", "--full")
    assert "  ~ rules attendance" in plan.out
    assert "].rules[ErrorBudgetBurn" in plan.out
    assert synced.run("sync", "--yes").code == 0


def test_a_service_that_is_gone_takes_its_file_along(synced: Repository) -> None:
    synced.keep_services(*(name for name in SERVICES if name != "exports"))
    sync = synced.run("sync", "--yes", "--allow", token(synced))
    assert (sync.code, "  deleted rules exports" in sync.out) == (0, True)
    assert not (synced.root / "build/prometheus/exports.yml").exists()


def test_deleting_too_much_is_shown_refused_and_can_be_allowed_once(synced: Repository) -> None:
    synced.replace("policies/targets.yaml", "- name:", "- limits: {fromCount: 5}\n    name:")
    synced.keep_services("monitoring", "exports")
    gone = len(SERVICES) - 2
    refused = synced.run("sync", "--yes")
    assert refused.code == 1
    assert "  - rules payslips" in refused.out
    last = refused.out.splitlines()[-1]
    assert last.startswith(
        f"files: {gone} of {ALL} objects would be deleted ({100 * gone / ALL:.0f} %); "
        "the limit is 30 %; read the plan, then pass --allow files:"
    )
    assert (synced.root / "build/prometheus/payslips.yml").exists()
    assert synced.run("plan").code == 1
    wrong = synced.run("sync", "--yes", "--allow", "files:000000")
    assert (wrong.code, "but 000000 was allowed" in wrong.out) == (1, True)
    allowed = synced.run("sync", "--yes", "--allow", last.rpartition(" ")[2])
    assert allowed.code == 0
    assert not (synced.root / "build/prometheus/payslips.yml").exists()


def test_drift_names_the_field_and_a_sync_holds_it(synced: Repository) -> None:
    edit(synced.root / "build/prometheus/monitoring.yml", "tier: alert", "tier: log")
    drift = synced.run("drift")
    assert (drift.code, "labels.tier: alert -> log" in drift.out) == (0, True)
    assert synced.run("drift", "--detailed-exitcode").code == 4
    sync = synced.run("sync", "--yes")
    assert (
        sync.code,
        "  ! rules monitoring: changed outside the repository; held" in sync.out,
    ) == (
        1,
        True,
    )
    assert "tier: log" in (synced.root / "build/prometheus/monitoring.yml").read_text()


def test_what_cannot_be_read_stops_a_sync_because_it_would_be_deleted(synced: Repository) -> None:
    (synced.root / "services/exports/slo.yaml").write_text("kind: [")
    before = {path: path.read_bytes() for path in (synced.root / "build").rglob("*.yml")}
    for command in (["plan"], ["plan", "--detailed-exitcode"], ["drift"], ["sync", "--yes"]):
        ended = synced.run(*command)
        assert (ended.code, ended.out) == (2, "")
        assert "so there is no plan:\n  services/exports/slo.yaml:1:" in ended.err
        assert "what it declares would look deleted; run `reliability check`" in ended.err
    assert {path: path.read_bytes() for path in (synced.root / "build").rglob("*.yml")} == before


def test_a_folder_that_leads_out_of_the_repository_is_not_written(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (repository.root / "build").symlink_to(elsewhere)
    sync = repository.run("sync", "--yes")
    assert (sync.code, sync.out) == (2, "files: build leads out of the repository\n")
    assert list(elsewhere.iterdir()) == []


def test_a_target_that_is_not_declared_is_named(repository: Repository) -> None:
    ended = repository.run("plan", "--sync-target", "grafana")
    assert (ended.code, ended.err) == (
        2,
        "reliability: unknown sync target grafana; there are files\n",
    )


def test_json_and_markdown_tell_the_same(repository: Repository) -> None:
    [target] = json.loads(repository.run("plan", "--format", "json").out)["sync_targets"]
    assert len(target["changes"]) == ALL
    assert f"plan {target['digest'][:6]}" in repository.run("plan", "--format", "markdown").out
    [synced] = json.loads(repository.run("sync", "--yes", "--format", "json").out)["sync_targets"]
    assert all(outcome["done"] for outcome in synced["outcomes"])


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    for command in (["plan"], ["sync", "--yes"], ["drift"], ["build", "--out", "out"]):
        ended = Repository(tmp_path).run(*command)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("reliability: ")
    assert list(tmp_path.iterdir()) == []


def test_build_writes_all_outputs_and_removes_what_is_wanted_no_more(
    repository: Repository,
) -> None:
    out = repository.root / "out"
    first = repository.run("build", "--out", str(out))
    assert (first.code, first.out) == (0, f"{out}: {2 * ALL} written, 0 unchanged, 0 removed\n")
    assert (out / "prometheus-operator/exports.yaml").is_file()
    (out / "prometheus/mine.yml").write_text("groups: []\n")
    repository.keep_services(*SERVICES[1:])
    second = repository.run("build", "--out", str(out))
    assert second.code == 0
    assert " 2 removed" in second.out
    assert {path.name for path in (out / "prometheus").iterdir()} == {
        "mine.yml",
        *(f"{name}.yml" for name in SERVICES[1:]),
    }


def test_build_writes_over_nothing_that_is_not_ours(repository: Repository) -> None:
    mine = repository.root / "out/prometheus/exports.yml"
    mine.parent.mkdir(parents=True)
    mine.write_text("groups: []\n")
    ended = repository.run("build", "--out", str(repository.root / "out"))
    assert ended.code == 2
    refusal = "without a mark of this repository, so it is left untouched; move it away"
    assert ended.err == f"reliability: {mine}: {refusal}\n"
    assert mine.read_text() == "groups: []\n"


def test_build_writes_the_rest_of_a_repository_that_cannot_be_read_as_a_whole(
    repository: Repository,
) -> None:
    (repository.root / "services/exports/slo.yaml").write_text("kind: [")
    ended = repository.run("build", "--out", str(repository.root / "out"))
    assert ended.code == 1
    assert "services/exports/slo.yaml:1:" in ended.err
    assert (repository.root / "out/prometheus/payslips.yml").is_file()
