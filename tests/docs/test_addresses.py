"""What the tool says about its documentation: each page that it names is there."""

import re
from pathlib import Path
from typing import Final

import pytest

from reliability.check.report.checked import Checked
from reliability.check.report.sarif import descriptors
from reliability.check.rules import RULES
from reliability.documentation import ADDRESS, docs_page, rule_page_url
from tests.cli.program import reliability
from tests.delivery.test_init import SOURCE
from tests.docs.markdown import leads_somewhere
from tests.project.repository import ROOT, relative, tracked

NAMED: Final = re.compile(r"(?<![\w/.-])docs/([\w/-]+\.(?:md|txt|json))(?:#([\w-]+))?")
CALLED: Final = re.compile(r"\bdocs_page\(\s*f?\"([^\"#]+)(?:#([\w-]+))?\"")
OF_OTHERS: Final = {"todo.md", "feature_flags.md"}
"""Names in the package that mean a file of somebody else."""

SOURCES: Final = tracked(
    "reliability/*.py",
    "tools/*.py",
    ".github/*",
    "policies/*",
    "services/*",
    "*.toml",
    "Makefile",
    ".pre-commit-hooks.yaml",
)


def named_pages(text: str) -> list[tuple[str, str]]:
    """Path below docs/ and anchor of each page that a text names."""
    named = [*NAMED.findall(text), *CALLED.findall(text)]
    return [(path, anchor) for path, anchor in named if path not in OF_OTHERS]


def test_every_page_that_code_workflows_and_hooks_name_is_there() -> None:
    index = ROOT / "docs/index.md"
    named = {
        (relative(source), path, anchor)
        for source in SOURCES
        for path, anchor in named_pages(source.read_text(encoding="utf-8"))
        if not path.startswith("runbooks/")
    }
    assert len(named) > 20
    assert [name for name in sorted(named) if not leads_somewhere(index, *name[1:])] == []


def test_a_program_names_pages_by_the_one_address(tmp_path: Path) -> None:
    ended = reliability("init", "--github", "--install-from", SOURCE, folder=tmp_path)
    assert docs_page("github/setup.md") in ended.err
    assert docs_page("github/setup.md") == f"{ADDRESS}/github/setup.md"


def test_a_rule_has_a_page() -> None:
    there = {path.stem for path in (ROOT / "docs/reference/rules").iterdir()} - {"README"}
    assert there == {rule.id for rule in RULES}


@pytest.mark.parametrize("address", ["docs", "https://docs.example.com/v1"])
def test_sarif_links_to_the_page_of_a_rule_once_there_is_a_public_address(address: str) -> None:
    [described] = descriptors(Checked(findings=[], rules=RULES[:1]), address)
    assert described.get("helpUri") == rule_page_url(described["id"], address)
    if address == "docs":
        assert "helpUri" not in described
    else:
        page = described["helpUri"].removeprefix(f"{address}/")
        assert leads_somewhere(ROOT / "docs/index.md", page, "")
