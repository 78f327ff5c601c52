"""The runner of Prometheus's language tests, and the tests themselves where the corpora are."""

from __future__ import annotations

from pathlib import Path

import pytest

from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.semantics import Ranges, Semantics
from tests.environment import corpora_folder
from tests.promql.language.__main__ import main
from tests.promql.language.description import series
from tests.promql.language.exceptions import exception
from tests.promql.language.run import outcomes, semantics
from tests.promql.language.script import Clear, Eval, Load, commands

OF_2 = Semantics(Ranges.CLOSED)
OF_3 = Semantics(Ranges.LEFT_OPEN, delays_names=True)

PASSING = """
load 1m
  requests_total{job="a"} 0+60x10
  requests_total{job="b"} _ 5 stale
  latency {{schema:0 sum:3 count:2 buckets:[1 1]}}x3

# A comment ends nothing.
eval instant at 5m rate(requests_total{job="a"}[5m])
  {job="a"} 1

eval range from 0 to 2m step 1m requests_total{job="b"}
  requests_total{job="b"} _ 5 _

eval instant at 1m histogram_count(latency)
  {} 2

eval instant at 0 1 + 1
  2

eval_ordered instant at 1m sort_desc(requests_total)
  requests_total{job="a"} 60
  requests_total{job="b"} 5

eval instant at 5m rate(latency_total[5m]) or sum(latency)
  expect no_warn
  {} {{schema:0 sum:3 count:2 buckets:[1 1]}}

clear

eval_fail instant at 0 label_replace(vector(1), "a", "$1", "b", "(")
"""


def test_a_file_that_is_right_passes(tmp_path: Path) -> None:
    file = tmp_path / "some.test"
    file.write_text(PASSING)
    assert [outcome.failure for outcome in outcomes(file, OF_3)] == [None] * 7


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("eval instant at 0 1\n  2", "expected the scalar 2.0, got 1.0"),
        ("eval instant at 0 vector(1)\n  {} 2", "expected 2.0 of {}, got 1.0"),
        ('eval instant at 0 vector(1)\n  {a="b"} 1', "unexpected series {}: 1.0"),
        ("eval instant at 0 vector(1) > 1\n  {} 1", "expected series {} is missing"),
        ("eval range from 0 to 2m step 1m vector(1)\n  {} 1 1", "expected None of {} at step 2"),
        ("eval_fail instant at 0 vector(1)", "no error, where one is expected"),
        ("eval_warn instant at 0 vector(1)\n  {} 1", "no annotation '' among []"),
        (
            "eval instant at 0 quantile(2, vector(1))\n  expect no_warn\n  {} Inf",
            "annotations where none are expected",
        ),
        ("eval instant at 0 limitk(1, vector(1))\n  {} 1", "is behind a feature flag"),
        ("eval instant at 0 sum(\n  {} 1", "unclosed left parenthesis"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, wrong: str, message: str) -> None:
    file = tmp_path / "some.test"
    file.write_text(wrong)
    [outcome] = outcomes(file, OF_3)
    assert outcome.failure is not None
    assert message in outcome.failure


def test_series_are_read_as_prometheus_reads_them() -> None:
    labels, samples = series('a{b="c d",e="}"} -1+2x2 _x2 NaN 1e+3-1x1 Inf')
    assert labels == (("__name__", "a"), ("b", "c d"), ("e", "}"))
    assert samples[:5] == (-1.0, 1.0, 3.0, None, None)
    assert samples[6:] == (1000.0, 999.0, float("inf"))

    described = "{{schema:1 count:3 z_bucket:1 z_bucket_w:0.5 offset:-1 buckets:[1 0 1] sum:-2}}"
    _, [histogram, more] = series(f"h {described}+{{{{schema:1 count:1}}}}x1")
    assert isinstance(histogram, NativeHistogram)
    assert isinstance(more, NativeHistogram)
    assert (histogram.schema, histogram.zero_threshold) == (1, 0.5)
    assert dict(histogram.positive) == {-1: 1.0, 0: 0.0, 1: 1.0}
    assert (histogram.count, more.count, histogram.hint) == (3.0, 4.0, ResetHint.UNKNOWN)


def test_commands_are_separated_by_empty_lines() -> None:
    kinds = [type(command) for command in commands(PASSING)]
    assert kinds == [Load, *[Eval] * 6, Clear, Eval]


def test_syntax_behind_feature_flags_is_named() -> None:
    assert exception("sum(limitk by (job) (2, x))", OF_3) == "limitk"
    assert exception("rate(x[2m*15])", OF_3) == "duration expressions"
    assert exception("x offset (2 ^ 2)", OF_3) == "duration expressions"
    assert exception("rate(x[5m]) - limitk_total", OF_3) is None
    assert exception('rate(x{a="-"}[5m] offset -1m)', OF_3) is None
    assert exception("limitk(2, x)", OF_2) is None


def test_the_generation_is_that_of_the_folder(tmp_path: Path) -> None:
    assert semantics(tmp_path / "v2.53.5") == OF_2
    assert semantics(tmp_path / "v3.5.0") == OF_3
    with pytest.raises(ValueError, match="says no version"):
        semantics(tmp_path / "some")


def test_a_failure_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "v3.5.0"
    folder.mkdir()
    (folder / "a.test").write_text("eval instant at 0 1\n  1")
    assert main([str(folder)]) == 0
    (folder / "b.test").write_text("eval instant at 0 1\n  2")
    assert main([str(folder)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[-3:-1] == ["v3.5.0/a.test: 1 of 1 passed", "v3.5.0/b.test: 0 of 1 passed"]
    assert shown[-1] == "  line 1: 1: expected the scalar 2.0, got 1.0"


@pytest.mark.parametrize("version", ["v2.53.5", "v3.5.0"])
def test_prometheus_s_own_tests_pass(version: str) -> None:
    corpora = corpora_folder()
    if corpora is None:
        pytest.skip("RELIABILITY_CORPORA names no folder")
    assert main([str(corpora / "promqltest" / version)]) == 0
