"""docs/github/setup.md: its tables are what files say, and its recipes work as they stand."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from reliability.cli.main import exit_code_of
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
    assert len(WORKFLOWS) == 1
    assert [each for each in zizmor(tmp_path) if not each.startswith("self-repository")] == []
    assert actionlint(tmp_path) == []


def documents() -> list[dict[str, Any]]:
    return [each for block in MANIFESTS for each in yaml.safe_load_all(block)]


def test_manifests_of_the_page_name_what_they_are() -> None:
    kinds = [each["kind"] for each in documents()]
    assert kinds == ["Secret", "CronJob"]
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
