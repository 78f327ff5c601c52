"""The locks that workflows and `make` install from; by which name nothing may be installed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from reliability.onboarding.init.tool_source import DISTRIBUTION
from tests.project.repository import ROOT
from tests.project.test_dependencies import normal, pins

LOCK = ROOT / ".github/actions/reliability/requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; .*?)? \\\n", re.MULTILINE)
BY_NAME = re.compile(
    r"""
    (?:pip[\w.]*\s+(?:install|download|wheel)|pipx\s+(?:install|run)|uvx|uv\s+(?:tool|pip)\s+install)
    [^\n`]*?['"\s](?:reliability|reliability-as-code)(?:\[[\w,]+\])?(?=[=<>~!'"`\s]|$)(?!\s*@)
    | ^\s*(?:-\s*)?["']?reliability(?:-as-code)?(?:\[[\w,]+\])?\s*[=~<>]=
    | additional_dependencies:[^\n]*\breliability\b
    """,
    re.VERBOSE | re.MULTILINE,
)


REFUSED_THERE = (
    "tests/project/test_lock.py",
    "tests/onboarding/test_released.py",
    "tests/onboarding/init/test_github_files.py",
    "tests/onboarding/test_tool_source.py",
    "tests/delivery/test_init.py",
)
"""Tests that hold such lines to see them refused."""

RELEASED = "README.md: uvx --from 'reliability-as-code[history]"
"""What the README says about the time after the first release, which takes the name."""


def locked(lock: Path = LOCK) -> dict[str, str]:
    """The names and versions of a lock; a later entry of a name is for another Python."""
    return {normal(each["name"]): each["version"] for each in ENTRY.finditer(lock.read_text())}


def test_the_lock_holds_all_that_the_tool_and_its_build_need() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    lines += [line for name in ("history", "github", "rules") for line in extras[name]]
    assert extras["all"] == [f"{DISTRIBUTION}[history,github,rules]"]
    needed = {normal(re.split(r"[\[><=!~; ]", line, maxsplit=1)[0]) for line in lines}
    assert needed <= set(locked())


def test_the_lock_of_development_holds_all_that_is_pinned() -> None:
    """So what `make` installs, and signs as a release, is what was resolved."""
    assert set(locked(DEVELOPMENT)) == {normal(pin.split("==")[0]) for pin in pins()}


@pytest.mark.parametrize("lock", [LOCK, DEVELOPMENT])
def test_its_versions_are_the_pinned_ones(lock: Path) -> None:
    allowed = {
        normal(pin.split("==")[0]) + "==" + pin.split("==")[1].split(";")[0] for pin in pins()
    }
    assert {f"{name}=={version}" for name, version in locked(lock).items()} <= allowed


@pytest.mark.parametrize("lock", [LOCK, DEVELOPMENT])
def test_each_entry_has_hashes_and_no_index_is_named(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(ENTRY.findall(text))
    assert all(
        re.search(r"^    --hash=sha256:[0-9a-f]{64}", each, re.MULTILINE) for each in entries
    )
    rest = re.sub(r"    --hash=sha256:[0-9a-f]{64}( \\)?\n", "", ENTRY.sub("", text))
    assert all(line.startswith("#") for line in rest.splitlines())


def test_nothing_in_the_repository_installs_the_tool_by_its_bare_name() -> None:
    """On every index that name belongs to whoever registers it first."""
    listed = ("git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = []
    for name in names:
        path = ROOT / name
        if name in REFUSED_THERE or not path.is_file() or path.is_symlink():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        wrong += [f"{name}: {found.group()}" for found in BY_NAME.finditer(text)]
    assert wrong == [RELEASED]


def test_such_a_line_would_be_seen() -> None:
    for line in (
        "pip install reliability-as-code",
        "  ../venv/bin/pip install --quiet 'reliability-as-code[all]==0.1.0'",
        "python -m pip install -U reliability-as-code[history]",
        "RUN pip3 install reliability",
        "pipx install reliability-as-code",
        "uvx reliability check",
        "reliability-as-code[all]==0.1.0",
        "  - reliability-as-code>=0.1",
        "additional_dependencies: [reliability-as-code]",
    ):
        assert BY_NAME.search(line), line
    for line in (
        "pip install '.[history]'",
        f"{DISTRIBUTION} @ git+https://git.example.com/tools/{DISTRIBUTION}.git@{'0' * 40}",
        "pip install --no-deps -r .github/actions/reliability/tool.txt",
        "pip install -r .github/actions/reliability/requirements.txt",
        "`pip install numpy` for reliability",
    ):
        assert BY_NAME.search(line) is None, line
