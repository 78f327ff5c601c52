"""Where keys and values are said to be written."""

import pytest

from reliability.load.document import EntryPart
from reliability.location import Location, Pointer, SourceSpan, pointer_text
from tests.load.reading import PATH, document, parsed, under

SLO = """\
# who: payments
apiVersion: openslo/v1
kind: SLO
spec:
  description: |
    two
    lines

  # a comment, and blank lines

  objectives:
    - displayName: "it works"   # quoted
      target: 0.99
    - {displayName: flow, target: 0.9}
  labels: {team: [a, b], note: 'x y'}
  empty:
  plain: one
    two
  tagged: !!str 5
  anchored: &five 5
  alias: *five
  list:
  - 1
  -
"""

VALUES: list[tuple[Pointer, str]] = [
    (("kind",), "SLO"),
    (("spec", "description"), "|\n    two\n    lines"),
    (("spec", "objectives", 0, "displayName"), '"it works"'),
    (("spec", "objectives", 0, "target"), "0.99"),
    (("spec", "objectives", 0), 'displayName: "it works"   # quoted\n      target: 0.99'),
    (("spec", "objectives", 1), "{displayName: flow, target: 0.9}"),
    (("spec", "objectives", 1, "target"), "0.9"),
    (("spec", "labels"), "{team: [a, b], note: 'x y'}"),
    (("spec", "labels", "team"), "[a, b]"),
    (("spec", "labels", "team", 1), "b"),
    (("spec", "labels", "note"), "'x y'"),
    (("spec", "plain"), "one\n    two"),
    (("spec", "tagged"), "!!str 5"),
    (("spec", "anchored"), "&five 5"),
    (("spec", "alias"), "*five"),
    (("spec", "list"), "- 1\n  -"),
    (("spec", "list", 0), "1"),
]


@pytest.mark.parametrize(("pointer", "written"), VALUES, ids=lambda each: str(each)[:40])
def test_a_value_is_located_from_its_first_to_its_last_character(
    pointer: Pointer, written: str
) -> None:
    at = document(SLO).locate(pointer)
    assert under(SLO, at.span) == written
    assert at.pointer == pointer
    assert at.path == PATH


KEYS: list[tuple[Pointer, str]] = [
    (("kind",), "kind"),
    (("spec",), "spec"),
    (("spec", "objectives", 0, "target"), "target"),
    (("spec", "objectives", 1, "target"), "target"),
    (("spec", "objectives", 0), 'displayName: "it works"   # quoted'),
    (("spec", "labels", "team", 1), "b"),
    ((), "apiVersion: openslo/v1"),
]


@pytest.mark.parametrize(("pointer", "written"), KEYS, ids=lambda each: str(each)[:40])
def test_a_key_is_located_and_of_what_has_none_the_first_line(
    pointer: Pointer, written: str
) -> None:
    assert under(SLO, document(SLO).locate(pointer, EntryPart.KEY).span) == written


MISSING: list[tuple[Pointer, str]] = [
    (("metadata",), "apiVersion: openslo/v1"),
    (("metadata", "name"), "apiVersion: openslo/v1"),
    (("spec", "service"), "spec"),
    (("spec", "timeWindow", 0, "duration"), "spec"),
    (("spec", "objectives", 7), "objectives"),
    (("spec", "objectives", 0, "op"), 'displayName: "it works"   # quoted'),
    (("spec", "objectives", 1, "op"), "{displayName: flow, target: 0.9}"),
    (("spec", "plain", "inner"), "plain"),
    (("kind", 0), "kind"),
    ((0,), "apiVersion: openslo/v1"),
]


@pytest.mark.parametrize("part", EntryPart)
@pytest.mark.parametrize(("pointer", "written"), MISSING, ids=lambda each: str(each)[:40])
def test_what_is_missing_lands_on_the_key_of_its_nearest_ancestor(
    pointer: Pointer, written: str, part: EntryPart
) -> None:
    at = document(SLO).locate(pointer, part)
    assert under(SLO, at.span) == written
    assert at.pointer == pointer


def test_a_value_left_empty_lands_on_its_key() -> None:
    assert under(SLO, document(SLO).locate(("spec", "empty")).span) == "empty"


@pytest.mark.parametrize("pointer", [("b",), ("b", "x"), ("b", "x", 0), ("b", "none")])
def test_what_is_inside_of_an_alias_lands_where_the_alias_is_used(pointer: Pointer) -> None:
    text = "a: &a\n  x: [1]\nb: *a\n"
    found = document(text).locate(pointer)
    assert (
        found.span == SourceSpan(3, 1, 3, 2) if pointer[-1] == "none" else under(text, found.span)
    )


def test_columns_count_code_points_and_lines_end_in_any_way() -> None:
    text = "a: 'é😀' # 😀\r\n😀b: {é: x}\rc: |\r\n  1\r\n\r\n"
    found = document(text)
    assert found.locate(("a",)).span == SourceSpan(1, 4, 1, 8)
    assert found.locate(("😀b",), EntryPart.KEY).span == SourceSpan(2, 1, 2, 3)
    assert found.locate(("😀b", "é")).span == SourceSpan(2, 9, 2, 10)
    assert found.locate(("c",)).span == SourceSpan(3, 4, 4, 4)


def test_lines_go_on_counting_in_later_documents() -> None:
    text = "a: 1\n--- # second\na: 2\n"
    second = parsed(text).documents[1]
    assert second.locate(("a",)).span == SourceSpan(3, 4, 3, 5)
    assert second.locate(()).span == SourceSpan(3, 1, 3, 5)


def test_of_a_key_written_twice_the_last_is_located() -> None:
    [found] = parsed("a: 1\na: 22\n").documents
    assert found.values == {"a": 22}
    assert found.locate(("a",)).span == SourceSpan(2, 4, 2, 6)


def test_a_scalar_can_be_the_whole_document() -> None:
    found = document("# c\ntext\n")
    assert found.locate(()).span == SourceSpan(2, 1, 2, 5)
    assert found.locate(("a",)).span == SourceSpan(2, 1, 2, 5)


@pytest.mark.parametrize(
    ("pointer", "text"),
    [((), ""), (("spec", "objectives", 0), "/spec/objectives/0"), (("a/b", "~"), "/a~1b/~0")],
)
def test_a_pointer_is_written_as_a_json_pointer(pointer: Pointer, text: str) -> None:
    assert pointer_text(pointer) == text


def test_locations_compare_by_path_and_span_alone() -> None:
    span = SourceSpan(1, 1, 1, 2)
    assert Location(PATH, span, ("a",)) == Location(PATH, span)
    assert Location(PATH, span) < Location(PATH, SourceSpan(1, 2, 1, 2))
