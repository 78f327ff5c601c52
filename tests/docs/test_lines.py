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

NOT_YET: Final[tuple[str, ...]] = (
    "CONTRIBUTING.md",
    "docs/internals/adr/0001-dependencies.md",
    "docs/internals/adr/0002-splice-instead-of-dump.md",
    "docs/internals/adr/0003-libyaml-events-and-yaml-1-2.md",
    "docs/internals/adr/0005-plan-outside-of-providers.md",
    "docs/internals/adr/0008-click-with-lazy-commands.md",
    "docs/internals/adr/0009-former-files-until-confirmed.md",
    "docs/internals/adr/0010-work-in-pieces-and-plain-values.md",
    "docs/internals/adr/0011-git-through-one-module.md",
    "docs/internals/adr/0012-an-owner-in-every-mark.md",
    "docs/internals/adr/0014-texts-ask-the-counters.md",
    "docs/internals/adr/0015-verdict-as-a-commit-status.md",
    "docs/internals/adr/0016-former-routes-behind-new-ones.md",
    "docs/internals/adr/0017-judged-as-merged.md",
    "docs/internals/adr/0018-guards-by-field.md",
    "docs/internals/adr/0019-identities-rest-on-stable-names.md",
    "docs/internals/adr/0020-a-review-runs-the-pipeline.md",
    "docs/internals/adr/0021-public-names.md",
    "docs/reference/openslo.md",
    "docs/reference/sloth.md",
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
