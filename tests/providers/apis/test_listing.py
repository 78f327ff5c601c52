"""Listings of rulers are read as the whole YAML parser reads them, whatever is in them."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.providers.rulers.listing import (
    NamespaceText,
    ParsedNamespace,
    groups_in,
    namespaces_of,
)
from reliability.providers.yaml_body import BodyError, parse_body
from tests.providers.apis.fake_ruler import GoDumper

PIECES = st.sampled_from(
    ["sum(rate(a[5m]))", "\n", " ", "#", ": ", "- ", "'", '"', "{{ $value }}", "|", "é", "\t", "on",
     "\n\n", "  x", "1e3", "05", "!x", "&a", "*a", "?", "%", "@", "`", "\u2028", "\x85", "\r\n"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=6).map("".join),
    st.sampled_from(["30s", "1h30m", "true", "null", "~", "y", "12", "0", "-1", "1.5", "0x1", ""]),
    st.text(max_size=8),
)
KEYS = st.one_of(st.sampled_from(["alert", "expr", "for", "on", "y", "a b", "1"]), TEXTS)
RULES = st.dictionaries(
    KEYS, st.one_of(TEXTS, st.dictionaries(KEYS, TEXTS, max_size=2)), min_size=1, max_size=4
)
GROUPS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["shop", "a: b"]),
            "limit": st.integers(),
            "rules": st.lists(RULES),
        }
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(TEXTS, GROUPS, max_size=3), st.sampled_from([GoDumper, yaml.CSafeDumper]))
def test_a_listing_is_read_as_by_the_whole_parser(
    listing: dict[str, Any], dumper: type[yaml.CSafeDumper]
) -> None:
    content = yaml.dump(listing, Dumper=dumper, sort_keys=False, width=4096).encode()
    expected = parse_body(content)
    assert {name: there.groups() for name, there in namespaces_of(content).items()} == expected


def test_namespaces_of_others_are_not_parsed() -> None:
    listed = namespaces_of(b"mine:\n- [\nreliability/a:\n- name: a\n")
    assert listed["reliability/a"].groups() == [{"name": "a"}]
    with pytest.raises(BodyError):
        listed["mine"].groups()
    assert isinstance(listed["mine"], NamespaceText)


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
def test_a_listing_is_split_by_namespaces_only_if_its_heads_are_plain(
    text: str, split: bool
) -> None:
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
def test_a_listing_that_is_not_a_mapping_is_an_error(text: str) -> None:
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
