"""docs/reference/exit-codes.md: a row for each command, and the codes that the errors have."""

import re

from reliability import errors
from reliability.cli.main import COMMANDS
from tests.project.repository import ROOT

PAGE = (ROOT / "docs/reference/exit-codes.md").read_text(encoding="utf-8")


def test_the_page_has_a_row_for_each_command() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(COMMANDS)


def test_every_error_has_a_code_of_the_page() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)}
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    used = {each.exit_code for each in kinds if issubclass(each, errors.ReliabilityError)}
    assert used <= codes
    assert codes == {0, 1, 2, 3, 4, 5}
