"""The install step of the action, as a runner carries it out, and what it refuses to install."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.environment import environment
from tests.project.repository import ROOT, tracked

ACTION = ".github/actions/reliability"
FIRST = re.compile(r"\A(?:#.*\n)*(?P<entry>[\w.-]+==.*\n(?:    --hash.*\n)+)")


@dataclass(frozen=True, slots=True)
class Ended:
    """How the step ended, all that it printed, and the folder of its virtual environment."""

    code: int
    screen: str
    venv: Path


def install(action: Path, folder: Path, version: str = "", **variables: str) -> Ended:
    """Run the step of `action.yml` in a folder of its own, with the Python of this test."""
    step = yaml.safe_load((action / "action.yml").read_text())["runs"]["steps"][1]
    assert step["name"] == "install"
    folder.mkdir(exist_ok=True)
    output, temporary = folder / "output", folder / "temporary"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", step["run"]],
        cwd=folder,
        env=environment(
            PATH=f"{Path(sys.executable).parent}:{environment()['PATH']}",
            ACTION=str(action),
            VERSION=version,
            RUNNER_TEMP=str(temporary),
            GITHUB_OUTPUT=str(output),
            **variables,
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return Ended(done.returncode, done.stdout, temporary / "reliability")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    command = ("git", "-C", str(folder), *who, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with what is here now, and its commit."""
    folder = tmp_path_factory.mktemp("source")
    git(folder, "init", "--quiet")
    for path in tracked():
        there = folder / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message=all")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture
def action(tmp_path: Path) -> Path:
    """The action in another repository, without a line that says where the tool is."""
    folder = tmp_path / "theirs" / ACTION
    folder.mkdir(parents=True)
    for name in ("action.yml", "requirements.txt"):
        (folder / name).write_bytes((ROOT / ACTION / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip if no package index answers; what an index answers is never a reason to skip."""
    to = tmp_path_factory.mktemp("probe")
    probe = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(to)]
    done = subprocess.run([*probe, "iniconfig"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no package index answers: {done.stderr.strip().splitlines()[-1]}")


@pytest.mark.usefixtures("index")
def test_the_lock_and_one_commit_are_enough_to_run_the_tool(
    source: tuple[Path, str], action: Path, tmp_path: Path
) -> None:
    folder, commit = source
    # pip takes a name before `@ git+https://...`, and none before `git+file:///...`.
    (action / "tool.txt").write_text(f"git+file://{folder}@{commit}\n")
    ended = install(action, tmp_path / "run")
    assert ended.code == 0, ended.screen
    program = ended.venv / "bin/reliability"
    assert (tmp_path / "run/output").read_text() == f"program={program}\n"
    imports = "import numpy, pyarrow, github, cel_expr_python, re2"
    subprocess.run([ended.venv / "bin/python", "-c", imports], check=True)
    begun = tmp_path / "begun"
    begun.mkdir()
    for arguments in (("init", "--team", "shop"), ("check",)):
        subprocess.run([program, *arguments], cwd=begun, check=True, capture_output=True)
    direct = next(ended.venv.glob("lib/*/site-packages/reliability_as_code-*/direct_url.json"))
    assert commit in direct.read_text()


@pytest.mark.usefixtures("index")
def test_a_package_that_is_not_what_was_locked_is_refused(action: Path, tmp_path: Path) -> None:
    lock = action / "requirements.txt"
    first = FIRST.match(lock.read_text())
    assert first is not None
    lock.write_text(re.sub("sha256:[0-9a-f]{8}", "sha256:00000000", first["entry"]))
    (action / "tool.txt").write_text(f"git+file:///nowhere@{'0' * 40}\n")
    ended = install(action, tmp_path / "run")
    assert ended.code != 0
    assert "DO NOT MATCH THE HASHES" in ended.screen


def test_a_name_alone_is_looked_up_nowhere(action: Path, tmp_path: Path) -> None:
    """The name is one that the index has."""
    (action / "requirements.txt").write_text("# nothing\n")
    (action / "tool.txt").write_text("iniconfig\n")
    ended = install(action, tmp_path / "run")
    assert ended.code != 0
    assert "from versions: none" in ended.screen


@pytest.mark.usefixtures("index")
def test_a_release_with_its_hash_is_installed_and_another_hash_is_refused(
    action: Path, tmp_path: Path
) -> None:
    """A wheel in a folder stands for the release on the index."""
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = wheels.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    line = f"reliability-as-code=={wheel.name.split('-')[1]} --hash=sha256:{digest}\n"

    (action / "tool.txt").write_text(line)
    ended = install(action, tmp_path / "run", PIP_FIND_LINKS=str(wheels))
    assert ended.code == 0, ended.screen
    subprocess.run([ended.venv / "bin/reliability", "--version"], check=True, capture_output=True)

    (action / "requirements.txt").write_text("# nothing\n")
    (action / "tool.txt").write_text(line.replace(digest, "0" * 64))
    ended = install(action, tmp_path / "refused", PIP_FIND_LINKS=str(wheels))
    assert ended.code != 0
    assert "DO NOT MATCH THE HASHES" in ended.screen


def test_a_commit_cannot_replace_a_release(action: Path, tmp_path: Path) -> None:
    (action / "tool.txt").write_text(f"reliability-as-code==0.1.0 --hash=sha256:{'0' * 64}\n")
    ended = install(action, tmp_path / "run", "1" * 40)
    assert (ended.code, ended.venv.exists()) == (2, False)
    assert "::error::version is a commit, and tool.txt names a release" in ended.screen


def test_without_a_line_that_says_where_the_tool_is_nothing_is_installed(
    action: Path, tmp_path: Path
) -> None:
    ended = install(action, tmp_path / "run")
    assert (ended.code, ended.venv.exists()) == (2, False)
    assert "::error::nothing says where to install reliability from" in ended.screen


@pytest.mark.parametrize("version", ["0.1.0", "main", "0" * 39, "--index-url=x", "installed\n"])
def test_a_version_is_a_full_commit(action: Path, tmp_path: Path, version: str) -> None:
    (action / "tool.txt").write_text(f"git+file:///nowhere@{'0' * 40}\n")
    ended = install(action, tmp_path / "run", version)
    assert (ended.code, ended.venv.exists()) == (2, False)
    assert "::error::version is not a full commit" in ended.screen


def test_another_commit_replaces_that_of_the_line(
    source: tuple[Path, str], action: Path, tmp_path: Path
) -> None:
    (action / "requirements.txt").write_text("# nothing\n")
    (action / "tool.txt").write_text(f"git+file://{source[0]}@{'0' * 40}\n")
    ended = install(action, tmp_path / "run", "1" * 40)
    assert ended.code != 0
    assert "1" * 40 in ended.screen
    assert "0" * 40 not in ended.screen
