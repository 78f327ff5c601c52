"""What an edit changes, and what it leaves alone."""

import re

import pytest

from reliability.load.document import EntryPart
from reliability.load.edit import Edit, apply_edits
from reliability.location import SourceSpan
from tests.load.reading import document

TEXT = "a: 'é😀'   # why\r\nb:\n  - 1\n  - {c: 2}\n"

CASES = [
    ([], TEXT),
    ([Edit(SourceSpan(1, 4, 1, 8), "x")], TEXT.replace("'é😀'", "x")),
    ([Edit(SourceSpan(3, 5, 3, 6), "10"), Edit(SourceSpan(4, 9, 4, 10), "20")], "1 -> 10, 2 -> 20"),
    ([Edit(SourceSpan(4, 9, 4, 10), "20"), Edit(SourceSpan(3, 5, 3, 6), "10")], "1 -> 10, 2 -> 20"),
    ([Edit(SourceSpan(3, 1, 4, 1), "")], TEXT.replace("  - 1\n", "")),
    ([Edit(SourceSpan(1, 8, 1, 8), "!")], TEXT.replace("'é😀'", "'é😀'!")),
    ([Edit(SourceSpan(1, 1, 5, 1), "new\n")], "new\n"),
    ([Edit(SourceSpan(5, 1, 5, 1), "d: 4\n")], TEXT + "d: 4\n"),
    (
        [Edit(SourceSpan(1, 1, 1, 2), "A"), Edit(SourceSpan(1, 2, 1, 2), "B")],
        TEXT.replace("a:", "AB:"),
    ),
    (
        [Edit(SourceSpan(3, 5, 3, 5), "b"), Edit(SourceSpan(3, 5, 3, 5), "a")],
        TEXT.replace("- 1", "- ab1"),
    ),
]


@pytest.mark.parametrize(("edits", "after"), CASES)
def test_spans_are_replaced_and_nothing_else(edits: list[Edit], after: str) -> None:
    if after == "1 -> 10, 2 -> 20":
        after = TEXT.replace("- 1", "- 10").replace("c: 2", "c: 20")
    assert apply_edits(TEXT, edits) == after


def test_a_byte_order_mark_stays_and_takes_no_column() -> None:
    assert apply_edits("\ufeffa: 1\n", [Edit(SourceSpan(1, 1, 1, 2), "b")]) == "\ufeffb: 1\n"
    whole = [Edit(SourceSpan(1, 5, 2, 1), "!"), Edit(SourceSpan(2, 1, 2, 2), "c")]
    assert apply_edits("\ufeffa: 1\nb: 2\n", whole) == "\ufeffa: 1!c: 2\n"
    with pytest.raises(ValueError, match=r"^column 6 of line 1, which has 5$"):
        apply_edits("\ufeffa: 1\n", [Edit(SourceSpan(1, 1, 1, 6), "")])


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        (
            [Edit(SourceSpan(1, 1, 1, 3), "x"), Edit(SourceSpan(1, 2, 1, 4), "y")],
            "two edits overlap at offset 1",
        ),
        (
            [Edit(SourceSpan(1, 1, 4, 1), "x"), Edit(SourceSpan(3, 5, 3, 6), "y")],
            "two edits overlap at offset 24",
        ),
        (
            [Edit(SourceSpan(3, 5, 3, 6), "x"), Edit(SourceSpan(3, 5, 3, 6), "x")],
            "two edits overlap at offset 24",
        ),
        (
            [Edit(SourceSpan(2, 2, 2, 1), "x")],
            "SourceSpan(line=2, column=2, end_line=2, end_column=1) ends before it starts",
        ),
        ([Edit(SourceSpan(0, 1, 1, 1), "x")], "line 0 of a text of 5 lines"),
        ([Edit(SourceSpan(5, 1, 6, 1), "x")], "line 6 of a text of 5 lines"),
        ([Edit(SourceSpan(2, 1, 2, 5), "x")], "column 5 of line 2, which has 3"),
        ([Edit(SourceSpan(2, 0, 2, 1), "x")], "column 0 of line 2, which has 3"),
        ([Edit(SourceSpan(5, 1, 5, 2), "x")], "column 2 of line 5, which has 1"),
    ],
)
def test_edits_that_make_no_sense_are_refused(edits: list[Edit], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        apply_edits(TEXT, edits)


def test_a_located_value_and_a_located_key_can_be_edited() -> None:
    text = "# kept\nb:\n  - 1\n  - {c:   2}   # kept too\n"
    found = document(text)
    edits = [
        Edit(found.locate(("b", 1, "c")).span, "99.9"),
        Edit(found.locate(("b",), EntryPart.KEY).span, "objectives"),
    ]
    assert apply_edits(text, edits) == (
        "# kept\nobjectives:\n  - 1\n  - {c:   99.9}   # kept too\n"
    )
