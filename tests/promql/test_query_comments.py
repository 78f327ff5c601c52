"""Expressions that end in a comment: what is appended to them must not become part of it."""

from datetime import timedelta

import promql_parser as promql
import pytest

from reliability.promql.query import WindowedQuery, ended, increase, rate

WINDOW = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("text", "per_second"),
    [
        ("sum(increase(x[{{.window}}]))", "(sum(increase(x[5m]))) / 300"),
        ("sum(increase(x[{{.window}}])) # all", "(sum(increase(x[5m])) # all\n) / 300"),
        ("sum(rate(x[{{.window}}])) # all", "sum(rate(x[5m])) # all\n"),
    ],
)
def test_a_comment_ends_before_what_follows(text: str, per_second: str) -> None:
    assert rate(WindowedQuery(text), WINDOW) == f"sum({per_second})"
    for written in (rate(WindowedQuery(text), WINDOW), increase(WindowedQuery(text), WINDOW)):
        promql.parse(f"({written}) > 0")


def test_an_expression_without_a_comment_stays_as_it_is() -> None:
    assert ended("x") == "x"
    assert ended("x # y") == "x # y\n"
