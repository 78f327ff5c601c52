"""YAML text: what YAML 1.1 and 1.2 readers make of it is what was meant."""

import json
from hashlib import sha256

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reliability.providers.yaml_body import parse_body
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json, Resource, ResourceId
from reliability.tuning import SharedList

WORDS = r"""
y n yes No on Off true TRUE null ~ NaN .inf .nan = << 012 0x1f 0b1 0o7 1:30 190:20:30 2020-01-01
1e3 1e5 1_000 +1 -1 - . ... --- ? | > %a @a `a` &a *a !a {a [a #a a: ' " \ 5m 1h30m 1. 685_230.15
"""
TRICKY = [*WORDS.split()]
TRICKY += ["", " a", "a ", "\ta", "a: b", "a #b", "- a", "? x", "a\n", "\na", "a\n\n", "a\n b\n"]
TRICKY += [
    "  x\ny",
    "a\n   \nb",
    "a\r\nb",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x7f",
    "é",
    "😀",
    "a\tb\nc",
]
TRICKY += ["\tb\nc", "a\n---\nb", "a\n...\nb", "x" * 600, "é" * 1100, "a\n\x07", "yes: no"]

texts = st.one_of(
    st.sampled_from(TRICKY),
    st.text(max_size=30),
    st.lists(st.sampled_from("ab :#\n-'\"\\\t|>%{}[],&*!?"), max_size=12).map("".join),
)
scalars: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


@given(st.dictionaries(texts, values, max_size=4))
def test_every_reader_gives_back_what_was_written(body: dict[str, Json]) -> None:
    text = yaml_text(body)
    assert canonical(yaml.load(text, yaml.CSafeLoader)) == canonical(body)
    assert canonical(YAML(typ="safe", pure=True).load(text)) == canonical(body)


@given(st.dictionaries(texts, values, max_size=4))
def test_our_own_reader_gives_back_what_was_written(body: dict[str, Json]) -> None:
    assert canonical(parse_body(yaml_text(body).encode())) == canonical(body)


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_that_readers_differ_on_stays_a_text(text: str) -> None:
    body: dict[str, Json] = {"key": text, text: "value", "list": [text, [text]]}
    assert yaml.load(yaml_text(body), yaml.CSafeLoader) == body


def test_rules_read_well() -> None:
    body: dict[str, Json] = {
        "groups": [
            {
                "name": "attendance-slo",
                "interval": "1m",
                "rules": [
                    {
                        "record": "slo:sli_error:ratio_rate5m",
                        "expr": 'sum(rate(x{code=~"5.."}[5m]))\n/\nsum(rate(x[5m]))\n',
                        "labels": {"window": "5m", "on": "y"},
                    }
                ],
            }
        ],
        "empty": {},
    }
    assert (
        yaml_text(body)
        == """\
groups:
  - name: attendance-slo
    interval: 1m
    rules:
      - record: slo:sli_error:ratio_rate5m
        expr: |
          sum(rate(x{code=~"5.."}[5m]))
          /
          sum(rate(x[5m]))
        labels:
          window: 5m
          "on": "y"
empty: {}
"""
    )


@given(st.lists(values, min_size=1, max_size=4), st.integers(0, 3))
def test_a_list_that_bodies_share_reads_as_any_other(value: list[Json], depth: int) -> None:
    shared = SharedList(value)
    for deep in (0, depth, 1):
        ours: dict[str, Json] = {"groups": shared}
        theirs: dict[str, Json] = {"groups": value}
        for _ in range(deep):
            ours, theirs = {"b": 1, "a": ours}, {"b": 1, "a": theirs}
        assert yaml_text(ours) == yaml_text(theirs)
        identity = ResourceId("prometheus", "rules", "shop")
        assert Resource(identity, ours).digest == sha256(canonical_json(theirs)).hexdigest()


def canonical_json(body: dict[str, Json]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


FORMS = """\
text: two words
"on": "on"
"Yes": "Yes"
"y z": "a: b"
comment: "a #b"
path: /etc/x
duration: 5m
number: "5"
colon: "a:"
quote: '"x" it''s'
backslash: '"a\\d'
apostrophe: it's
control: "\\x07\\u2028"
accent: "é"
empty: ""
block: |-
  one

  two
ends: |
  one
twice: |+
  one

indented: " one\\ntwo"
newline: "\\none"
spaces: "one\\n  \\ntwo"
tab: "\\tone\\ntwo"
nothing: null
yes_no:
  - true
  - false
whole: 5
floats:
  - 0.5
  - 1.0e+16
  - .inf
  - -.inf
  - .nan
maps: {}
lists: []
nested:
  - - 1
    - - 2
  - []
  - a: |-
      one
      two
    b:
      c: 1
  - |-
    one
    two
"""


def test_each_form_of_a_value_is_written_as_a_person_would() -> None:
    assert (
        yaml_text(
            {
                "text": "two words",
                "on": "on",
                "Yes": "Yes",
                "y z": "a: b",
                "comment": "a #b",
                "path": "/etc/x",
                "duration": "5m",
                "number": "5",
                "colon": "a:",
                "quote": """"x" it's""",
                "backslash": r'"a\d',
                "apostrophe": "it's",
                "control": "\a\u2028",
                "accent": "é",
                "empty": "",
                "block": "one\n\ntwo",
                "ends": "one\n",
                "twice": "one\n\n",
                "indented": " one\ntwo",
                "newline": "\none",
                "spaces": "one\n  \ntwo",
                "tab": "\tone\ntwo",
                "nothing": None,
                "yes_no": [True, False],
                "whole": 5,
                "floats": [0.5, 1e16, float("inf"), float("-inf"), float("nan")],
                "maps": {},
                "lists": [],
                "nested": [
                    [1, [2]],
                    [],
                    {"a": "one\ntwo", "b": {"c": 1}},
                    "one\ntwo",
                ],
            }
        )
        == FORMS
    )
    assert yaml_text({}) == "{}\n"


def test_a_key_of_more_than_500_characters_has_a_question_mark() -> None:
    assert yaml_text({"k" * 500: "v", "b": [1]}).startswith("k" * 500 + ": v\n")
    assert yaml_text({"a": {"k" * 501: "v", "b": [1]}}) == (
        "a:\n  ? " + "k" * 501 + "\n  : v\n  b:\n    - 1\n"
    )


def test_empty_lines_of_a_block_stay_empty_in_a_shared_list() -> None:
    shared = SharedList[Json](["a\n\n\n\nb"])
    assert yaml_text({"x": {"z": shared}}) == ("x:\n  z:\n    - |-\n      a\n\n\n\n      b\n")
    assert yaml_text({"x": SharedList[Json](["a\n\n"])}) == "x:\n  - |+\n    a\n\n"
    assert yaml_text({"x": SharedList([])}) == "x: []\n"
