"""Lines of prose and of tables fit a diff: at most 100 columns, unless an address is longer."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import prose_of, written_pages
from tests.project.repository import relative

WIDTH: Final = 100
TARGET: Final = re.compile(r"\]\([^)\s]*\)|https?://\S+")
"""What cannot be broken: the target of a link, and a bare address."""


def too_wide(page: Path) -> list[str]:
    """The lines of a page that are too long, with their numbers; a link counts as its text."""
    lines = enumerate(prose_of(page).splitlines(), 1)
    return [f"{number}: {line}" for number, line in lines if len(TARGET.sub("]", line)) > WIDTH]


@pytest.mark.parametrize("page", written_pages(), ids=relative)
def test_lines_of_prose_and_tables_fit(page: Path) -> None:
    assert too_wide(page) == []
