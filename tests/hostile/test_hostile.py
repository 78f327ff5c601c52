"""Whatever a stranger puts into a repository, `check` ends soon, and says what it saw.

`python -m tests.hostile` prints what each case costs; here only what hangs or swells is a failure.
"""

from typing import Final

import pytest

from tests.hostile.run import HANGS, MEBIBYTES, cases, run

CASES: Final = cases()
HARMLESS: Final = {
    "a comment of 990 kB",
    "line breaks, 990,000",
    "blanks, 990,000",
    "PromQL, 100,000 matchers",
    "PromQL, 100,000 alternatives",
    "10,000 empty folders",
    *(name for name in CASES if name.startswith("CODEOWNERS")),
}
"""Nothing in these is an error."""


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_repository_is_a_finding_and_no_crash(name: str) -> None:
    ran = run(CASES[name])
    assert ran.work < HANGS
    assert ran.code >= 0, f"ended by a signal after {ran.seconds:.0f} s"
    assert ran.memory < 4 * MEBIBYTES
    assert "Traceback" not in ran.out + ran.err
    if name in HARMLESS:
        assert ran.code == 0
    else:
        assert ran.code == 2 or (ran.code == 1 and ": error[" in ran.out)
    assert "[bug]" not in ran.out
