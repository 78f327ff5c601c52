"""What is said about a text that is wrong, and where."""

import pytest

from reliability.load.document import FileLimits, parse
from reliability.load.faults import UNREADABLE, YAML11
from reliability.location import SourceSpan
from tests.load.reading import PATH, fault, parsed, under

OLDER = [
    ("on", 'true in YAML 1.1|quote it: "on", or write true'),
    ("Off", 'false in YAML 1.1|quote it: "Off", or write false'),
    ("YES", 'true in YAML 1.1|quote it: "YES", or write true'),
    ("no", 'false in YAML 1.1|quote it: "no", or write false'),
    ("y", 'true in YAML 1.1|quote it: "y", or write true'),
    ("N", 'false in YAML 1.1|quote it: "N", or write false'),
    ("=", 'a default value in YAML 1.1|quote it: "="'),
    ("1_000", 'a number in YAML 1.1|quote it: "1_000"'),
    ("1_0.5", 'a number in YAML 1.1|quote it: "1_0.5"'),
    ("0x_1f", 'a number in YAML 1.1|quote it: "0x_1f"'),
    ("0b11", 'a binary number in YAML 1.1|quote it: "0b11"'),
    ("0_7", 'an octal number in YAML 1.1|quote it: "0_7"'),
    ("12:30:45", 'a base-60 number in YAML 1.1|quote it: "12:30:45"'),
    ("1:30", 'a base-60 number in YAML 1.1|quote it: "1:30"'),
    ("1:30.5", 'a base-60 number in YAML 1.1|quote it: "1:30.5"'),
]
OLDER_NUMBERS = [
    ("012", "the number 12", 'an octal number in YAML 1.1|quote it: "012", or write 12'),
    (
        "-010",
        "the number -10",
        'an octal number in YAML 1.1|quote it: "-010", or write -10',
    ),
    ("08", "the number 8", 'text in YAML 1.1|quote it: "08", or write 8'),
    ("0o14", "the number 12", 'text in YAML 1.1|quote it: "0o14", or write 12'),
]


@pytest.mark.parametrize(
    ("text", "ours", "said"), [*((text, "text", said) for text, said in OLDER), *OLDER_NUMBERS]
)
def test_a_scalar_that_older_readers_take_otherwise_is_pointed_out(
    text: str, ours: str, said: str
) -> None:
    message, advice = said.split("|")
    found = fault(f"key: {text}\n")
    assert found.rule == YAML11
    assert found.message == f"`{text}` is {ours} in YAML 1.2 and {message}"
    assert found.help == advice
    assert found.location.span == SourceSpan(1, 6, 1, 6 + len(text))
    assert found.location.pointer == ("key",)
    assert len(parsed(f"key: {text}\n").documents) == 1


@pytest.mark.parametrize("text", ["on", "y", "No", "012", "1_000", "12:30:45"])
def test_a_key_that_older_readers_take_otherwise_is_pointed_out(text: str) -> None:
    found = fault(f"a:\n  {text}: x\n")
    assert found.rule == YAML11
    assert found.message.startswith(f"`{text}` is text in YAML 1.2 and ")
    assert found.help == f'quote it: "{text}"'
    assert found.location.span == SourceSpan(2, 3, 2, 3 + len(text))
    assert found.location.pointer == ("a", text)


@pytest.mark.parametrize("text", ["'on': 'no'", '"012": "1_000"', "a: !!str on", "a: 05", "a: 00"])
def test_what_all_readers_take_alike_is_not_pointed_out(text: str) -> None:
    assert parsed(text).faults == ()


def test_a_key_written_twice_is_a_fault_on_the_second_with_the_first_beside_it() -> None:
    text = "a:\n  b: 1\n  c: {d: 0, d: 0}\n  b: 2\n"
    inner, outer = parsed(text).faults
    assert {inner.rule, outer.rule} == {"document-key-duplicate"}
    assert inner.location.span == SourceSpan(3, 13, 3, 14)
    assert outer.location.span == SourceSpan(4, 3, 4, 4)
    assert outer.location.pointer == ("a", "b")
    assert outer.message == "duplicate key `b` in a mapping"
    [(first, words)] = outer.related
    assert (first.span, words) == (SourceSpan(2, 3, 2, 4), "the first one")
    assert parsed(text).documents[0].values == {"a": {"b": 2, "c": {"d": 0}}}


def test_keys_that_differ_only_in_their_quotes_are_the_same_key() -> None:
    assert fault("1: a\n'1': b\n").rule == "document-key-duplicate"


def test_duplicates_are_found_in_each_document_of_a_file() -> None:
    found = parsed("a: 1\na: 2\n---\nb: 1\n---\na: 1\na: 2\n")
    assert [each.location.span.line for each in found.faults] == [2, 7]


UNREADABLES = [
    ("a: [1,\n", SourceSpan(2, 1, 2, 1), "did not find expected node content"),
    ("a: b: c\n", SourceSpan(1, 5, 1, 6), "mapping values are not allowed in this context"),
    ("a:\n\tb: 1\n", SourceSpan(2, 1, 2, 2), "a tab cannot be used for indentation"),
    ("a: @b\n", SourceSpan(1, 4, 1, 5), "`@` cannot start plain text"),
    ("a:\n  b: 1\n c: 2\n", SourceSpan(3, 2, 3, 3), "did not find expected key"),
    ("é😀: x\r\n😀: {]\r\n", SourceSpan(2, 5, 2, 6), "did not find expected node content"),
    ("a: *b\n", SourceSpan(1, 4, 1, 6), "alias `*b` has no anchor `&b` before it"),
    ("a: &b [*b]\n", SourceSpan(1, 8, 1, 10), "alias `*b` is inside of the value of `&b`"),
    ("a: !env HOME\n", SourceSpan(1, 4, 1, 13), "tag `!env` is not in the core schema of YAML"),
    ("a: !!set {x}\n", SourceSpan(1, 4, 1, 11), "tag `!!set` is not in the core schema of YAML"),
    (
        "a: !!binary aGk=\n",
        SourceSpan(1, 4, 1, 17),
        "tag `!!binary` is not in the core schema of YAML",
    ),
    ("a: !!int x\n", SourceSpan(1, 4, 1, 11), "`x` does not fit its tag !!int"),
    ("a: !!bool yes\n", SourceSpan(1, 4, 1, 14), "`yes` does not fit its tag !!bool"),
    ("!x a: 1\n", SourceSpan(1, 1, 1, 5), "tag `!x` is not in the core schema of YAML"),
    ("a:\n  <<: {b: 1}\n", SourceSpan(2, 3, 2, 5), "`<<` is not a merge key in YAML 1.2"),
    ("? [a]\n: 1\n", SourceSpan(1, 3, 1, 4), "a key is a list; keys must be text"),
    ("? {a: b}\n: 1\n", SourceSpan(1, 3, 1, 4), "a key is a mapping; keys must be text"),
    ("a: &x b\n*x : 1\n", SourceSpan(2, 1, 2, 3), "a key is an alias; keys must be text"),
    (
        "a: x\x07y\n",
        SourceSpan(1, 5, 1, 6),
        "character U+0007 is not allowed in YAML",
    ),
    (
        "a: x\u2028y\n",
        SourceSpan(1, 5, 1, 6),
        "character U+2028 is not allowed in YAML",
    ),
    (
        "é: \ufeffy\n",
        SourceSpan(1, 4, 1, 5),
        "character U+FEFF is not allowed in YAML",
    ),
    (
        f"a: {'9' * 5000}\n",
        SourceSpan(1, 4, 1, 5004),
        "the number has 5,000 digits; the limit is 4,300",
    ),
]


@pytest.mark.parametrize(("text", "span", "message"), UNREADABLES, ids=lambda each: repr(each)[:30])
def test_what_cannot_be_read_is_said_where_it_is(text: str, span: SourceSpan, message: str) -> None:
    found = fault(text)
    assert found.rule == UNREADABLE
    assert found.message == message
    assert found.location.span == span
    assert parsed(text).documents == ()


def test_a_syntax_error_shows_where_the_construct_began() -> None:
    [(at, words)] = fault("a:\n  - [1, 2\nb: 1\n").related
    assert words == "while parsing a flow sequence"
    assert at.span == SourceSpan(2, 5, 2, 6)


def test_documents_before_a_syntax_error_are_kept() -> None:
    found = parsed("a: 1\n---\nb: 2\n---\nc: [\n")
    assert [each.values for each in found.documents] == [{"a": 1}, {"b": 2}]
    assert [each.rule for each in found.faults] == [UNREADABLE]
    assert found.documents[1].locate(("b",)).span == SourceSpan(3, 4, 3, 5)


def test_documents_after_one_with_a_strange_tag_are_kept_with_their_places() -> None:
    found = parsed("a: !x 1\n---\nb: 2\n")
    assert [each.values for each in found.documents] == [{"b": 2}]
    assert found.documents[0].locate(("b",)).span == SourceSpan(3, 4, 3, 5)


def test_bytes_that_are_no_utf_8_are_said_where_they_are() -> None:
    [found] = parse(PATH, "a: 1\nb😀: é".encode() + b"\xe9\n").faults
    assert found.message == "byte 0xe9 is not valid UTF-8"
    assert found.location.span == SourceSpan(2, 6, 2, 6)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    found = parse(PATH, "a: é\n".encode(encoding))
    assert found.documents == ()
    assert [each.rule for each in found.faults] == [UNREADABLE]


def test_faults_come_in_the_order_of_the_text() -> None:
    text = "a: on\nb: 1\nb: 2\nc: !x 1\nd: 012\n"
    assert [each.location.span.line for each in parsed(text).faults] == [1, 3, 4, 5]


def test_a_file_over_the_limit_of_bytes_is_refused() -> None:
    found = parse(PATH, b"a: 1234\n", FileLimits(bytes=7))
    assert [each.message for each in found.faults] == ["the file has 8 bytes; the limit is 7"]
    assert found.documents == ()


@pytest.mark.parametrize("text", ["[" * 51, "- " * 51 + "x", "{a: " * 51])
def test_a_file_nested_too_deep_is_refused(text: str) -> None:
    found = fault(text)
    assert found.message == "nested 51 levels deep; the limit is 50"
    assert under(text, found.location.span) == text[found.location.span.column - 1]


def test_keys_nested_too_deep_are_refused() -> None:
    *keys, last = parsed("? " * 51 + "x").faults
    assert {each.message for each in keys} == {"a key is a mapping; keys must be text"}
    assert last.message == "nested 51 levels deep; the limit is 50"


def test_fifty_levels_are_read() -> None:
    found = parsed("[" * 50 + "]" * 50)
    assert found.faults == ()
    assert found.documents[0].has((0,) * 49)


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = fault("\n".join(lines))
    assert (
        found.message
        == "the file has more than 100,000 nodes with aliases expanded, which is the limit"
    )
    assert found.location.span.line == 5


def test_too_many_aliases_are_refused() -> None:
    found = fault("a: &a 1\nb:\n" + "  - *a\n" * 101)
    assert found.message == "the file has more than 100 aliases, which is the limit"
    assert found.location.span == SourceSpan(103, 5, 103, 7)


@pytest.mark.parametrize(
    "digits", ["0" + "1" * 5000, "1" * 5000, "-" + "0" * 5000], ids=["octal", "ones", "zeros"]
)
def test_a_number_too_long_to_read_is_said_as_a_value_and_is_text_as_a_key(digits: str) -> None:
    assert fault(f"a: {digits}\n").rule == UNREADABLE
    [found] = parsed(f"? {digits}\n: a\n").documents
    assert found.values == {digits: "a"}


def test_a_message_is_one_short_line() -> None:
    for text in (f"1_{'0' * 500}", f"01{'0' * 500}"):
        long = fault(f"a: {text}\n")
        assert long.message.startswith(f"`{text[:50]}")
        assert len(long.message) < 130
        assert long.help == "quote it"
    assert fault("a: !!int 'x\n\n  y'\n").message == "`x\\ny` does not fit its tag !!int"


def test_too_many_nodes_are_refused() -> None:
    [found] = parse(PATH, b"[1, 2, 3, 4]\n", FileLimits(nodes=4)).faults
    assert (
        found.message == "the file has more than 4 nodes with aliases expanded, which is the limit"
    )
    assert parse(PATH, b"[1, 2, 3, 4]\n", FileLimits(nodes=5)).faults == ()
