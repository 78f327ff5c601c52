"""Another repository uses our hooks: pre-commit clones a tag, installs and runs it."""

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
LAID_OUT: Final = "services/payslips/ownership.yaml"


def git(*arguments: str | Path, folder: Path) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


TAG: Final = "v0.1.0"
CONFIG: Final = """\
repos:
  - repo: {address}
    rev: {tag}
    hooks: [{{id: reliability-check}}, {{id: reliability-documents}}, {{id: reliability-fmt}}]
"""


def test_another_repository_uses_the_hooks_by_tag_from_a_bare_clone(tmp_path: Path) -> None:
    git("clone", "--quiet", "--bare", ROOT, "hooks.git", folder=tmp_path)
    git("tag", TAG, folder=tmp_path / "hooks.git")
    user = copied(tmp_path / "user")
    edit(user / BROKEN, "  objectives:\n", "  objectives: [\n")
    edit(user / LAID_OUT, "spec:\n  team:", "spec:\n  team:   ")
    address = (tmp_path / "hooks.git").as_uri()
    config = CONFIG.format(address=address, tag=TAG)
    (user / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git("init", "--quiet", folder=user)
    git("add", ".", folder=user)

    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=user,
        env=environment(PRE_COMMIT_HOME=str(tmp_path / "cache"), NO_COLOR="1"),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode == 3 and NO_INDEX.search(done.stdout):
        pytest.skip("no package index answers, so pre-commit cannot install the hooks")
    assert done.returncode == 1, done.stdout
    for hook in ("reliability-check", "reliability-documents", "reliability-fmt"):
        assert f"- hook id: {hook}\n- exit code: 1\n" in done.stdout
    assert done.stdout.count(f"{BROKEN}:33:5: error[document-unreadable]") == 2
    assert f"{LAID_OUT}: formatted" in done.stdout
    assert "- files were modified by this hook" in done.stdout
