"""Another repository uses our hooks: pre-commit clones the last commit, installs and runs it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.environment import environment
from tests.project.repository import ROOT

NO_INDEX: Final = re.compile(r"No matching distribution found|Could not find a version")
BROKEN: Final = "services/exports/slo.yaml"


def git(*arguments: str | Path, folder: Path) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def test_another_repository_can_use_both_hooks(tmp_path: Path) -> None:
    git("clone", "--quiet", ROOT, "hooks", folder=tmp_path)
    user = copied(tmp_path / "user")
    edit(user / BROKEN, "  objectives:\n", "  objectives: [\n")
    git("init", "--quiet", folder=user)
    git("add", ".", folder=user)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", "../hooks", "--all-files"],
        cwd=user,
        env=environment(PRE_COMMIT_HOME=str(tmp_path / "cache"), NO_COLOR="1"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode == 3 and NO_INDEX.search(done.stdout):
        pytest.skip("no package index answers, so pre-commit cannot install the hooks")
    assert done.returncode == 1, done.stdout
    for hook in ("reliability-check", "reliability-documents"):
        assert f"- hook id: {hook}\n- exit code: 1\n" in done.stdout
    assert done.stdout.count(f"{BROKEN}:33:5: error[document-unreadable]") == 2
