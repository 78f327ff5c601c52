"""The steps of a release that need neither a network nor an account."""

import tomllib

from reliability import __version__
from tests.project.repository import ROOT
from tools.hatch_hooks import with_absolute_links
from tools.release.notes import notes
from tools.release.ready import missing


def test_notes_are_the_section_of_one_version() -> None:
    changelog = "# Changelog\n\n## [0.2.0] - 2027-01-01\n\n- b\n\n## [0.1.0] - 2026-12-01\n\n- a\n"
    assert notes(changelog, "0.2.0") == "- b\n"
    assert notes(changelog, "0.1.0") == "- a\n"
    assert notes(changelog, "0.1") == ""


def test_the_changelog_has_notes_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert notes(changelog, __version__).startswith("### Added\n")


def test_another_tag_is_refused_and_placeholders_are_named() -> None:
    problems = list(missing("v9.9.9"))
    assert problems[0] == f"the tag is v9.9.9; reliability/__init__.py says {__version__}"
    assert next(iter(missing(""))).startswith("the tag is empty; ")
    hooks = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["metadata"][
        "hooks"
    ]
    names = "pyproject.toml: tool.hatch.metadata.hooks.custom.repository is not an https address"
    assert (names in problems) == (hooks["custom"]["repository"] == "")


def test_links_of_the_description_lead_to_the_tag() -> None:
    text = "[a](docs/a.md#x) ![b](docs/b.svg) [c](https://example.com/c) [d](#d)"
    assert with_absolute_links(text, "https://example.com/r", "v1.0.0") == (
        "[a](https://example.com/r/blob/v1.0.0/docs/a.md#x) "
        "![b](https://example.com/r/raw/v1.0.0/docs/b.svg) "
        "[c](https://example.com/c) [d](#d)"
    )
