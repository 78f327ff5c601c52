"""Whatever a server answers, a command ends with words and one of its own exit codes.

`python -m tests.hostile servers` tells every lie; here each command hears a few dozen of them.
"""

import random
from collections.abc import Iterator

import pytest

from tests.hostile.servers import COMMANDS, Place, place

HEARD = 24


@pytest.fixture(scope="module")
def here() -> Iterator[Place]:
    with place() as made:
        yield made


@pytest.mark.parametrize("name", COMMANDS)
def test_a_lie_is_an_error_and_no_crash(here: Place, name: str) -> None:
    truth = here.run(name)
    assert (truth.faults, truth.code in (0, 1, 5)) == ([], True), truth.output
    cases = [*here.cases(name)]
    for what, lie in random.Random(name).sample(cases, HEARD):
        assert here.run(name, lie).faults == [], what
