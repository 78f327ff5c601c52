"""What tests of every stage may ask for: golden files, the corpora, the servers."""

from pathlib import Path

import pytest

from tests.environment import corpora_folder
from tests.golden import Golden
from tests.servers.generation import GENERATIONS, Generation, Unavailable, find


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files instead of comparing"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a golden file."""
    return Golden(update=bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the corpora; skips where there is none."""
    folder = corpora_folder()
    if folder is None or not folder.is_dir():
        pytest.skip("RELIABILITY_CORPORA names no folder")
    return folder


@pytest.fixture(scope="session", params=GENERATIONS)
def generation(request: pytest.FixtureRequest) -> Generation:
    """The programs of one generation of servers; a test that asks for it runs once for each."""
    match find(request.param):
        case Unavailable(name, reason):
            pytest.skip(f"servers of the {name} generation are unavailable: {reason}")
        case Generation() as found:
            return found
