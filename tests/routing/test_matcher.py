"""Matchers are read as Alertmanager reads them, also where its two parsers differ."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reliability.matcher import Matcher, MatcherRefusedError, parse_matchers
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config

PIECES = [
    *("a", "foo", "é", "=", "=~", "!=", "!~", '"x"', '"x,y"', '"a b"', '"\\d"', '"\\t"', '"\\"x"'),
    *(",", " ", "{", "}", "\\", "'", ".*", "[", "(", ":", '"', "\\n", "1"),
]


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ("tier=alert", [Matcher("tier", "=", "alert")]),
        (' tier = "alert" ', [Matcher("tier", "=", "alert")]),
        ('tier=~"alert|ticket"', [Matcher("tier", "=~", "alert|ticket")]),
        ('{a!="x,y", b!~z,}', [Matcher("a", "!=", "x,y"), Matcher("b", "!~", "z")]),
        (r'a="say \"x\" \\ \d"', [Matcher("a", "=", r'say "x" \ \d')]),
        ("a=", [Matcher("a", "=", "")]),
        ('"with space"="\\u00e9"', [Matcher("with space", "=", "é")]),
        ("", []),
    ],
)
def test_a_text_is_read_as_matchers(text: str, matchers: list[Matcher]) -> None:
    assert list(parse_matchers(text)) == matchers


@pytest.mark.parametrize("text", ["tier", "=x", 'a="x', 'a=x"y"', "a=~(", "a=x,,b=y", '"a b"=x y'])
def test_a_text_that_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(MatcherRefusedError):
        parse_matchers(text)


@given(st.text(), st.sampled_from(["=", "!="]))
def test_what_a_matcher_writes_is_read_as_the_same(value: str, operator: str) -> None:
    matcher = Matcher("label", "=" if operator == "=" else "!=", value)
    assert parse_matchers(str(matcher)) == (matcher,)


def test_a_label_that_is_not_there_is_empty() -> None:
    assert Matcher("slo", "=", "").matches({})
    assert not Matcher("slo", "=~", ".+").matches({})
    assert Matcher("slo", "!~", ".+").matches({})


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
