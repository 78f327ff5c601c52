"""Expressions that are nested without end are refused before anything follows them."""

import pytest

from reliability.resolve.parsed import DEEPEST, depth, parse
from tests.check.examples import laid_over
from tests.check.repository import checked

SIGNAL = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - {{name: Deep, kind: cause, tier: log, expr: '{expr}'}}
"""


def shapes(levels: int) -> dict[str, str]:
    """Expressions of so many levels, each in another way."""
    return {
        "parentheses": "(" * levels + "a" + ")" * levels,
        "calls": "abs(" * levels + "a" + ")" * levels,
        "signs": "-" * levels + "a",
        "sums": "a" + " + a" * levels,
        "sets": "a" + " and on (x) a" * levels,
        "subqueries": "max_over_time(" * levels + "a" + "[5m:1m])" * levels,
    }


@pytest.mark.parametrize("shape", shapes(1))
def test_what_is_deeper_than_the_limit_is_refused_as_a_query(shape: str) -> None:
    text = shapes(DEEPEST + 1)[shape]
    with pytest.raises(ValueError, match="the limit is 100"):
        parse(text)
    found = {finding.rule for finding in checked(laid_over(SIGNAL.format(expr=text)))}
    assert found == {"signal-query-invalid"}


@pytest.mark.parametrize("shape", shapes(1))
def test_what_is_as_deep_as_the_limit_is_followed_by_every_rule(shape: str) -> None:
    levels = DEEPEST // 2 if shape == "sets" else DEEPEST - 2
    text = f"{shapes(levels)[shape]} > 1"
    assert depth(text) <= DEEPEST
    found = {finding.rule for finding in checked(laid_over(SIGNAL.format(expr=text)))}
    assert "bug" not in found
    assert "signal-query-invalid" not in found


def test_texts_and_matchers_are_no_levels() -> None:
    many = "(" * 200
    assert depth(f'a{{b="{many}", c=~"{"x-" * 200}", d!=`{many}`}} > 1 # {many}') == 1
