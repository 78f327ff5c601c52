"""Where a character of a text stands in the file, however YAML writes the text."""

from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability.check.custom.places import place_in_text
from reliability.load.document import Located, parse

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
    ("written", "offset", "line", "column"),
    [
        ("b: one two", 4, 1, 8),
        ("b: &x !!str one", 0, 1, 13),
        ("b: |2-  # said\n    one\n\n    two", 9, 4, 5),
        ("b: >\n  one\n  two\n", 4, 3, 3),
        ('b: "\\x41\\u0042\\\n  c"', 2, 2, 3),
        ("b: 'it''s'", 3, 1, 9),
        ("b: one", 3, 1, 6),
    ],
)
def test_a_place_by_hand(written: str, offset: int, line: int, column: int) -> None:
    [document] = parse(PurePosixPath("x.yaml"), written.encode()).documents
    text = document.values["b"]
    span = place_in_text(Located(None, document), ("b",), text, offset).span
    assert (span.line, span.column) == (line, column)
