"""The plain form of YAML: each text has the value of the whole parser, or is left to it."""

import pytest

from reliability.providers.rulers.block_yaml import OtherFormError, read_block
from reliability.providers.rulers.listing import (
    NamespaceText,
    ParsedNamespace,
    groups_in,
    namespaces_of,
)
from reliability.providers.yaml_body import BodyError, parse_body

SCALARS = (
    *("a", "a b", "/a", "(a)", "a:b", "a:b:c", "a#b", "a#", "#a", "a #b", "a: b", "a:", "a ", "_a"),
    *(
        "1 - a",
        "1.5 * a",
        "1 - a:b",
        "1 -a",
        "1- a",
        "1. * a",
        "1 % a",
        "12 / 3",
        "1 a",
        "-1",
        "+1",
    ),
    *("0", "1", "12", "123456789", "1234567890", "01", "1.0", "1e3", "0x1", "0o7", "1_000", "."),
    *("5m", "1h30m", "90s", "500ms", "1y2w3d", "5", "5x", "m5", "1m ", "1:30", "m"),
    *("{}", "[]", "{ }", "[a]", "{a: b}", "true", "True", "yes", "on", "null", "~", "y", "="),
    *("''", "'a'", "'a''b'", "'a", "a'", "'", "'''", "''''", "'a'b'", "'a' ", "'é'", "'#: '"),
    *(
        '""',
        '"a"',
        r'"a\"b"',
        r'"a\nb"',
        r'"\u00e9"',
        r'"\q"',
        '"a',
        '"',
        r'"\t"',
        '"a" b',
        r'"\\u"',
    ),
    *(
        "|",
        "|-",
        "|+",
        ">",
        ">-",
        "|2",
        "!a",
        "&a",
        "*a",
        "%a",
        "@a",
        "`a",
        "? a",
        "- a",
        "-a",
        "a|",
    ),
    *(r'"\ud83d\ude00"', r'"\U0001F600"'),
    *("2026-11-27", "2026-11-27T12:00:00Z", ".inf", ".nan", "<<", "é", "a é", "$a", "$", "a\\b"),
)


@pytest.mark.parametrize("scalar", SCALARS)
@pytest.mark.parametrize(
    "form", ["k: {}\n", "k: |\n  {}", "k:\n- x: {}\n  y: b\n", "k:\n  x: {}\n"]
)
def test_a_scalar_is_read_as_by_the_whole_parser_or_left_to_it(scalar: str, form: str) -> None:
    text = form.replace("{}", scalar)
    try:
        value = read_block(text)
    except OtherFormError:
        return
    assert value == parse_body(text.encode())


READ = (
    *("a", "a b", "/a", "(a)", "a:b", "a#b", "a#", "_a", "1 - a", "1.5 * a", "1 - a:b", "12 / 3"),
    *("0", "1", "123456789", "5m", "1h30m", "500ms", "1y2w3d", "{}", "[]", "''", "'a''b'", "'#: '"),
    *('""', r'"a\"b"', r'"a\nb"', r'"\t"', "a\\b", "a é", "a|", "'é'"),
)
"""Texts that listings have often, and that must not need the whole parser."""


@pytest.mark.parametrize("scalar", READ)
def test_usual_scalars_are_read_fast(scalar: str) -> None:
    assert read_block(f"k: {scalar}\n") == parse_body(f"k: {scalar}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: b\nc: d\n",
        "a:\n  b:\n    c: d\n  e: f\ng: h\n",
        "a:\n- b: c\n  d: e\n- b: f\ng: h\n",
        "a:\n  - b: c\n    d: e\n  - b: f\ng: h\n",
        "a:\n- b:\n  - c: d\n  - c: e\n  f: g\n- h: i\n",
        "a:\n- b:\n    - c: d\n  f: g\n",
        "a:\n    b: c\n",
        "a: |\n  b\nc: d\n",
        "a: |-\n  b\nc: d\n",
        "a: |\n  b\n",
        "a: |\n    b\n      c\n    d\ne: f\n",
        "a: |\n  b\n\n  c\n\n\nd: e\n",
        "a: |-\n  b\n\n",
        "a: |\n  - b: c\n  d: e\n",
        "a: |\n  b \n",
        "a:\n- b: |\n    c\n  d: e\n- f: |-\n    g\n",
        "a-b.c/d_1: e\n",
    ],
)
def test_blocks_are_read_fast(text: str) -> None:
    assert read_block(text) == parse_body(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", " a: b\n", "a: b\n\n", "\na: b\n", "# c\na: b\n", "a: b\n# c\n", "---\na: b\n",
        "a: b\n...\n", "a:\n", "a:\nb: c\n", "a:\n  b\n", "a:\n  b: c\n d: e\n",
        "a:\n   b: c\n  d: e\n",
        "a: b\n  c: d\n", "a:\n- b: c\n   d: e\n", "a:\n- b: c\n d: e\n", "a:\n- b\n",
        "a:\n- b: c\n- d\n",
        "a:\n-  b: c\n   d: e\n", "a:\n-\n  b: c\n", "a:\n- - b: c\n", "a:\n  - b: c\n - d: e\n",
        "a:\n - b: c\n- d: e\n", "a: b\n- c: d\n", "- a: b\n", "a: |\nb: c\n", "a: |\n",
        "a: |\n\n  b\n",
        "a: |\n   \n  b\n", "a: |\n  b\n   \n", "a: |\n  b\n c\n", "a: b\na: c\n",
        "a:\n- b: c\n  b: d\n",
        "true: a\n", "y: a\n", "1: a\n", "é: a\n", "'a': b\n", '"a": b\n', "a b: c\n", "a : b\n",
        "a:b\n", "a: b\r\n", "a: b\u2028c\n", "a: b\x85c\n", "a: b\tc\n", "a:\tb\n", "a: b\x00\n",
        "\ufeffa: b\n", "a: b\x7f\n", "a:  b\n", "a: b \n", "a: \n", "? a\n: b\n",
    ],
)  # fmt: skip
def test_every_other_form_is_read_alike_or_left_to_the_whole_parser(text: str) -> None:
    try:
        value = read_block(text)
    except OtherFormError:
        return
    assert value == parse_body(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", " a: b\n", "a:\n", "a:\nb: c\n", "a:\n  b\n", "a:\n  b: c\n d: e\n",
        "a: b\n  c: d\n",
        "a:\n- b: c\n   d: e\n", "a:\n- b\n", "a:\n- b: c\n- d\n", "a: b\n- c: d\n", "- a: b\n",
        "a: |\nb: c\n", "a: |\n", "a: |\n\n  b\n", "a: |\n  b\n   \n", "a: b\na: c\n", "true: a\n",
        "y: a\n", "a: b\r\n", "a: b\u2028c\n", "a: b\x85c\n", "a: b\tc\n", "\ufeffa: b\n",
        "a: b\x7f\n",
        "a: b", "a: |\n  b", "a:\n  b:\n- c: d\n",
        "a: b\n# c\n", "a:\n- b: c\n d: e\n", "a:\n  - b: c\n - d: e\n", "a:\n- b: c\n  b: d\n",
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_to_the_whole_parser(text: str) -> None:
    with pytest.raises(OtherFormError):
        read_block(text)


GROUP = "- name: a\n  rules:\n  - record: b\n    expr: c\n"


@pytest.mark.parametrize(
    ("text", "split"),
    [
        (f"one:\n{GROUP}two:\n{GROUP}", True),
        (f"a/b c-d.e_1:\n{GROUP}", True),
        (f"x:\n{GROUP}", True),
        (f"/:\n{GROUP}", True),
        (f"one:\n{GROUP}", True),
        ("one:\n- name: a\n  rules:\n  - record: b\n    expr: |\n      c\n\n      d\n", True),
        (f"one: \n{GROUP}", False),
        (f"'one':\n{GROUP}", False),
        (f"one: # c\n{GROUP}", False),
        (f"# c\none:\n{GROUP}", False),
        (f"---\none:\n{GROUP}", False),
        (f"\none:\n{GROUP}", False),
        (f"one:\n{GROUP}two: []\n", False),
        ("one: []\n", False),
        (f"a b :\n{GROUP}", False),
        (f"é:\n{GROUP}", False),
        (f"aé:\n{GROUP}", True),
        ("one:\n- name: a\tb\n  rules: []\n", False),
    ],
)
def test_a_listing_is_split_by_namespaces_only_in_the_plain_form(text: str, split: bool) -> None:
    listed = namespaces_of(text.encode())
    assert {name: there.groups() for name, there in listed.items()} == parse_body(text.encode())
    kind = NamespaceText if split else ParsedNamespace
    assert {type(there) for there in listed.values()} == {kind}


def test_a_name_that_is_there_twice_is_an_error_of_the_whole_listing() -> None:
    with pytest.raises(BodyError):
        namespaces_of(f"one:\n{GROUP}one:\n{GROUP}".encode())


@pytest.mark.parametrize(
    "text", ["- a\n", "a", "a: [\n", "one:\n- name: \xff\n", "one:\n- name: a\xc2\x85b\n"]
)
def test_a_listing_that_is_no_mapping_is_an_error(text: str) -> None:
    with pytest.raises(BodyError):
        {name: there.groups() for name, there in namespaces_of(text.encode("latin-1")).items()}


@pytest.mark.parametrize(
    ("groups", "is_read"),
    [
        ([], True),
        ([{"name": "a"}], True),
        ([{"name": "a", "rules": None}], True),
        ([{"name": "a", "rules": []}, {"name": "b", "rules": [{}]}], True),
        ([{"name": "a", "rules": {}}], False),
        ([{"name": "a"}, {"rules": []}], False),
        ([{"name": 1}], False),
        (["a"], False),
        ({"name": "a"}, False),
        (None, False),
    ],
)
def test_groups_are_a_list_of_mappings_with_a_name(groups: object, is_read: bool) -> None:
    if is_read:
        assert groups_in({"one": groups}) == groups
    else:
        with pytest.raises(BodyError, match="it is not a list of groups"):
            groups_in({"one": groups})
