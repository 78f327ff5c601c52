"""Foreign text on a terminal, in a CI log, in JSON and in Markdown: shown as it is, and inert."""

import json
from pathlib import Path
from typing import Final

import pytest

import reliability.render.design
from reliability.render.design import design_style
from reliability.render.display import inert, inert_json, marked, safe, shown, width
from reliability.render.markdown import code, plain

SHOWN: Final = (
    ("", ""),
    ("a b~", "a b~"),
    ("é日本", "é日本"),
    ("a\tb", "a    b"),
    ("a\nb\r", "a\\nb\\r"),
    ("\x1b[0m", "\\x1b[0m"),
    ("\x7f\x85\xad", "\\x7f\\x85\\xad"),
    ("a\u200b\u202e\ufeff", "a\\u200b\\u202e\\ufeff"),
    ("\u2028\u2029", "\\u2028\\u2029"),
    ("\ud800\ue000\u0378", "\\ud800\\ue000\\u0378"),
    ("\U000e0001", "\\U000e0001"),
    ("\xa0\u3000", "\xa0\u3000"),
)


@pytest.mark.parametrize(("text", "expected"), SHOWN, ids=range(len(SHOWN)))
def test_controls_and_directions_are_escapes(text: str, expected: str) -> None:
    assert safe(text) == expected
    assert "".join(map(shown, text)) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("ｱ", 1),
        ("Ａé", 3),
        ("e\u0301a\u20dd", 2),
        ("か\u3099", 2),
    ],
    ids=["empty", "ascii", "wide", "half", "full", "marks", "sound"],
)
def test_a_text_has_a_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("##[error]x", "##⟦error]x"),
        ("a ##vso[task.x]", "a ##vso⟦task.x]"),
        ("##[a]##[b]", "##⟦a]##⟦b]"),
        ("###[a]", "###⟦a]"),
        ("# #[a]", "# #[a]"),
        ("##a b[c]", "##a b[c]"),
        ("[a] ##", "[a] ##"),
    ],
)
def test_a_line_is_no_command_of_ci(line: str, expected: str) -> None:
    assert inert(line) == expected
    text = json.dumps([line])
    made = inert_json(text)
    assert json.loads(made) == [line]
    assert ("##[" in made or "##vso[" in made) is False
    assert (made == text) is (line == expected)


def test_json_has_an_escape_for_the_second_sign() -> None:
    assert inert_json('"##[x] ##[y]"') == '"#\\u0023[x] #\\u0023[y]"'
    assert inert_json('"##vso[x]"') == '"#\\u0023vso[x]"'


def test_each_sign_of_markdown_is_escaped() -> None:
    for sign in "\\`*_{}[]()+-.!|~^$\"'=:/":
        assert plain(f"a{sign}b") == f"a\\{sign}b"
    assert plain("a#b") == "a\\#\u200bb"
    assert plain("a@b") == "a@\u200bb"
    assert plain("WWW.b www b") == "WWW\u200b\\.b www b"
    assert plain("gh-7 GH 7") == "gh\\-\u200b7 GH 7"
    assert plain("a://b") == "a\\:\\/\\/\u200bb"
    assert plain('a & b < c > d, "e"; f? 1%') == 'a &amp; b &lt; c &gt; d, \\"e\\"; f? 1%'
    assert plain("a\x1b\u202e") == "a\\\\x1b\\\\u202e"


def test_a_code_span_may_be_empty_or_have_many_runs() -> None:
    assert code("") == "``"
    assert code("a`b``c") == "```a`b``c```"
    assert code("`` ` ```") == "```` `` ` ``` ````"
    assert code("a\tb\n") == "`a    b\\n`"


@pytest.mark.parametrize(
    ("line", "start", "end", "limit", "expected", "mark"),
    [
        ("abc", 3, 3, 3, "abc", "   ^"),
        ("abc", 0, 3, 3, "abc", "^^^"),
        ("abcd", 0, 1, 3, "a…", "^"),
        ("日本語日本語", 2, 3, 8, "…本語…", "   ^^"),
        ("x" * 200, 150, 160, 100, f"…{'x' * 97}…", " " * 59 + "^" * 10),
    ],
    ids=["end", "whole", "first", "wide", "hundred"],
)
def test_a_line_is_cut_to_its_limit(
    line: str, start: int, end: int, limit: int, expected: str, mark: str
) -> None:
    cut = marked(line, start, end, limit) if limit != 100 else marked(line, start, end)
    assert width(cut.line) <= limit
    assert (cut.line, cut.mark) == (expected.rstrip(), mark)


def test_the_design_is_that_of_the_package() -> None:
    path = Path(reliability.render.design.__file__).parent / "design.css"
    assert design_style() == path.read_text(encoding="utf-8")
