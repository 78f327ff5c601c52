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

NOT_YET: Final = (
    "CONTRIBUTING.md",
    "docs/guides/",
    "docs/internals/",
    "docs/reference/",
)
"""Pages, or folders of them, that are still to be rewritten. Take out what is done; add none."""


def too_wide(page: Path) -> list[str]:
    """The lines of a page that are too long, with their numbers; a link counts as its text."""
    lines = enumerate(prose_of(page).splitlines(), 1)
    return [f"{number}: {line}" for number, line in lines if len(TARGET.sub("]", line)) > WIDTH]


@pytest.mark.parametrize("page", written_pages(), ids=relative)
def test_lines_of_prose_and_tables_fit(page: Path) -> None:
    if not relative(page).startswith(NOT_YET):
        assert too_wide(page) == []


def test_what_is_still_to_be_rewritten_has_lines_that_are_too_wide() -> None:
    wide = [relative(page) for page in written_pages() if too_wide(page)]
    done = [name for name in NOT_YET if not any(page.startswith(name) for page in wide)]
    assert done == [], "all lines fit: take it out of NOT_YET"
