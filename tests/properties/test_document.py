"""What holds for every document: agreement with a second reader, exact places, no exception."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reliability.load.document import EntryPart, FileLimits, parse
from reliability.load.edit import Edit, apply_edits
from reliability.load.values import ValueReader
from reliability.load.yaml_events import PARSER, PureParser
from reliability.location import Pointer, SourceSpan
from tests.load.reading import PATH, parsed, span_between, under
from tests.load.second_reader import agree, read_all

TRICKY = ["on", "no", "~", "null", "012", "0o14", "1_000", "1:30", "- x", "a: b", "# x", "<<", "="]
# Left out: what YAML prints nowhere, and three characters that only some readers take for breaks.
CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\u2028\u2029\ufeff"
)


def ruamel_reads_it_as_written(text: str) -> bool:
    """Tell whether ruamel's numbers are those of chapter 10.3.2 of YAML 1.2.

    It reads underscores (and stops at `-_`), `0b11`, and signs before `0o` and `0x`; it wants a
    sign in `.5e+3`; inside of braces it stops at a text that begins with a colon or question mark.
    """
    bare = text.lstrip("+-")
    return not (
        "_" in text
        or bare.startswith(("0b", ":", "?"))
        or (bare != text and bare.startswith(("0o", "0x")))
        or (bare.startswith(".") and "e" in bare.lower())
    )


ANY_TEXTS = st.text(CHARACTERS | st.sampled_from("\n\t \"'\\"), max_size=20)
TEXTS = st.sampled_from(TRICKY) | ANY_TEXTS.filter(ruamel_reads_it_as_written)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.just("")
)
KEYS = st.text("abcdefé😀 -", min_size=1, max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXTS, inner, max_size=4),
    max_leaves=12,
)
FINITE = VALUES.filter(lambda value: "Infinity" not in json.dumps(value))


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_indented_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def by_ruamel(value: Any, *, flow: bool) -> str:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = flow
    writer.allow_unicode = True
    out = StringIO()
    writer.dump(value, out)
    return out.getvalue()


def by_pyyaml(value: Any, style: str | None, *, flow: bool | None = False) -> str:
    text: str = yaml.dump(value, default_style=style, default_flow_style=flow, allow_unicode=True)
    return text


WRITERS = {
    "ruamel block": lambda value: by_ruamel(value, flow=False),
    "ruamel flow": lambda value: by_ruamel(value, flow=True),
    "pyyaml block": lambda value: by_pyyaml(value, None),
    "pyyaml flow": lambda value: by_pyyaml(value, None, flow=True),
    "pyyaml mixed": lambda value: by_pyyaml(value, None, flow=None),
    "pyyaml literal": lambda value: by_pyyaml(value, "|"),
    "pyyaml folded": lambda value: by_pyyaml(value, ">"),
    "pyyaml quoted": lambda value: by_pyyaml(value, "'"),
    "pyyaml double": lambda value: by_pyyaml(value, '"'),
}


@pytest.mark.parametrize("writer", WRITERS)
@given(value=VALUES)
@settings(max_examples=40, deadline=None)
def test_a_document_has_the_values_that_ruamel_reads(writer: str, value: Any) -> None:
    text = WRITERS[writer](value)
    found = parsed(text)
    ours = [each.values for each in found.documents if each.values is not None]
    assert agree(ours, read_all(text)), text
    assert {each.rule for each in found.faults} <= {"document-yaml11"}


@given(value=FINITE)
@settings(deadline=None)
def test_json_has_the_values_that_json_has(value: Any) -> None:
    for text in (as_json(value), as_indented_json(value)):
        [found] = parsed(text).documents
        assert agree(found.values, value)
        assert parsed(text).faults == ()


@given(text=st.text("0123456789+-.eExo_:abfintulsry~", min_size=1, max_size=8))
@example("1e3")
@example(".5")
@settings(max_examples=300, deadline=None)
def test_a_plain_scalar_is_what_ruamel_takes_it_for(text: str) -> None:
    assume(not text.startswith(("- ", ":")) and not text.endswith(":") and text not in ("-", "---"))
    assume(ruamel_reads_it_as_written(text))
    [found] = parsed(f"- {text}\n").documents
    assert agree(found.values, read_all(f"- {text}\n")[0])


def pointers(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield pointer, value
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, each in items:
            yield from pointers(each, (*pointer, step))


@given(value=FINITE)
@settings(deadline=None)
def test_every_key_and_value_of_json_is_where_it_is_said_to_be(value: Any) -> None:
    for text in (as_json(value), as_indented_json(value)):
        [found] = parsed(text).documents
        for pointer, each in pointers(value):
            assert json.loads(under(text, found.locate(pointer).span)) == each
            if pointer and isinstance(pointer[-1], str):
                key = under(text, found.locate(pointer, EntryPart.KEY).span)
                assert json.loads(key) == pointer[-1]


@pytest.mark.parametrize("writer", ["ruamel block", "pyyaml block", "pyyaml double"])
@given(value=VALUES, new=st.integers())
@settings(max_examples=40, deadline=None)
def test_editing_a_located_value_changes_that_value_only(writer: str, value: Any, new: int) -> None:
    assume(isinstance(value, dict | list) and value)
    text = WRITERS[writer](value)
    [found] = parsed(text).documents
    for pointer, each in pointers(found.values):
        if isinstance(each, dict | list) or "\n" in under(text, found.locate(pointer).span):
            continue
        after = apply_edits(text, [Edit(found.locate(pointer).span, str(new))])
        [edited] = parsed(after).documents
        assert agree(edited.values, replaced(found.values, pointer, new)), after


def replaced(value: Any, pointer: Pointer, new: Any) -> Any:
    if not pointer:
        return new
    copy = value.copy()
    copy[pointer[0]] = replaced(value[pointer[0]], pointer[1:], new)
    return copy


PIECES = st.text("ab\n\ré😀", max_size=6)


@given(pieces=st.lists(st.tuples(PIECES, PIECES, PIECES), max_size=6))
def test_edits_keep_every_character_outside_of_their_spans(
    pieces: list[tuple[str, str, str]],
) -> None:
    """Each piece is what is kept, then what is there, then what is put in its place."""
    kept = [(f"{keep}.", there, put) for keep, there, put in pieces]
    before = "".join(keep + there for keep, there, _ in kept)
    offset, extents = 0, []
    for keep, there, _ in kept:
        extents.append((offset + len(keep), offset + len(keep) + len(there)))
        offset += len(keep) + len(there)
    edits = [
        Edit(span_between(before, start, end), put)
        for (start, end), (_, _, put) in zip(extents, kept, strict=True)
    ]
    after = "".join(keep + put for keep, _, put in kept)
    assert apply_edits(before, reversed(edits)) == after


YAML_PIECES = st.sampled_from(
    ["a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "[", "]", "{", "}", ", ", "&x ", "*x", "!!int "]
) | st.sampled_from(
    [
        "! ",
        "|\n",
        ">-\n",
        "'",
        '"',
        "#",
        "---\n",
        "...\n",
        "<<: ",
        "on",
        "012",
        "é",
        "😀",
        "\t",
        "%",
    ]
)
LIMITS = FileLimits(bytes=300, depth=4, nodes=20, aliases=2)
FILES = st.binary(max_size=60) | st.lists(YAML_PIECES, max_size=25).map(
    lambda pieces: "".join(pieces).encode()
)


@given(data=FILES)
@settings(max_examples=500, deadline=None)
def test_whatever_is_in_a_file_it_is_read_or_said_to_be_wrong(data: bytes) -> None:
    found = parse(PATH, data, LIMITS)
    for document in found.documents:
        for pointer, _ in pointers(document.values):
            assert document.has(pointer)
            for part in EntryPart:
                assert_inside(document.locate(pointer, part).span, document.text)
                assert_inside(document.locate((*pointer, "none"), part).span, document.text)
    for fault in found.faults:
        assert_inside(fault.location.span, data.decode("utf-8", "replace"))


def assert_inside(span: SourceSpan, text: str) -> None:
    lines = re.split(r"\r\n|\r|\n", text)
    assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
    assert span.end_line <= len(lines)
    # One further than the text is the line break, where a syntax error can be.
    assert span.end_column <= len(lines[span.end_line - 1]) + 2


@pytest.mark.skipif(PARSER is PureParser, reason="PyYAML was built without libyaml")
@pytest.mark.parametrize("writer", ["ruamel block", "pyyaml mixed", "pyyaml folded"])
@given(value=VALUES)
@settings(max_examples=40, deadline=None)
def test_without_libyaml_the_values_are_the_same(writer: str, value: Any) -> None:
    text = WRITERS[writer](value)
    slow = ValueReader(PureParser(text).get_event, FileLimits()).next_document()
    fast = ValueReader(PARSER(text).get_event, FileLimits()).next_document()
    assert slow is not None
    assert fast is not None
    assert slow[0] == fast[0]
    assert agree(slow[1], fast[1])
