"""Queries in the texts of alerts: which values they get, and how they are quoted."""

import pytest

from reliability.compile.prometheus.names import SeriesNames
from reliability.compile.prometheus.text_queries import (
    TextScope,
    doubled,
    go_string,
    narrowed,
    variable,
)
from reliability.resolve.objectives import objectives
from tests.compile.repositories import shop


def scope(*by: str) -> TextScope:
    [objective] = objectives(shop())
    return TextScope(SeriesNames.of(objective), by)


@pytest.mark.parametrize(
    ("by", "expression", "query"),
    [
        ((), "up", "query `up`"),
        ((), 'up{a="%[1]s"} % 2', 'query `up{a="%[1]s"} % 2`'),
        ((), f"up > {variable('x')} % 2", "printf `up > %[1]v %% 2` $x | query"),
        (
            (),
            f"{variable('x')} + {variable('y')} + {variable('x')}",
            "printf `%[1]v + %[2]v + %[1]v` $x $y | query",
        ),
        ((), "up`", 'query "up`"'),
        (("zone",), "up %% 2", "query `up % 2`"),
        (("zone",), "up%[1]s", "printf `up%[1]s` $slo $group | query"),
        (("zone",), f"{variable('x')} %% 2", "printf `%[3]v %% 2` $slo $group $x | query"),
    ],
)
def test_arguments_of_a_query(by: tuple[str, ...], expression: str, query: str) -> None:
    assert scope(*by).query(expression) == query


def test_opening_sets_the_series_and_the_group() -> None:
    assert scope().opening == ""
    names = scope().names.matchers
    assert scope("zone", "region").opening == (
        '{{ $group := printf "zone=%q, region=%q" $labels.zone $labels.region -}}'
        f"{{{{ $slo := printf `{{{names}, %s}}` $group -}}}}"
    )


def test_series_of_a_group_and_of_all() -> None:
    names = scope().names.matchers
    assert scope().series("record") == f"record{{{names}}}"
    assert scope("zone").series("record") == "record%[1]s"
    assert scope().of_objective("record") == scope("zone").of_objective("record")
    assert (scope().on, scope("zone", "region").on) == ("on ()", "on (zone, region)")
    assert scope().one("up") == "(up)"
    assert scope("zone").one("up") == "((up) and on (zone) slo:sli_total:rate5m%[1]s)"


@pytest.mark.parametrize(
    ("selector", "narrow"),
    [
        ("up", "up{%[2]s}"),
        ("up{}", "up{%[2]s}"),
        ("up{ }", "up{%[2]s}"),
        ('up{a="b"}', 'up{a="b", %[2]s}'),
        ('up{a="{}"}', 'up{a="{}", %[2]s}'),
        ('{__name__="up"}', '{__name__="up", %[2]s}'),
    ],
)
def test_a_selector_of_one_group(selector: str, narrow: str) -> None:
    assert narrowed(selector) == narrow


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a", "`a`"),
        ('"a\\b"\n', '`"a\\b"\n`'),
        ("`", '"`"'),
        ('`"\\\n\t\r', '"`\\"\\\\\\n\\t\\r"'),
        ("a\rb", '"a\\rb"'),
    ],
)
def test_text_as_a_string_of_go(text: str, quoted: str) -> None:
    assert go_string(text) == quoted


def test_percent_signs_are_doubled() -> None:
    assert doubled("100 % of %q") == "100 %% of %%q"
