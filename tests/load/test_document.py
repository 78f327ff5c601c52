"""What the values of a document are, and which documents a file has."""

import math
import pickle

import pytest

from reliability.load.document import Located, parse
from tests.load.reading import PATH, document, parsed, values

PLAIN_SCALARS = [
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("tRUE", "tRUE"),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("~", None),
    ("", None),
    ("nULL", "nULL"),
    ("0", 0),
    ("-0", 0),
    ("+12", 12),
    ("-19", -19),
    ("7", 7),
    ("007", 7),
    ("0x1F", 31),
    ("0X1F", "0X1F"),
    ("-0x1F", "-0x1F"),
    ("0.", 0.0),
    (".5", 0.5),
    ("-.5", -0.5),
    ("99.90", 99.9),
    ("012.5", 12.5),
    ("1e3", 1000.0),
    ("1E-3", 0.001),
    ("1.5e+3", 1500.0),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    ("+.Inf", math.inf),
    (".", "."),
    ("-", None),
    ("1.2.3", "1.2.3"),
    ("1e", "1e"),
    ("e3", "e3"),
    ("inf", "inf"),
    ("nan", "nan"),
    ("30d", "30d"),
    ("5m", "5m"),
    ("09:30", "09:30"),
    ("9090:9090", "9090:9090"),
    ("2026-03-01", "2026-03-01"),
    ("2026-03-01 12:30:00", "2026-03-01 12:30:00"),
    ("yesterday", "yesterday"),
    ("\uff11", "\uff11"),
]


@pytest.mark.parametrize(("text", "value"), PLAIN_SCALARS)
def test_a_plain_scalar_means_what_yaml_1_2_says(text: str, value: object) -> None:
    expected = [None] if text == "-" else value
    found = values(f"a: {text}\n" if text != "-" else "-\n")
    found = found if text == "-" else found["a"]
    assert found == expected
    assert type(found) is type(expected)


def test_not_a_number_is_a_number() -> None:
    assert math.isnan(values("a: .nan\n")["a"])


@pytest.mark.parametrize("text", ["on", "no", "y", "012", "1_000", "12", "true", "~", ".inf", "="])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_what_is_quoted_is_text(text: str, quote: str) -> None:
    assert values(f"a: {quote}{text}{quote}\n") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 12", "12"),
        ("!!str", ""),
        ("!!int '12'", 12),
        ("!!int 0x1F", 31),
        ("!!float 1", 1.0),
        ("!!float '.5'", 0.5),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!map {b: 1}", {"b": 1}),
        ("!!seq [1]", [1]),
        ("! 12", "12"),
        ("! '12'", "12"),
        ("! [12]", [12]),
    ],
)
def test_a_tag_of_the_core_schema_decides(text: str, value: object) -> None:
    found = values(f"a: {text}\n")["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "key"),
    [("1: x", "1"), ("true: x", "true"), ("~: x", "~"), ("? ''\n: x", ""), ("0x1F: x", "0x1F")],
)
def test_a_key_is_the_text_that_was_written(text: str, key: str) -> None:
    assert values(text) == {key: "x"}


def test_scalars_over_several_lines_are_folded_or_kept() -> None:
    text = 'a: |\n  one\n  two\n\nb: >-\n  one\n  two\nc: one\n  two\nd: "one\\\n  two"\n'
    assert values(text) == {"a": "one\ntwo\n", "b": "one two", "c": "one two", "d": "onetwo"}


def test_json_is_read_as_it_is() -> None:
    text = '{\n\t"a": [1, 2.5, true, null, "x\\/y\\u00e9"],\n\t"b": {"c":"d"}\n}\n'
    assert values(text) == {"a": [1, 2.5, True, None, "x/y\u00e9"], "b": {"c": "d"}}


def test_an_alias_is_what_its_anchor_holds() -> None:
    assert values("a: &x {b: [1]}\nc: *x\nd: &x 2\ne: *x\n") == {
        "a": {"b": [1]},
        "c": {"b": [1]},
        "d": 2,
        "e": 2,
    }


def test_a_key_can_carry_an_anchor() -> None:
    assert values("&x a: *x\n") == {"a": "a"}


def test_a_file_holds_several_documents() -> None:
    found = parsed("a: 1\n---\n- 2\n---\ntext\n")
    assert [each.values for each in found.documents] == [{"a": 1}, [2], "text"]
    assert [each.index for each in found.documents] == [0, 1, 2]


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "---\n", "---\n---\n", "--- # none\n...\n"]
)
def test_what_is_empty_gives_no_document_and_no_fault(text: str) -> None:
    assert parsed(text).documents == ()
    assert parsed(text).faults == ()


def test_an_empty_document_counts_and_is_left_out() -> None:
    found = parsed("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n")
    assert [(each.index, each.values) for each in found.documents] == [(1, {"a": 1}), (3, {"b": 2})]
    assert found.documents[1].locate(("b",)).span.line == 7


def test_a_written_null_is_a_document() -> None:
    assert document("null\n").values is None


def test_a_byte_order_mark_takes_no_column() -> None:
    found = parse(PATH, b"\xef\xbb\xbfa: 1\n")
    [only] = found.documents
    assert only.values == {"a": 1}
    assert only.text == "a: 1\n"
    assert only.locate(("a",)).span.column == 4


def test_a_document_says_what_it_has() -> None:
    found = document("a: {b: [x, null]}\nc: &c {d: 1}\ne: *c\n")
    for pointer in [(), ("a",), ("a", "b", 1), ("e", "d")]:
        assert found.has(pointer)
    for absent in [("b",), ("a", "b", 2), ("a", "b", -1), ("a", 0), ("a", "b", "x"), ("c", "d", 0)]:
        assert not found.has(absent)


def test_a_document_keeps_its_places_in_another_process() -> None:
    found = document("a: 1\nb: {c: 2}\n")
    before = found.locate(("b", "c"))
    copy = pickle.loads(pickle.dumps(found))
    assert copy.values == found.values
    assert copy.locate(("b", "c")) == before


def test_a_located_value_continues_its_route() -> None:
    found = document("a:\n  - b: 1\n")
    located = Located(found.values["a"][0], found, ("a", 0))
    assert located.at("b") == found.locate(("a", 0, "b"))
    assert located.at("b").pointer == ("a", 0, "b")


def test_values_that_were_released_are_parsed_again() -> None:
    first, second = parse(PATH, b"a: [1, {b: x}]\n---\n- c\n").documents
    assert first.released().values == {"a": [1, {"b": "x"}]}
    assert second.released().values == ["c"]
    assert second.released().text == second.text
