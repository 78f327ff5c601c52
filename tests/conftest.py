"""What tests of every stage may ask for: golden files, the corpora, the servers."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.environment import corpora_folder
from tests.golden import Golden
from tests.servers.generation import GENERATIONS, Generation, Unavailable, find

# A property holds or not; how fast this machine is says nothing about it.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files instead of comparing"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many tests were skipped for each reason."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("skipped")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a golden file."""
    return Golden(update=bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the corpora; skips where there is none."""
    folder = corpora_folder()
    if folder is None or not folder.is_dir():
        pytest.skip("RELIABILITY_CORPORA names no folder; see The corpora in CONTRIBUTING.md")
    return folder


@pytest.fixture(scope="session", params=GENERATIONS)
def generation(request: pytest.FixtureRequest) -> Generation:
    """The programs of one generation of servers; a test that asks for it runs once for each."""
    match find(request.param):
        case Unavailable(name, reason):
            pytest.skip(f"servers of the {name} generation are unavailable: {reason}")
        case Generation() as found:
            return found
