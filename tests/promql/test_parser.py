"""Expressions that are nested without end are refused before anything follows them."""

import re

import pytest

from reliability.promql.parser import DEEPEST, depth, parse, shown
from tests.check.examples import laid_over
from tests.check.repository import checked
from tests.project.repository import ROOT

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
        "powers": "a" + " ^ a" * levels,
        "comparisons": "a" + " > bool a" * levels,
        "aggregations": "sum by (x) (" * levels + "a" + ")" * levels,
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


@pytest.mark.parametrize("levels", [DEEPEST + 1, 20_000])
def test_a_comment_among_matchers_hides_no_levels(levels: int) -> None:
    hidden = f'a{{ # "\n}} + {"(" * levels}a{")" * levels} # "}}'
    with pytest.raises(ValueError, match="the limit is 100"):
        parse(hidden)


@pytest.mark.parametrize("shape", ["calls", "aggregations", "sums"])
def test_an_sli_that_is_nested_without_end_is_refused(shape: str) -> None:
    text = re.sub(r"\ba\b", "rate(a[{{.window}}])", shapes(20_000)[shape])
    fragment = f"""\
# services/attendance/slo.yaml
kind: SLO
spec:
  indicator:
    metadata: {{name: clock-in-success}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: '{text}'}}}}}}
        total:
          metricSource: {{type: Prometheus, spec: {{query: 'sum(rate(a[{{{{.window}}}}]))'}}}}
"""
    found = {finding.rule for finding in checked(laid_over(fragment))}
    assert "sli-query-invalid" in found
    assert "bug" not in found


@pytest.mark.parametrize(
    "text", ["{" * 500_000, '"' + '\\"' * 250_000, "'" * 500_001, "#" * 500_000]
)
def test_what_is_never_closed_is_read_once(text: str) -> None:
    assert depth(text) == 0


def test_the_library_parses_for_one_module_only() -> None:
    calls = re.compile(r"promql_parser\.parse\(|from promql_parser import.*\bparse\b")
    files = (ROOT / "reliability").rglob("*.py")
    found = [path.relative_to(ROOT) for path in files if calls.search(path.read_text("utf-8"))]
    assert [path.as_posix() for path in found] == ["reliability/promql/parser.py"]


@pytest.mark.parametrize("length", [79, 80, 81, 200])
def test_an_expression_in_a_message_has_at_most_eighty_characters(length: int) -> None:
    name = "x" * length
    assert shown(parse(name)) == (name if length <= 80 else f"{'x' * 77}...")
