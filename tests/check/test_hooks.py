"""The hooks that other repositories use: their entries run, over the files they ask for."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.check.examples import laid_over, minimal_files
from tests.check.repository import write
from tests.cli.program import Ended, reliability
from tests.project.repository import ROOT

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
OURS = {hook["id"]: hook for hook in HOOKS}
UNKNOWN_KEY = "# services/attendance/ownership.yaml\nkind: Ownership\nspec: {teams: none}\n"


def run_hook(name: str, folder: Path) -> Ended:
    """Run a hook as pre-commit would, over all files of a folder that it asks for."""
    hook = OURS[name]
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    wanted = [each for each in names if re.search(hook["files"], each)]
    wanted = [each for each in wanted if not re.search(hook.get("exclude", "^$"), each)]
    assert wanted
    program, *arguments = shlex.split(hook["entry"])
    assert program == "reliability"
    given = wanted if hook.get("pass_filenames", True) else []
    return reliability("--today", "2026-11-25", *arguments, *given, folder=folder)


def test_there_is_a_hook_for_the_repository_and_one_for_single_files() -> None:
    assert set(OURS) == {"reliability-check", "reliability-documents", "reliability-fmt"}
    assert OURS["reliability-check"]["pass_filenames"] is False
    assert {hook["language"] for hook in HOOKS} == {"python"}


@pytest.mark.parametrize("name", OURS)
def test_a_hook_passes_a_clean_repository(name: str, tmp_path: Path) -> None:
    base = "route: {receiver: a}\nreceivers: [{name: a}]\n"
    files = minimal_files() | {"policies/alertmanager.base.yml": base}
    assert run_hook(name, write(files, tmp_path)).code == 0


@pytest.mark.parametrize("name", ["reliability-check", "reliability-documents"])
def test_a_hook_stops_a_commit_with_an_unknown_key(name: str, tmp_path: Path) -> None:
    ended = run_hook(name, write(laid_over(UNKNOWN_KEY), tmp_path))
    assert ended.code == 1
    assert "services/attendance/ownership.yaml:2:8: error[document-key-unknown]" in ended.out
