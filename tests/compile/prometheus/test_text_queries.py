"""Queries in the texts of alerts: which series they select, and how they are quoted."""

import pytest

from reliability.compile.prometheus.names import SeriesNames
from reliability.compile.prometheus.text_queries import TextScope, go_string
from reliability.resolve.objectives import objectives
from tests.compile.repositories import shop

MATCHERS = 'sloth_service="shop", sloth_slo="shop-checkout"'


@pytest.mark.parametrize(
    ("by", "query"),
    [
        ((), f"query `a{{{MATCHERS}}} / b{{{MATCHERS}}}`"),
        (
            ("zone", "region"),
            f"printf `a{{{MATCHERS}, zone=%[1]q, region=%[2]q}} / b{{{MATCHERS}}}` "
            "$labels.zone $labels.region | query",
        ),
    ],
)
def test_only_matchers_of_groups_need_printf(by: tuple[str, ...], query: str) -> None:
    [objective] = objectives(shop())
    scope = TextScope(SeriesNames.of(objective), by)
    both = f"{scope.of_group('a')} / {scope.of_objective('b')}"
    assert scope.query(both) == query


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
