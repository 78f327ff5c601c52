"""Repositories with our workflows on an emulated GitHub; skips where it or act is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.act import find_act
from tests.delivery.hosted import Hosted, hosted
from tests.forge.front import run_front
from tests.forge.worlds import PEOPLE
from tests.servers.emulate import find_emulator, run_emulator
from tests.servers.generation import Unavailable

APPROVERS = ("product-attendance", "lead-workforce")
STAND_IN = "sre-one"


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulated GitHub."""
    program = find_emulator()
    if isinstance(program, Unavailable):
        pytest.skip(f"the emulator of GitHub is unavailable: {program.reason}")
    find_act()
    people = (*PEOPLE, *APPROVERS, STAND_IN)
    folder: Path = tmp_path_factory.mktemp("github")
    with run_emulator(program, folder, people) as emulator, run_front(emulator) as url:
        yield url


@pytest.fixture
def repository(github: str, tmp_path: Path) -> Iterator[Hosted]:
    """The shipped repository with the shipped workflows, nothing open."""
    with hosted(github, tmp_path) as running:
        yield running
