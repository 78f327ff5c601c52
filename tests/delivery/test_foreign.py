"""A repository with nothing but documents uses the action of ours by tag, run by act."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.delivery.act import find_act
from tests.delivery.stand_ins import stand_ins
from tests.environment import environment
from tests.project.repository import ROOT, tracked

TAG: Final = "v0.1.0"
WORKFLOW: Final = f"""\
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: acme/reliability-as-code/.github/actions/reliability@{TAG}
        with:
          command: check
          arguments: --format=github
"""


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    subprocess.run(("git", "-C", str(folder), *who, *arguments), check=True, capture_output=True)


def run(folder: Path, user: Path) -> subprocess.CompletedProcess[str]:
    """Run the workflow with the action of the sources that are here now."""
    sources = folder / "sources"
    if not sources.exists():
        for path in tracked():
            there = sources / path.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    command = [
        *(str(find_act()), "push", "-P", "ubuntu-latest=-self-hosted", "--actor", "dev"),
        *("--local-repository", f"acme/reliability-as-code@{TAG}={sources}"),
        *("--env", f"ACT_SOURCE={user}"),
        *stand_ins(folder / "stand-ins"),
    ]
    return subprocess.run(
        command,
        cwd=user,
        env=environment(
            HOME=str(folder / "home"),
            XDG_CACHE_HOME=str(folder / "cache"),
            PATH=f"{Path(sys.executable).parent}:{environment()['PATH']}",
        ),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_action_by_tag_checks_a_repository_of_documents(tmp_path: Path) -> None:
    user = copied(tmp_path / "user")
    (user / ".github/workflows").mkdir(parents=True)
    (user / ".github/workflows/check.yml").write_text(WORKFLOW, encoding="utf-8")
    git(user, "init", "--quiet")
    git(user, "add", ".")
    git(user, "commit", "--quiet", "-m", "Documents")

    clean = run(tmp_path, user)
    if "No matching distribution found" in clean.stdout:
        pytest.skip("no package index answers, so the action cannot install its dependencies")
    assert clean.returncode == 0, clean.stdout + clean.stderr

    edit(user / "services/exports/slo.yaml", "  objectives:\n", "  objectives: [\n")
    git(user, "commit", "--quiet", "-am", "Break it")
    broken = run(tmp_path, user)
    assert broken.returncode == 1
    assert "document-unreadable" in broken.stdout
