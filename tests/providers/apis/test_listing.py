"""Listings of rulers are read as the whole YAML parser reads them, whatever is in them."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.pipeline import compile_catalog, load_repository
from reliability.providers.rulers.block_yaml import OtherFormError, read_block
from reliability.providers.rulers.listing import NamespaceText, namespaces_of
from reliability.providers.yaml_body import BodyError, parse_body
from reliability.render.yaml_text import yaml_text
from tests.live.repository import PROJECT
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


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  - x: |\n      1\n\n       2\n    k: z\n",
        "a:\n- x: |-\n    - 1\n    b: c\n\n- x: d\n",
        "a:\n  x: 'it''s'\n  k: \"q\\\"\\n\"\n",
        "a: b:c#d\n",
        'a: 1 - b:c{d="e"} / 2\n',
        "a: 0.5 * b\n",
        "a:\n  b:\n    c: 1m30s\n  d: 0\n  e: {}\n  f: []\n",
    ],
)
def test_the_plain_form_has_the_same_values(text: str) -> None:
    assert read_block(text) == parse_body(text.encode())


@pytest.mark.parametrize(
    "text",
    ["a: b\n  c\n", "a: 'b\n  c'\n", "a: >\n  b\n", "a: |2\n    b\n", "a: b\na: c\n", "a: &b c\n",
     "a: yes\n", "a: 1.5\n", "a: 012\n", "a:\n", "- a\n", "a: b # c\n", "a: |\n\n  b\n",
     "a:\n- - b: c\n", "a:\n- b\n", "a: [b]\n", "a: \"\\u00e9\"\n", "a:\tb\n", "a: |\n  b\n   \n",
     "on: a\n", "a: b: c\n", "a: 1 - b: c\n", "a: 1 - b # c\n", "a: 2026-11-27 20:00:00\n"],
)  # fmt: skip
def test_another_form_is_left_to_the_whole_parser(text: str) -> None:
    with pytest.raises(OtherFormError):
        read_block(text)


def test_the_rules_of_the_shipped_repository_have_the_plain_form() -> None:
    compiled, _ = compile_catalog(load_repository(PROJECT).catalog)
    rules = [resource.body for resource in compiled if resource.id.target == "prometheus"]
    assert rules
    for body in rules:
        groups = yaml.load(yaml_text(body), yaml.CSafeLoader)
        text = yaml.dump(groups, Dumper=GoDumper, width=4096)
        assert read_block(text) == groups


def test_namespaces_of_others_are_not_parsed() -> None:
    listed = namespaces_of(b"mine:\n- [\nreliability/a:\n- name: a\n")
    assert listed["reliability/a"].groups() == [{"name": "a"}]
    with pytest.raises(BodyError):
        listed["mine"].groups()
    assert isinstance(listed["mine"], NamespaceText)


def test_a_namespace_that_is_not_a_list_is_an_error() -> None:
    with pytest.raises(BodyError, match="not a list of groups"):
        namespaces_of(b"a:\n  b: c\n")["a"].groups()
