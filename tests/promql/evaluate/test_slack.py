"""Inequalities that are relaxed, or tightened, by a share of their right side."""

import numpy as np
import pytest

from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import Storage
from reliability.promql.samples import Counter, Samples


def holds(expression: str, value: float, slack: float) -> bool:
    samples = Samples(np.array([0]), np.array([value]))
    storage = Storage.of([Counter({"__name__": "x"}, samples)])
    [line] = Evaluator(storage, np.array([1000]), Semantics(slack=slack)).vector(read(expression))
    return bool(line.there[0])


@pytest.mark.parametrize(
    ("expression", "value", "relaxed", "exact", "tightened"),
    [
        ("x > 100", 95.0, True, False, False),
        ("x > 100", 105.0, True, True, False),
        ("x >= 100", 95.0, True, False, False),
        ("x < 100", 105.0, True, False, False),
        ("x <= 100", 95.0, True, True, False),
        ("x > -100", -105.0, True, False, False),
        ("x < -100", -95.0, True, False, False),
        ("x == 100", 95.0, False, False, False),
        ("x != 100", 95.0, True, True, True),
    ],
)
def test_a_tenth_more_or_less(
    expression: str, value: float, relaxed: bool, exact: bool, tightened: bool
) -> None:
    found = [holds(expression, value, slack) for slack in (0.1, 0.0, -0.1)]
    assert found == [relaxed, exact, tightened]
