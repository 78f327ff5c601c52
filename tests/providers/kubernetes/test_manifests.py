"""Manifests of the shipped repository: valid objects, and files that belong to one owner."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.cli.program import Ended, in_process
from tests.compile.boards.test_schemas import strict
from tests.live.repository import Repository, make_repository, set_targets
from tests.servers.generation import Generation
from tests.servers.models import models, problems
from tests.servers.programs import check_alertmanager_config, check_rules

HERE: Final = Path(__file__).parent
ALL: Final = ["prometheus-operator", "grafana-configmap", "perses-operator", "alertmanager"]
SECRET: Final = "correct-horse-battery"


def cluster(**more: object) -> dict[str, object]:
    return {"name": "cluster", "provider": "kubernetes", "namespace": "monitoring", **more}


def run(repository: Repository, *arguments: str) -> Ended:
    return in_process(*arguments, folder=repository.root)


def sync(repository: Repository, *arguments: str) -> Ended:
    return run(repository, "sync", "--yes", "--brief", *arguments)


def allowed(repository: Repository) -> Ended:
    """Sync a plan that exceeds the limits, with the token that the refusal names."""
    refused = sync(repository)
    [token] = re.findall(r"--allow (cluster:\w+)", refused.out + refused.err)
    return sync(repository, "--allow", token)


def objects(repository: Repository) -> dict[str, Any]:
    folder = repository.root / "manifests"
    return {path.name: yaml.safe_load(path.read_text()) for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The shipped repository with every kind of manifest, synced."""
    target = cluster(writes=ALL, labels={"release": "shop"}, annotations={"team": "platform"})
    repository = make_repository(tmp_path_factory.mktemp("cluster"), target)
    ended = sync(repository)
    assert ended.code == 0, ended.out + ended.err
    return repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A synced copy with rules alone, to be changed."""
    made = make_repository(tmp_path, cluster())
    assert sync(made).code == 0
    return made


def test_objects_are_valid(whole: Repository, tmp_path: Path) -> None:
    known = [made for made in objects(whole).values() if made["kind"] != "PersesDashboard"]
    wrong = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": {}}},
        {"apiVersion": "v2", "kind": "ConfigMap", "metadata": {"name": "x"}},
    ]
    said = problems(models(), [*known, *wrong], tmp_path)
    assert said == [""] * len(known) + ["data/data/a must be string", "no model of v2 ConfigMap"]
    assert {made["kind"] for made in known} == {"PrometheusRule", "ConfigMap"}


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("PrometheusRule", HERE / "prometheusrule-v1.json"),
        ("PersesDashboard", HERE.parents[1] / "compile/boards/persesdashboard-v1alpha2.json"),
    ],
)
def test_an_api_server_removes_no_key(whole: Repository, kind: str, schema: Path) -> None:
    validator = Draft202012Validator(strict(json.loads(schema.read_text())))
    made = [each for each in objects(whole).values() if each["kind"] == kind]
    assert len(made) >= 2
    assert [error.message for each in made for error in validator.iter_errors(each)] == []


@pytest.mark.tools
def test_promtool_accepts_the_rules_of_each(
    whole: Repository, generation: Generation, tmp_path: Path
) -> None:
    for name, made in objects(whole).items():
        if made["kind"] == "PrometheusRule":
            file = tmp_path / name
            file.write_text(yaml.safe_dump(made["spec"]))
            said = check_rules(generation, file)
            assert said.accepted, said.text


@pytest.mark.tools
def test_amtool_accepts_the_configuration_of_the_config_map(
    whole: Repository, generation: Generation, tmp_path: Path
) -> None:
    made = objects(whole)["alertmanager.configmap.yaml"]
    for name, text in made["data"].items():
        (tmp_path / name).write_text(text)
    file = tmp_path / "alertmanager.yml"
    said = check_alertmanager_config(generation, file)
    assert said.accepted, said.text
    assert {*made["data"]} == {file.name, *yaml.safe_load(file.read_text())["templates"]}
    assert "_file: /etc/alertmanager/secrets/" in file.read_text()


def test_every_object_has_a_name_of_its_own_and_the_metadata_of_the_target(
    whole: Repository,
) -> None:
    made = [*objects(whole).values()]
    names = [(each["kind"], each["metadata"]["name"]) for each in made]
    assert len(set(names)) == len(made)
    for each in made:
        metadata = each["metadata"]
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", metadata["name"])
        assert metadata["namespace"] == "monitoring"
        assert metadata["annotations"]["team"] == "platform"
        labels = metadata["labels"]
        assert (labels["app.kubernetes.io/managed-by"], labels["release"]) == (
            "reliability",
            "shop",
        )
        assert labels["app.kubernetes.io/part-of"]


def test_routes_are_applied_before_rules_and_not_pruned(whole: Repository) -> None:
    made = objects(whole)
    routes = made["alertmanager.configmap.yaml"]["metadata"]["annotations"]
    assert routes["argocd.argoproj.io/sync-wave"] == "-1"
    assert routes["argocd.argoproj.io/sync-options"] == "Prune=confirm"
    assert routes["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
    rules = made["attendance.prometheusrule.yaml"]["metadata"]["annotations"]
    assert rules == {"team": "platform"}


def test_a_second_plan_is_empty_and_says_the_level(whole: Repository) -> None:
    ended = run(whole, "plan", "--brief", "--detailed-exitcode")
    assert ended.out == "cluster: no changes; 10 owned; experimental provider\n"


def test_a_service_that_goes_loses_its_manifest_and_no_other_file(repository: Repository) -> None:
    foreign = repository.root / "manifests" / "payslips.prometheusrule.yaml"
    foreign.write_text("kind: PrometheusRule\nmetadata: {name: mine}\n")
    others = repository.root / "manifests" / "kustomization.yaml"
    others.write_text("resources: [.]\n")

    repository.keep_services("attendance", "monitoring", "payroll-batch", "payslips")
    ended = allowed(repository)
    assert ended.code == 1  # for the file that is in the way
    assert "deleted manifest exports" in ended.out
    assert "x manifest payslips" in ended.out
    assert foreign.read_text() == "kind: PrometheusRule\nmetadata: {name: mine}\n"
    assert [*objects(repository)] == [
        "attendance.prometheusrule.yaml",
        "kustomization.yaml",
        "monitoring.prometheusrule.yaml",
        "payroll-batch.prometheusrule.yaml",
        "payslips.prometheusrule.yaml",
    ]


def test_a_kind_that_is_no_longer_written_loses_its_files(repository: Repository) -> None:
    set_targets(repository, targets=[cluster(writes=["grafana-configmap"])])
    assert allowed(repository).code == 0
    assert {made["kind"] for made in objects(repository).values()} == {"ConfigMap"}


def test_another_label_is_one_field_of_each_object(repository: Repository) -> None:
    set_targets(repository, targets=[cluster(labels={"release": "other"})])
    shown = run(repository, "plan").out
    assert shown.count("metadata.labels.release:\n        + other\n") == 5, shown
    assert "groups" not in shown


def test_a_change_by_hand_is_a_row_of_the_plan(repository: Repository) -> None:
    repository.replace("manifests/exports.prometheusrule.yaml", "interval: 1m", "interval: 9m")
    shown = run(repository, "drift").out
    assert "! manifest exports" in shown
    assert "].interval: 1m -> 9m" in shown


def test_no_secret_is_written_or_shown(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, cluster(writes=["alertmanager"]))
    assert sync(repository).code == 0
    file = "manifests/alertmanager.configmap.yaml"
    repository.replace(file, "data:\n  alertmanager.yml: |\n", (
        "data:\n  alertmanager.yml: |\n"
        f"    global: {{smtp_auth_password: {SECRET}}}\n"
    ))  # fmt: skip
    shown = run(repository, "drift").out
    assert "data.alertmanager.yml.global" in shown
    assert SECRET not in shown

    base = repository.root / "policies" / "alertmanager.base.yml"
    base.write_text(
        f"global: {{smtp_auth_password: {SECRET}}}\n"
        "route: {receiver: mail}\nreceivers: [{name: mail}]\n"
    )
    (repository.root / file).unlink()
    ended = sync(repository)
    assert ended.code == 1
    assert "smtp_auth_password is in plain text at data.alertmanager.yml.global" in ended.out
    assert SECRET not in ended.out
    assert not (repository.root / file).exists()


def test_each_cluster_gets_the_rules_of_its_environment_and_all_dashboards(tmp_path: Path) -> None:
    writes = ["prometheus-operator", "grafana-configmap"]
    clusters: list[dict[str, object]] = [
        {"name": name, "provider": "kubernetes", "folder": name, "writes": writes}
        for name in ("staging", "production")
    ]
    repository = make_repository(tmp_path, *clusters)
    environments = {
        "apiVersion": "reliability/v1",
        "kind": "Environments",
        "metadata": {"name": "environments"},
        "spec": {
            "environments": [
                {
                    "name": name,
                    "selectorLabels": {"env": name},
                    "servers": [{"name": name, "target": name}],
                }
                for name in ("staging", "production")
            ]
        },
    }
    (tmp_path / "policies" / "environments.yaml").write_text(yaml.safe_dump(environments))
    assert sync(repository).code == 0
    for name in ("staging", "production"):
        files = {path.name for path in (tmp_path / name).iterdir()}
        assert f"attendance.{name}.prometheusrule.yaml" in files
        assert sum("prometheusrule" in file for file in files) == 5
        assert "reliability-overview.dashboard.yaml" in files
        text = (tmp_path / name / f"attendance.{name}.prometheusrule.yaml").read_text()
        assert f'env="{name}"' in text
        assert f"name: reliability-attendance.{name}\n" in text


def test_a_cluster_that_no_environment_names_is_found(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, cluster())
    text = "apiVersion: reliability/v1\nkind: Environments\nmetadata: {name: environments}\n"
    (tmp_path / "policies" / "environments.yaml").write_text(
        f"{text}spec: {{environments: [{{name: production}}]}}\n"
    )
    shown = run(repository, "check").out
    assert "no environment names cluster, so the server gets no rules" in shown
    assert "production has no server" in shown
