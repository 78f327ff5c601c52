"""GitHub's emulator with what it lacks, one for all tests of forges in a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forge.front import run_front
from tests.forge.proxy import Proxy, run_proxy
from tests.forge.worlds import PEOPLE, FolderWorld, GitHubWorld, World, github_world
from tests.servers.emulate import find_emulator, run_emulator
from tests.servers.generation import Unavailable


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulated GitHub; skips where there is none."""
    program = find_emulator()
    if isinstance(program, Unavailable):
        pytest.skip(f"the emulator of GitHub is unavailable: {program.reason}")
    folder: Path = tmp_path_factory.mktemp("github")
    with run_emulator(program, folder, PEOPLE) as emulator, run_front(emulator) as url:
        yield url


@pytest.fixture
def proxy(github: str) -> Iterator[Proxy]:
    """Between us and GitHub: counts calls, and lets some go wrong."""
    with run_proxy(github) as running:
        yield running


@pytest.fixture
def behind_proxy(proxy: Proxy, github: str) -> GitHubWorld:
    """A repository of GitHub that we reach through the proxy, and people do directly."""
    return github_world(proxy.url, github)


@pytest.fixture(params=["github", "folder"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Each forge; a test that asks for it runs once for each."""
    if request.param == "folder":
        return FolderWorld(tmp_path / "forge")
    return github_world(request.getfixturevalue("github"))
