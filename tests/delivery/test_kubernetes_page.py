"""docs/guides/sync-targets/kubernetes.md: its workflow and manifests work as they stand."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery.act import Act, Ran
from tests.delivery.hosted import Hosted
from tests.delivery.linters import actionlint, zizmor
from tests.delivery.test_init import init
from tests.project.repository import ROOT
from tests.servers.models import models, problems

PAGE = (ROOT / "docs/guides/sync-targets/kubernetes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
[WORKFLOW] = [block for block in BLOCKS if "\njobs:" in block]
MANIFESTS: list[Any] = [
    manifest
    for block in BLOCKS
    if block.startswith("apiVersion:")
    for manifest in yaml.safe_load_all(block)
]
TARGETS = {
    "apiVersion": "reliability/v1",
    "kind": "SyncTargets",
    "metadata": {"name": "targets"},
    "spec": {
        "owner": {"id": "9c1d02e4b7a35f68"},
        "targets": [{"name": "cluster", "provider": "kubernetes", "namespace": "monitoring"}],
    },
}


def test_the_workflow_passes_zizmor_and_actionlint(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    assert init(tmp_path) == 0
    (tmp_path / ".github" / "workflows" / "render.yml").write_text(WORKFLOW)
    said = [line for line in zizmor(tmp_path) if not line.startswith("self-repository")]
    assert said == []
    assert actionlint(tmp_path) == []


def test_manifests_of_the_page_are_valid(tmp_path: Path) -> None:
    kinds = [manifest["kind"] for manifest in MANIFESTS]
    assert kinds == [
        *("Application", "GitRepository", "Kustomization"),
        *("ConfigMap", "Secret", "Deployment", "CronJob"),
    ]
    assert problems(models(), MANIFESTS, tmp_path) == [""] * len(MANIFESTS)


@pytest.mark.parametrize("kind", ["Deployment", "CronJob"])
def test_every_volume_is_mounted_and_every_mount_is_a_volume(kind: str) -> None:
    [spec] = [manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == kind]
    template = spec["jobTemplate"]["spec"]["template"] if kind == "CronJob" else spec["template"]
    pod = template["spec"]
    mounted = {mount["name"] for each in pod["containers"] for mount in each["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("tool", ["Application", "GitRepository"])
def test_argo_cd_and_flux_read_the_branch_that_is_pushed(tool: str) -> None:
    [source] = [manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == tool]
    branch = (
        source["source"]["targetRevision"] if tool == "Application" else source["ref"]["branch"]
    )
    assert f"git push --quiet origin {branch}\n" in WORKFLOW


def git(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(
        ("git", *arguments), cwd=folder, capture_output=True, text=True, check=True
    )
    return ended.stdout


def rendered(repository: Hosted, runner: Act) -> Ran:
    return runner.run("render.yml", "push", {"ref": "refs/heads/main", **repository.about()})


def commit(repository: Hosted, message: str) -> None:
    repository.git("add", "--all")
    repository.git("commit", "--quiet", f"--message={message}")


def test_manifests_are_rendered_to_a_branch(repository: Hosted, tmp_path: Path) -> None:
    server = tmp_path / "server"
    bare = server / f"{repository.name}"
    subprocess.run(("git", "init", "--quiet", "--bare", str(bare)), check=True)
    installed = WORKFLOW.replace("command: sync", "version: installed\n          command: sync")
    (repository.clone / ".github" / "workflows" / "render.yml").write_text(installed)
    (repository.clone / "policies" / "targets.yaml").write_text(json.dumps(TARGETS))
    commit(repository, "Render")
    runner = repository.runner()
    elsewhere = {"KEY_0": f"url.file://{server}/.insteadOf", "VALUE_0": "https://github.com/"}
    runner.environment = {f"GIT_CONFIG_{name}": value for name, value in elsewhere.items()}
    runner.environment["GIT_CONFIG_COUNT"] = "1"

    ran = rendered(repository, runner)
    assert ran.succeeded, ran.log
    services = {path.parent.name for path in repository.clone.glob("services/*/ownership.yaml")}
    files = {f"{service}.prometheusrule.yaml" for service in services}
    assert set(git(bare, "ls-tree", "--name-only", "rendered").split()) == files

    # A second run of the same commit pushes nothing; a change is one commit on top.
    assert rendered(repository, runner).succeeded
    assert git(bare, "rev-list", "--count", "rendered") == "1\n"
    targets = json.dumps(TARGETS).replace('"monitoring"', '"observability"')
    (repository.clone / "policies" / "targets.yaml").write_text(targets)
    commit(repository, "Another namespace")
    ran = rendered(repository, runner)
    assert ran.succeeded, ran.log
    assert git(bare, "rev-list", "--count", "rendered") == "2\n"
    changed = git(bare, "show", "--format=", "rendered")
    assert changed.count("+  namespace: observability") == len(services)
