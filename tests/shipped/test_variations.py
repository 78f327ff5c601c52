"""The shipped repository with one value changed: what is found then, and what is compiled.

`pytest tests/shipped/test_variations.py --update-golden` rewrites the golden files. The digests of
a line are explained in `tests/check/varied.py`.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.check.varied import varied
from tests.golden import Golden
from tests.project.repository import ROOT

GOLDEN: Final = Path(__file__).parent / "golden"
FOLDERS: Final = ("policies", "services/attendance", "services/payroll-batch", "docs/runbooks")
OTHERS: Final = ("services/monitoring",)
UNCHANGED: Final = ("policies/targets.yaml", "policies/history.yaml", "policies/baseline.yaml")
"""Files that neither rules nor compilers read."""


def shipped() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in (*FOLDERS, *OTHERS)
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
    }


VARIED: Final = [
    path
    for path in shipped()
    if path.startswith(FOLDERS) and path.endswith(".yaml") and path not in UNCHANGED
]


@pytest.mark.parametrize("path", VARIED)
def test_one_other_value(golden: Golden, path: str) -> None:
    golden.check(GOLDEN / f"{path.replace('/', '-')}.txt", varied(shipped(), path))
