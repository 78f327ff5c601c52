"""docs/github/setup.md: its tables are what files say, and its recipes work as they stand."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.cli.main import exit_code_of
from tests.delivery.hosted import Hosted
from tests.delivery.linters import actionlint, zizmor
from tests.delivery.test_init import init
from tests.delivery.test_static import ACTION, GITHUB, OWN, jobs, read
from tests.project.repository import ROOT

PAGE = (ROOT / "docs/github/setup.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WORKFLOWS = [block for block in BLOCKS if "\njobs:" in block]
MANIFESTS = [block for block in BLOCKS if "\njobs:" not in block]


def rows(head: str) -> Iterator[list[str]]:
    """The cells of the table with this head."""
    table = PAGE.split(f"| {head}", 1)[1].split("\n\n", 1)[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_of_permissions_is_what_the_jobs_have() -> None:
    told = {(job.strip("`"), permission.strip("`")) for job, permission, _ in rows("job |")}
    given = {
        (name, f"{key}: {value}")
        for name, job in jobs()
        for key, value in job["permissions"].items()
        if f"{name.partition('.')[0]}.yml" not in OWN
    }
    assert told == given


def test_the_table_of_variables_is_what_the_workflows_read() -> None:
    paths = [path for path in (GITHUB / "workflows").glob("*.yml") if path.name not in OWN]
    text = "".join(path.read_text() for path in paths)
    told = {cells[0].strip("`") for cells in rows("variable")}
    assert told == set(re.findall(r"vars\.(\w+)", text))


def test_the_table_of_inputs_is_what_the_action_has() -> None:
    told = {name for cells in rows("input") for name in re.findall(r"`([\w-]+)`", cells[0])}
    assert told == set(read(ACTION)["inputs"])


def test_workflows_of_the_page_pass_zizmor_and_actionlint(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    assert init(tmp_path) == 0
    for number, block in enumerate(WORKFLOWS):
        (tmp_path / ".github" / "workflows" / f"of-the-page-{number}.yml").write_text(block)
    assert len(WORKFLOWS) == 2
    assert [each for each in zizmor(tmp_path) if not each.startswith("self-repository")] == []
    assert actionlint(tmp_path) == []


def documents() -> list[dict[str, Any]]:
    return [each for block in MANIFESTS for each in yaml.safe_load_all(block)]


def test_manifests_of_the_page_name_what_they_are() -> None:
    kinds = [each["kind"] for each in documents()]
    assert kinds == ["Secret", "CronJob", "Application", "GitRepository", "Kustomization"]
    for each in documents():
        assert each["apiVersion"]
        assert each["metadata"]["name"] == "reliability"


def test_the_cron_job_runs_commands_that_there_are_on_volumes_that_it_has(tmp_path: Path) -> None:
    [job] = [each for each in documents() if each["kind"] == "CronJob"]
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    [script] = container["args"]
    subprocess.run(("bash", "-n", "-c", script), check=True)
    [listed] = re.findall(r"for command in (.*); do", script)
    for command in re.findall(r'"([^"]+)"', listed):
        assert exit_code_of([*command.split(), "--help"]) == 0
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("tool", ["Application", "GitRepository"])
def test_argo_cd_and_flux_read_the_branch_that_is_pushed(tool: str) -> None:
    [source] = [each["spec"] for each in documents() if each["kind"] == tool]
    branch = (
        source["source"]["targetRevision"] if tool == "Application" else source["ref"]["branch"]
    )
    assert f"--initial-branch={branch}" in WORKFLOWS[1]


def test_manifests_are_rendered_to_a_branch(repository: Hosted, tmp_path: Path) -> None:
    server = tmp_path / "server"
    bare = server / f"{repository.name}"
    subprocess.run(("git", "init", "--quiet", "--bare", str(bare)), check=True)
    installed = WORKFLOWS[1].replace("arguments:", "version: installed\n          arguments:")
    (repository.clone / ".github" / "workflows" / "render.yml").write_text(installed)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message=Render")
    runner = repository.runner()
    elsewhere = {"KEY_0": f"url.file://{server}/.insteadOf", "VALUE_0": "https://github.com/"}
    runner.environment = {f"GIT_CONFIG_{name}": value for name, value in elsewhere.items()}
    runner.environment["GIT_CONFIG_COUNT"] = "1"
    ran = runner.run("render.yml", "push", {"ref": "refs/heads/main", **repository.about()})
    assert ran.succeeded, ran.log
    tree = subprocess.run(
        ("git", "ls-tree", "--name-only", "rendered"),
        cwd=bare,
        capture_output=True,
        text=True,
        check=True,
    )
    built = {f"{path.parent.name}.yaml" for path in repository.clone.glob("services/*/slo.yaml")}
    assert built <= set(tree.stdout.splitlines())
