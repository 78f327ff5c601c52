"""What the model refuses of all variants of `test_refusals.py`, in a golden file.

amtool has judged all of them; here nothing is started. A line stands for the variants of one key or
of one combination of keys: how many there are, how many are refused, and a digest of the refusals.
`pytest tests/alertmanager/validation/test_answers.py --update-golden` rewrites the file.
"""

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.alertmanager.validation.fields import KINDS
from reliability.alertmanager.validation.refusal import Refusal
from reliability.alertmanager.validation.refusals import config_refusals
from tests.alertmanager.validation.config_variants import RECEIVERS, variants
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "answers.txt"


def test_what_is_refused_of_variants(golden: Golden) -> None:
    of_keys = defaultdict[str, list[list[Refusal]]](list)
    for name, values in variants():
        of_keys[name].append(config_refusals(values))

    lines = (
        f"{name}: {len(answers)} variants, {sum(map(bool, answers))} refused, {digest(answers)}\n"
        for name, answers in sorted(of_keys.items())
    )
    golden.check(GOLDEN, "".join(lines))


def test_every_kind_of_receiver_is_varied() -> None:
    assert set(RECEIVERS) == set(KINDS)


def digest(answers: list[list[Refusal]]) -> str:
    text = "\n\n".join("\n".join(map(str, refusals)) for refusals in answers)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("values", [None, [], "route", 5])
def test_a_file_that_is_no_mapping_is_refused_as_a_whole(values: Any) -> None:
    [refusal] = config_refusals(values)
    assert (refusal.pointer, refusal.message) == ((), "expected a mapping with the key route")
