"""Every script in this folder: the commands print what it says, to the letter."""

from pathlib import Path

import pytest

from tests.golden import Golden
from tests.scripts.script import transcript

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_commands_of_a_script_print_what_it_says(
    path: Path, tmp_path: Path, golden: Golden
) -> None:
    golden.check(path, transcript(path.read_text(encoding="utf-8"), tmp_path))
