"""The commits that the job of verdict.yml fetches, by its own script, from a repository on disk."""

import subprocess
from pathlib import Path

import pytest

from tests.delivery.test_static import GITHUB, read

QUEUE = "gh-readonly-queue/main/pr-7-"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")
    command = ("git", "-C", str(folder), *identity, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def fetch(clone: Path, commit: str, event: str) -> None:
    """Run the step as a runner does."""
    steps = read(GITHUB / "workflows" / "verdict.yml")["jobs"]["verdict"]["steps"]
    [step] = [each for each in steps if each.get("name") == "fetch what is judged, as objects"]
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(clone),
        "RUNNER_TEMP": str(clone.parent),
        "GITHUB_TOKEN": "token",
        "GITHUB_SERVER_URL": "https://github.example",
        "COMMIT": commit,
        "EVENT": event,
    }
    script = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
    subprocess.run(script, check=True, cwd=clone, env=environment)


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository whose pull request comes from a fork, and is squashed in a queue."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=First")
    main = git(folder, "rev-parse", "main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Of the fork")
    git(folder, "update-ref", "refs/pull/7/head", "HEAD")
    git(folder, "reset", "--quiet", "--hard", main)
    git(folder, "checkout", "--quiet", "-b", f"{QUEUE}{main}")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Squashed (#7)")
    git(folder, "branch", "--quiet", f"gh-readonly-queue/main/pr-8-{main}")
    git(folder, "checkout", "--quiet", "main")
    return folder


@pytest.mark.parametrize(("event", "is_there"), [("merge_group", True), ("pull_request", False)])
def test_the_heads_of_queued_pull_requests_are_fetched(
    origin: Path, tmp_path: Path, event: str, is_there: bool
) -> None:
    """The pull request 8 has no head any more; that stops nothing."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-local", str(origin), str(clone))
    head = git(origin, "rev-parse", "refs/pull/7/head")
    group = git(origin, "rev-parse", f"{QUEUE}{git(origin, 'rev-parse', 'main')}")
    fetch(clone, group, event)
    names = git(clone, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    assert group in names
    assert (head in names) == is_there
