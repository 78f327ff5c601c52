"""Where a character of a text stands in the file, however YAML writes the text."""

from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability.load.document import Located, parse
from reliability.load.text_places import place_in_text

LETTERS = st.sampled_from(list("ab'\"\\{}:#- \n日😀é\t.,&*!|>%@`1"))
TEXTS = st.text(LETTERS, min_size=1, max_size=60)


@given(TEXTS, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([20, 80]))
def test_each_visible_character_is_found_where_it_is_written(
    text: str, style: str | None, width: int
) -> None:
    written = yaml.dump(
        {"a": [1, {"b": text}]}, default_style=style, allow_unicode=True, width=width
    )
    documents = parse(PurePosixPath("x.yaml"), written.encode()).documents
    if not documents:
        return
    [document] = documents
    value = document.values["a"][1]["b"]
    assert value == text
    lines = written.split("\n")
    for offset, letter in enumerate(text):
        if letter.isspace():
            continue
        span = place_in_text(Located(None, document), ("a", 1, "b"), text, offset).span
        there = lines[span.line - 1][span.column - 1 :]
        assert there.startswith((letter, "\\")), (written, offset)
        assert (span.line, span.column) < (span.end_line, span.end_column)


@pytest.mark.parametrize(
    ("written", "offset", "line", "column", "length"),
    [
        ("b: one two", 4, 1, 8, 3),
        ("b: one two", 5, 1, 9, 2),
        ("b: a_1 >= 2.5e3", 0, 1, 4, 3),
        ("b: a_1 >= 2.5e3", 4, 1, 8, 2),
        ("b: a_1 >= 2.5e3", 7, 1, 11, 5),
        ("b: x && (y||z)", 2, 1, 6, 2),
        ("b: x && (y||z)", 5, 1, 9, 1),
        ("b: x && (y||z)", 7, 1, 11, 2),
        ("b: &x !!str one", 0, 1, 13, 3),
        ("b: |2-  # said\n    one\n\n    two", 9, 4, 5, 3),
        ("b: >\n  one\n  two\n", 4, 3, 3, 3),
        ('b: "\\x41\\u0042\\\n  c"', 2, 2, 3, 1),
        ('b: "\\0\\a\\b\\e\\f\\v\\t\\n\\r\\N\\_\\L\\P\\/\\\\\\U0001F600\\"x"', 17, 1, 47, 1),
        ("b: 'it''s'", 3, 1, 9, 1),
        ("b: 'it''s ''x'", 6, 1, 13, 1),
        ("b: \"it''s\"", 4, 1, 9, 1),
        # On a space and at the end: the last visible character before it.
        ("b: one two", 3, 1, 6, 1),
        ("b: one", 3, 1, 6, 1),
        ("b: ' one'", 0, 1, 4, 1),
        # Without a visible character: the whole value.
        ("b: '  '", 0, 1, 4, 4),
    ],
)
def test_a_place_by_hand(written: str, offset: int, line: int, column: int, length: int) -> None:
    [document] = parse(PurePosixPath("x.yaml"), written.encode()).documents
    text = document.values["b"]
    span = place_in_text(Located(None, document), ("b",), text, offset).span
    assert (span.line, span.column, span.end_line, span.end_column) == (
        line,
        column,
        line,
        column + length,
    )


@pytest.mark.parametrize("route", [("c",), ("c", "d"), ("c", "d", "e")])
def test_behind_an_alias_it_is_the_alias(route: tuple[str, ...]) -> None:
    value = "one"
    for step in route[:0:-1]:
        value = f"{{{step}: {value}}}"
    written = f"b: &x {value}\nc: *x\n"
    [document] = parse(PurePosixPath("x.yaml"), written.encode()).documents
    at = place_in_text(Located(None, document), route, "one", 1)
    assert at == Located(None, document).at(*route)
    assert at.span.line == 2
