"""Decisions for one plan, the question of a sync, and repositories that cannot be read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.live.repository import PROJECT, Repository, edit, make_repository
from tests.load.test_git import committed, git
from tests.onboarding.terminal import at_a_terminal

FILES: dict[str, object] = {"name": "files", "provider": "files"}
COPY: dict[str, object] = {"name": "copy", "provider": "files", "folder": "copy"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path, FILES)
    made.keep_services("exports", "monitoring")
    return made


@pytest.fixture
def synced(repository: Repository) -> Repository:
    assert repository.run("sync", "--yes").code == 0
    return repository


def break_yaml(repository: Repository) -> None:
    (repository.root / "policies/alertmanager.base.yml").write_text("route: {receiver: [}\n")


def break_targets(repository: Repository) -> None:
    (repository.root / "policies/targets.yaml").write_text("spec: {\n")


def break_key(repository: Repository) -> None:
    repository.replace("services/exports/ownership.yaml", "team:", "teem:")


def break_kind(repository: Repository) -> None:
    repository.replace("services/exports/ownership.yaml", "kind: Ownership", "kind: Owner")


def break_objective(repository: Repository) -> None:
    repository.replace("services/exports/slo.yaml", "target: 0.99", "target: 1")


def forbid_reading(repository: Repository) -> None:
    link = repository.root / "services/exports/slo.yaml"
    link.unlink()
    link.symlink_to("elsewhere.yaml")


def test_two_targets_of_one_name_are_refused(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, FILES, {**COPY, "name": "files"})
    ended = repository.run("plan")
    assert ended.code == 2
    assert "policies/targets.yaml: two sync targets are named files" in ended.err


BREAKAGES = [
    break_yaml, break_targets, break_key, break_kind, break_objective, forbid_reading
]  # fmt: skip


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_whatever_cannot_be_read_there_is_no_plan_and_json_says_so(
    synced: Repository, breakage: Callable[[Repository], None]
) -> None:
    breakage(synced)
    before = {path: path.read_bytes() for path in (synced.root / "build").rglob("*.yml")}
    for command in (["plan", "--detailed-exitcode"], ["drift"], ["sync", "--yes"]):
        ended = synced.run(*command, "--format", "json")
        assert ended.code == 2
        document = json.loads(ended.out)
        assert document["sync_targets"] == []
        assert "part of the repository cannot be read" in document["error"]
        [problem, *_] = document["unreadable"]
        assert (synced.root / problem["path"]).parent.exists()
        assert f"{problem['path']}:{problem['line']}:{problem['column']}: " in ended.err
    assert "### no plan" in synced.run("plan", "--format", "markdown").out
    assert {path: path.read_bytes() for path in (synced.root / "build").rglob("*.yml")} == before


def test_a_build_of_a_part_removes_nothing(repository: Repository) -> None:
    out = repository.root / "out"
    assert repository.run("build", "--out", str(out)).code == 0
    break_kind(repository)
    (repository.root / "services/exports/slo.yaml").write_text("kind: [")
    ended = repository.run("build", "--out", str(out))
    assert ended.code == 1
    assert "0 removed" in ended.out
    assert "what these lines name was not built" in ended.err
    assert (out / "prometheus/exports.yml").is_file()


def test_only_one_object_is_planned_and_synced(repository: Repository) -> None:
    plan = repository.run("plan", "--brief", "--only", "rules/exports")
    assert plan.out.splitlines()[1:] == ["  + rules exports"]
    assert repository.run("sync", "--yes", "--only", "files:rules/exports").code == 0
    assert [path.name for path in (repository.root / "build").rglob("*.yml")] == ["exports.yml"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--only", "rules/export"), "--only rules/export: no object with that name; there are "),
        (("--only", "exports"), "'exports' is not of the form [SYNC_TARGET:]KIND/NAME"),
        (("--overwrite", "rules/exports"), "was changed outside the repository; there is none"),
        (
            ("--take-over", "file"),
            "--take-over file: unknown sync target file; there are files",
        ),
    ],
)
def test_a_decision_about_nothing_is_refused(
    synced: Repository, arguments: tuple[str, str], reason: str
) -> None:
    for command in (("plan",), ("sync", "--yes")):
        ended = synced.run(*command, *arguments)
        assert (ended.code, reason in ended.err) == (2, True), ended.err


def test_one_held_object_is_overwritten_and_another_stays_held(synced: Repository) -> None:
    rules = synced.root / "build/prometheus"
    edit(rules / "exports.yml", "tier: ticket", "tier: log")
    edit(rules / "monitoring.yml", "tier: alert", "tier: log")
    held = synced.run("plan")
    assert held.code == 1
    assert "`reliability sync --overwrite rules/exports`" in held.out
    ended = synced.run("sync", "--yes", "--overwrite", "rules/exports")
    assert ended.code == 1
    assert "  updated rules exports" in ended.out
    assert "  ! rules exports: changed outside the repository; overwritten" in ended.out
    assert "tier: log" not in (rules / "exports.yml").read_text()
    assert "tier: log" in (rules / "monitoring.yml").read_text()


def test_drift_with_a_changed_source_is_shown_as_what_overwriting_changes(
    synced: Repository,
) -> None:
    edit(synced.root / "build/prometheus/exports.yml", "interval: 2m", "interval: 3m")
    for name in ("slo", "alert-policy"):
        synced.replace(f"services/exports/{name}.yaml", ": exports-csv", ": exports-file")
    for command in ("plan", "drift"):
        shown = synced.run(command).out
        assert "and the declaration has changed since; held" in shown
        assert "from the actual to the declared object:" in shown
        renamed = "exports-exports-csv-finished-slow -> exports-exports-file-finished-slow"
        assert f"      groups[{renamed}]:\n" in shown
        assert "        - interval: 3m\n" in shown
        assert "        + interval: 2m\n" in shown
        assert "(not there)" not in shown
        assert "…" not in shown


def test_every_line_of_what_is_created_is_shown_in_all_formats(repository: Repository) -> None:
    text, markdown = (
        repository.run("plan", "--full", "--format", form).out for form in ("text", "markdown")
    )
    plan = json.loads(repository.run("plan", "--format", "json").out)
    [rules] = [
        {difference["path"]: difference["after"] for difference in change["differences"]}
        for change in plan["sync_targets"][0]["changes"]
        if change["name"] == "exports"
    ]
    assert repository.run("sync", "--yes").code == 0
    written = (repository.root / "build/prometheus/exports.yml").read_text()
    assert rules == yaml.safe_load(written)
    for line in written.splitlines()[3:]:
        assert f"+ {line.removeprefix('  ')}".rstrip() in text
        assert f"+ {line.removeprefix('  ')}".rstrip() in markdown


def test_a_plan_begins_with_what_the_documents_change_since_a_revision(
    synced: Repository,
) -> None:
    git(synced.root, "init")
    committed(synced.root)
    nothing = synced.run("plan", "--base", "HEAD")
    assert nothing.out.startswith("no document changed since ")
    synced.replace("services/exports/slo.yaml", "target: 0.99", "target: 0.98")
    synced.replace("services/exports/alert-policy.yaml", "slow: ticket", "slow: log")
    synced.replace(
        "services/monitoring/ownership.yaml", "lifecycle: production", "lifecycle: deprecated"
    )
    expected = [
        "exports-csv-finished: looser, target 99 % over 28d (error budget 6.7 h) -> "
        "98 % over 28d (error budget 13.4 h)",
        "exports-csv-finished: slow burn: tier ticket -> log",
        "changed: services/monitoring/",
    ]
    text = synced.run("plan", "--base", "HEAD").out.splitlines()
    assert text[:4] == [*expected, ""]
    assert (
        json.loads(synced.run("plan", "--base", "HEAD", "--format", "json").out)["documents"]
        == expected
    )
    assert synced.run("plan", "--brief", "--full").code == 2


def test_replicas_with_the_same_changes_show_them_once(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, FILES, COPY)
    repository.keep_services("monitoring")
    text = repository.run("plan").out
    assert text.count("+ rules monitoring") == 1
    assert text.endswith("\n  the same as files\n")
    markdown = repository.run("plan", "--format", "markdown").out
    assert markdown.count("create rules `monitoring`") == 1
    assert markdown.endswith("the same as `files`\n")


def test_without_a_terminal_a_sync_needs_yes(repository: Repository) -> None:
    ended = repository.run("sync")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no terminal to ask on; read `reliability plan`, then pass --yes" in ended.err
    assert not (repository.root / "build").exists()


def test_yes_is_no_allowance(synced: Repository) -> None:
    synced.keep_services("monitoring")
    refused = synced.run("sync", "--yes")
    assert refused.code == 1
    assert "service exports would lose its last alert" in refused.out
    assert (synced.root / "build/prometheus/exports.yml").is_file()


def test_at_a_terminal_the_plan_is_shown_and_only_yes_applies_it(repository: Repository) -> None:
    question = "Apply these changes to files? Only 'yes' is accepted."
    for answer in ("no", "y", ""):
        shown = at_a_terminal(repository.root, ["sync", "--brief"], [(question, answer)])
        assert shown.code == 1
        assert "+ rules exports" in shown.screen
        assert "nothing was changed" in shown.screen
        assert not (repository.root / "build").exists()
    shown = at_a_terminal(repository.root, ["sync", "--brief"], [(question, "yes")])
    assert shown.code == 0
    assert (repository.root / "build/prometheus/exports.yml").is_file()
    again = at_a_terminal(repository.root, ["sync"], [])
    assert (again.code, "no changes" in again.screen) == (0, True)


def test_a_server_is_not_written_without_an_owner(tmp_path: Path) -> None:
    target: dict[str, object] = {
        "name": "p",
        "provider": "prometheus",
        "url": "http://127.0.0.1:1",
        "folder": ".",
    }
    repository = make_repository(tmp_path, target)
    path = repository.root / "policies/targets.yaml"
    document = yaml.safe_load(path.read_text())
    del document["spec"]["owner"]
    path.write_text(yaml.safe_dump(document))
    ended = repository.run("plan")
    assert ended.code == 2
    assert "p: policies/targets.yaml names no owner" in ended.out
    assert 'owner: {id: "' in ended.out


def test_the_files_of_another_owner_stay(synced: Repository) -> None:
    """Also in a folder: an edit of the id is another owner, and a build leaves its files."""
    synced.replace("policies/targets.yaml", "0123456789abcdef", "fedcba9876543210")
    synced.replace("services/exports/slo.yaml", "target: 0.99", "target: 0.98")
    before = (synced.root / "build/prometheus/exports.yml").read_bytes()
    ended = synced.run("sync", "--yes")
    assert ended.code == 1
    assert "x rules exports: left alone: owned by a repository without an address" in ended.out
    built = synced.run("build", "--out", "build")
    assert (built.code, "without a mark of this repository" in built.err) == (2, True)
    assert (synced.root / "build/prometheus/exports.yml").read_bytes() == before
    taken = synced.run("sync", "--yes", "--take-over", "files")
    assert taken.code == 0, taken.out
    assert "2 of 3" not in taken.out


def test_the_shipped_targets_name_no_owner_that_others_would_copy() -> None:
    text = (PROJECT / "policies/targets.yaml").read_text()
    assert yaml.safe_load(text)["spec"].get("owner") is None
