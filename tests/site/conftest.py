"""One site for all tests that only read it."""

from pathlib import Path

import pytest

from tests.site.built import shipped_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped repository, which no test changes."""
    return shipped_site(tmp_path_factory.mktemp("site"))
