"""Documents of each kind of SLI, period and alert with one value changed, as digests.

`pytest tests/compile/test_variations.py --update-golden` rewrites the golden files. The digests of
a line are explained in `tests/check/varied.py`.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.check.examples import minimal_files
from tests.check.varied import varied
from tests.compile.test_golden_rules import CASES, NAMES
from tests.convert.test_whole_imports import ROUTES
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "variations"
PATH: Final = "services/it/it.yaml"
BASE: Final = "policies/alertmanager.base.yml"


@pytest.mark.parametrize("name", NAMES)
def test_one_other_value(golden: Golden, name: str) -> None:
    files = {PATH: (CASES / name / "input.yaml").read_text()}
    golden.check(GOLDEN / f"{name}.txt", varied(files, PATH))


def test_one_other_value_of_a_configuration_in_use(golden: Golden) -> None:
    files = {**minimal_files(), BASE: ROUTES}
    golden.check(GOLDEN / "alertmanager.txt", varied(files, BASE))
