"""Matchers are read as Alertmanager reads them, also where its two parsers differ."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reliability.alertmanager.matcher import (
    MatcherRefusedError,
    Operator,
    RouteMatcher,
    parse_matchers,
)
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config

PIECES = [
    *("a", "foo", "é", "=", "=~", "!=", "!~", '"x"', '"x,y"', '"a b"', '"\\d"', '"\\t"', '"\\"x"'),
    *(",", " ", "{", "}", "\\", "'", ".*", "[", "(", ":", '"', "\\n", "1"),
]


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ("tier=alert", [RouteMatcher("tier", "=", "alert")]),
        (' tier = "alert" ', [RouteMatcher("tier", "=", "alert")]),
        ('tier=~"alert|ticket"', [RouteMatcher("tier", "=~", "alert|ticket")]),
        ('{a!="x,y", b!~z,}', [RouteMatcher("a", "!=", "x,y"), RouteMatcher("b", "!~", "z")]),
        (r'a="say \"x\" \\ \d"', [RouteMatcher("a", "=", r'say "x" \ \d')]),
        ("a=", [RouteMatcher("a", "=", "")]),
        ('"with space"="\\u00e9"', [RouteMatcher("with space", "=", "é")]),
        ("", []),
        (r'a="x\\"', [RouteMatcher("a", "=", "x\\")]),
        (r"a=\n", [RouteMatcher("a", "=", "\n")]),
        ('a=","', [RouteMatcher("a", "=", ",")]),
        ('a="\\",",b=c', [RouteMatcher("a", "=", '",'), RouteMatcher("b", "=", "c")]),
        (r'a="x,\d",b=c', [RouteMatcher("a", "=", r"x,\d"), RouteMatcher("b", "=", "c")]),
        (r'a="\d\",x",b=c', [RouteMatcher("a", "=", r'\d",x'), RouteMatcher("b", "=", "c")]),
        (r'a="\d\\",b="c"', [RouteMatcher("a", "=", "\\d\\"), RouteMatcher("b", "=", "c")]),
        ("a=b, ", [RouteMatcher("a", "=", "b")]),
        ('a="",b=x y', [RouteMatcher("a", "=", ""), RouteMatcher("b", "=", "x y")]),
        ("{a=b", [RouteMatcher("a", "=", "b")]),
        ("a=b}", [RouteMatcher("a", "=", "b")]),
        ('{"é"="x", a!=b}', [RouteMatcher("é", "=", "x"), RouteMatcher("a", "!=", "b")]),
        ('"é"!~"x",', [RouteMatcher("é", "!~", "x")]),
        (r'"é"="\x41\101\U0001F600"', [RouteMatcher("é", "=", "AA😀")]),
        (r'"é"="\a\b\f\n\r\t\v\\\""', [RouteMatcher("é", "=", '\a\b\f\n\r\t\v\\"')]),
    ],
)
def test_a_text_is_read_as_matchers(text: str, matchers: list[RouteMatcher]) -> None:
    assert list(parse_matchers(text)) == matchers


@pytest.mark.parametrize("text", ["tier", "=x", 'a="x', 'a=x"y"', "a=~(", "a=x,,b=y", '"a b"=x y'])
def test_a_text_that_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(MatcherRefusedError):
        parse_matchers(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=x,,b=y", "not a valid matcher: ''; expected a form such as name=value"),
        ('a="x"y"', 'unescaped quote in "x"y"'),
        (r'a=b\\"', r'unescaped quote in b\\"'),
        ('a="', 'missing closing quote: "'),
        (r'a="x\"', r'missing closing quote: "x\"'),
        (r'"é"="\q"', r"""not a valid matcher: '"é"="\\q"'; expected a form such as name=value"""),
        ("é=x é=y", "not a valid matcher: 'é=x é=y'; expected a form such as name=value"),
        ('{"é"="x"', """not a valid matcher: '"é"="x"'; expected a form such as name=value"""),
        ('"é"=,', """not a valid matcher: '"é"='; expected a form such as name=value"""),
        ('"é"==x', """not a valid matcher: '"é"==x'; expected a form such as name=value"""),
        ('a=~"("', "not a valid regular expression: '(': missing ): ("),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(MatcherRefusedError) as refused:
        parse_matchers(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("=", "alert", True),
        ("=", "ale", False),
        ("!=", "alert", False),
        ("!=", "ale", True),
        ("=~", "al.*", True),
        ("=~", "ale", False),
        ("!~", "al.*", False),
        ("!~", "ale", True),
    ],
)
def test_a_matcher_compares_the_whole_value(operator: Operator, value: str, met: bool) -> None:
    assert RouteMatcher("tier", operator, value).matches({"tier": "alert"}) is met


@given(st.text(), st.sampled_from(["=", "!="]))
def test_what_a_matcher_writes_is_read_as_the_same(value: str, operator: str) -> None:
    matcher = RouteMatcher("label", "=" if operator == "=" else "!=", value)
    assert parse_matchers(str(matcher)) == (matcher,)


def test_a_label_that_is_not_there_is_empty() -> None:
    assert RouteMatcher("slo", "=", "").matches({})
    assert not RouteMatcher("slo", "=~", ".+").matches({})
    assert RouteMatcher("slo", "!~", ".+").matches({})


@pytest.mark.tools
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=2, max_size=6))
@example(pieces=["\\t"])
@example(pieces=["a", "=", '"\\d"'])
@example(pieces=["é", "=", '"x"'])
def test_amtool_accepts_what_is_read_and_refuses_what_is_refused(
    generation: Generation, tmp_path: Path, pieces: Sequence[str]
) -> None:
    text = "".join(pieces)
    config = tmp_path / "alertmanager.yml"
    route = {"receiver": "all", "routes": [{"matchers": [text]}]}
    config.write_text(yaml.safe_dump({"route": route, "receivers": [{"name": "all"}]}))
    try:
        parse_matchers(text)
        read = True
    except MatcherRefusedError:
        read = False
    assert check_alertmanager_config(generation, config).accepted == read
