"""The hooks: pre-commit reads their files, and each reacts to a broken file."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.cli.copied import copied, edit
from tests.cli.program import Ended, reliability
from tests.project.repository import ROOT

MANIFEST: Final = ROOT / ".pre-commit-hooks.yaml"
CONFIG: Final = ROOT / ".pre-commit-config.yaml"
HOOKS: Final = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
CHANGED: Final = "services/exports/slo.yaml"


@pytest.mark.parametrize(
    ("command", "path"), [("validate-manifest", MANIFEST), ("validate-config", CONFIG)]
)
def test_pre_commit_takes_the_file(command: str, path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", command, path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def run_hook(name: str, repository: Path) -> Ended:
    """Run a hook as pre-commit does: its entry in the root, with the changed file if it asks."""
    program, *arguments = shlex.split(HOOKS[name]["entry"])
    assert program == "reliability"
    changed = [CHANGED] if HOOKS[name].get("pass_filenames", True) else []
    return reliability(*arguments, *changed, folder=repository)


@pytest.mark.parametrize("name", ["reliability-check", "reliability-documents"])
def test_a_hook_passes_over_a_good_file_and_stops_a_broken_one(tmp_path: Path, name: str) -> None:
    repository = copied(tmp_path)
    assert run_hook(name, repository).code == 0
    edit(repository / CHANGED, "  objectives:\n", "  objectives: [\n")
    ended = run_hook(name, repository)
    assert ended.code == 1
    assert f"{CHANGED}:33:5: error[document-unreadable]" in ended.out


def test_only_the_hook_of_the_whole_repository_sees_a_name_that_leads_nowhere(
    tmp_path: Path,
) -> None:
    repository = copied(tmp_path)
    edit(repository / "services/exports/alert-policy.yaml", "google-28d", "google-29d")
    assert run_hook("reliability-documents", repository).code == 0
    assert run_hook("reliability-check", repository).code == 1


def test_the_hook_that_formats_changes_a_file_and_refuses_what_is_not_yaml(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    before = (repository / CHANGED).read_bytes()
    assert run_hook("reliability-fmt", repository).code == 0
    assert (repository / CHANGED).read_bytes() == before

    edit(repository / CHANGED, "  objectives:\n", "  objectives:   \n")
    ended = run_hook("reliability-fmt", repository)
    assert (ended.code, ended.out) == (0, f"{CHANGED}: formatted\n")
    assert (repository / CHANGED).read_bytes() == before

    edit(repository / CHANGED, "  objectives:\n", "  objectives: [\n")
    ended = run_hook("reliability-fmt", repository)
    assert ended.code == 1
    assert f"{CHANGED}:33:5: left as it is: " in ended.err
