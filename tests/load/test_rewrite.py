"""The edits of a fix: a scalar in its quotes, a part of one, an item of a list."""

import pytest

from reliability.load.edit import apply_edits
from reliability.load.rewrite import fix, one_near, removed, renamed, replaced
from reliability.location import Pointer
from tests.load.reading import document


@pytest.mark.parametrize(
    ("written", "after"),
    [("old", "new"), ('"old"', '"new"'), ("'old'", "'new'"), ('"\\u006fld"', '"\\u006fld"')],
)
def test_a_scalar_keeps_its_quotes(written: str, after: str) -> None:
    found = document(f"a: {written}  # why\n")
    edits = renamed(found, found.locate(("a",)), "old", "new")
    assert apply_edits(found.text, edits) == f"a: {after}  # why\n"


@pytest.mark.parametrize(
    ("written", "old", "new", "after"),
    [
        ("rate(x) + rate(y)", "rate", "increase", "increase(x) + increase(y)"),
        ("rate(x) + irate(y)", "rate", "increase", "increase(x) + irate(y)"),
        ("a[5m] b[5m]", "[5m]", "[1h]", "a[1h] b[1h]"),
        ('"x=\\"1\\""', 'x="1"', 'x="2"', '"x=\\"2\\""'),
        ("'x=\"1\"'", 'x="1"', 'x="2"', "'x=\"2\"'"),
    ],
)
def test_each_occurrence_that_begins_a_word_is_replaced(
    written: str, old: str, new: str, after: str
) -> None:
    found = document(f"rate: 1\na: {written}\nb: rate\n")
    edits = replaced(found, found.locate(("a",)), old, new)
    assert apply_edits(found.text, edits) == f"rate: 1\na: {after}\nb: rate\n"


@pytest.mark.parametrize(
    ("text", "pointer", "after"),
    [
        ("a:\n  - 1\n  - 2\n", ("a", 0), "a:\n  - 2\n"),
        ("a:\n  - 1\n  - 2\n", ("a", 1), "a:\n  - 1\n"),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3\n", ("a", 0), "a:\n  - d: 3\n"),
        ("a:\n  - 1\n  - 2", ("a", 1), None),
        ("a: [1, 2]\n", ("a", 0), None),
        ("a: [1]\n", ("a", 0), "a: []\n"),
        ("a:\n  - 1\nb: 2\n", ("a", 0), "a:\n  []\nb: 2\n"),
        ("a:\n- 1\nb: 2\n", ("a", 0), "a:\n []\nb: 2\n"),
        ("a: 1\n", ("a",), None),
        ("a: 1\n", (), None),
        # Others use the anchor, too.
        ("a: &a [1, 2]\nb:\n  - c: *a\n", ("b", 0, "c", 1), None),
        ("a: &a [1]\nb: *a\n", ("b", 0), None),
    ],
)
def test_an_item_goes_with_its_lines(text: str, pointer: Pointer, after: str | None) -> None:
    found = document(text)
    edits = list(removed(found, pointer))
    assert apply_edits(text, edits) == (text if after is None else after)
    assert (fix("take it out", edits) is None) is (after is None)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("Service", ["service", "services"], "service"),
        ("servce", ["service", "slo"], "service"),
        ("servicex", ["service1", "service2"], None),
        ("qqq", ["service"], None),
        ("service", [], None),
    ],
)
def test_one_name_alone_is_near(name: str, known: list[str], meant: str | None) -> None:
    assert one_near(name, known) == meant
