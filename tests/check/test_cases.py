"""Case files: `# <- rule-id` on each line that must be found; a file without marks is clean."""

import re
from pathlib import Path

import pytest

from reliability.check.rules import RULES
from reliability.load.loader import DOCUMENT_RULES
from tests.check.examples import laid_over, marked_lines
from tests.check.repository import checked, found

FOLDER = Path(__file__).parent / "rules"
CASES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_marked_is_found_and_nothing_else_is(case: Path) -> None:
    files = laid_over(case.read_text(encoding="utf-8"))
    assert sorted(found(checked(files))) == sorted(marked_lines(files))


def test_case_folders_are_called_like_rules() -> None:
    assert {path.parent.name for path in CASES} <= {rule.id for rule in RULES}


BANNED = re.compile(r"invalid|failed to|please|unexpected|error occurred", re.IGNORECASE)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_said_is_one_plain_line_with_a_way_out(case: Path) -> None:
    for finding in checked(laid_over(case.read_text(encoding="utf-8"))):
        problem = finding.problem
        for said in (problem.message, problem.help or ""):
            assert "\n" not in said
            assert not said.endswith(".") or said.endswith("...")
            assert not BANNED.search(said)
        if finding.rule not in DOCUMENT_RULES:
            assert problem.help, f"{finding.rule} names no way out"
            assert problem.help[0].islower()
