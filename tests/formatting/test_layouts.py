"""What `fmt` makes of each kind of value in each position, with comments around, in golden files.

`pytest tests/formatting/test_layouts.py --update-golden` rewrites them; read what has changed.
"""

from itertools import product
from pathlib import Path
from typing import Final

import pytest

from reliability.formatting.format import CannotFormatError, formatted
from reliability.formatting.outline import NotYamlError
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
VALUES: Final = (
    "one",
    "'one'",
    '"it\'s" # right',
    "'x # y ''z'''",
    "[x,  {y: 1}] # right",
    "&x    [y, {  }]",
    "|\n            one\n              two\n\n            # three",
    ">-  # header\n            one\n            two",
    "|+\n            one\n\n",
    "one\n            two\n\n         three",
    "'one\n              two # ''three'''",
    "[x, # first\n            # second\n                {y: 1,\n       z: 'two'}]",
    '{"x":\n            [y,\n  z]}',
    "",
)
"""Each may stand in any position; a line after the first is deeper than the deepest position."""

POSITIONS: Final = {
    "root": "{}",
    "key": "a:    {}\nb: 1",
    "item": "-   {}\n-  two",
    "item of an item": "- -   {}\n  -  two\n- three",
    "key of a key": "a:\n    b:   {}\n    c:  1\nd: 1",
    "key of an item": "-   a:  {}\n    b: 1\n-   c",
    "item of a key": "a:\n-   {}\n-  two\nb: 1",
    "item of a key of an item": "- a:\n  -   {}\n  -   two\n  b: 1",
    "item of an item of a key": "a:\n  - - {}\n    - two\n  - three",
    "second document": "a:   1\n---  # next\nb:\n    c:   {}",
}
COMMENTS: Final = (
    "",
    "{column}# one",
    "{column}# one\n{column}  # two",
    "{column}# one\n\n\n{column}# two",
    "\n{column}# one\n",
)
COLUMNS: Final = (0, 2, 4, 8)
AROUND: Final = (
    "a:\n{}\n    b:   1\n",
    "a:\n    b:   1\n{}\n    c:   1\n",
    "a:\n    b:   1\n{}\nc:   1\n",
    "a:\n    -   b\n{}\n    -   c\n",
    "a:\n    -   b:  1\n        c: 1\n{}\nd: 1\n",
    "a:\n-   b\n{}\n",
    "{}\n---\na:   1\n",
)
"""Texts with room for lines of comments."""


def outcome(text: str) -> str:
    """The formatted text, or why it is not formatted."""
    try:
        result = formatted(text)
    except CannotFormatError as error:
        return f"left as it is: {error}\n"
    except NotYamlError as error:
        return f"not YAML, {error.line}:{error.column}: {error}\n"
    if result == text:
        return "the same\n"
    assert formatted(result) == result
    return result


def both(text: str) -> str:
    """A text with its trailing blanks visible, and what becomes of it."""
    before, after = (each.replace(" \n", "·\n") for each in (text, outcome(text)))
    return f"== before\n{before}== after\n{after}"


@pytest.mark.parametrize("name", POSITIONS)
def test_each_kind_of_value(golden: Golden, name: str) -> None:
    texts = (POSITIONS[name].replace("{}", value) + "\n" for value in VALUES)
    path = GOLDEN / "values" / f"{name.replace(' ', '-')}.txt"
    golden.check(path, "".join(map(both, texts)))


@pytest.mark.parametrize("number", range(len(AROUND)))
def test_lines_of_comments_in_each_column(golden: Golden, number: int) -> None:
    comments = dict.fromkeys(
        comment.format(column=" " * column) for comment, column in product(COMMENTS, COLUMNS)
    )
    texts = (AROUND[number].replace("{}", comment) for comment in comments)
    golden.check(GOLDEN / "comments" / f"{number + 1}.txt", "".join(map(both, texts)))


OTHERS: Final = (
    "a: *b\n",
    "a: &x 1\nb: &x 2\n",
    "a: &x\n    b: 1\nc: *x\n",
    "? [a]\n: 1\n",
    "? {a: 1}\n: 1\n",
    "?  a\n:  1\n",
    "a: \x00\n",
    "\ta: 1\n",
    "a:\n\t- b\n",
    "a: [\n\tb]\n",
    "a: |\n  \tb\n",
    "a: @x\n",
    "a: 1\n b: 2\n",
    "a: 'x\n",
    "'x\n  y': 1\n",
    "a: 1\n...\nb: 1\n",
    "a: |\n  ...\n  %\n",
    "a: '\n  %x'\n",
    "a: |1\n x\n",
    "a: >2-\n  x\n",
    "a: |-2\n  x\n",
    "a: |\n   # x\n  y\n",
    "a: |+ # +\n  x\n\n\n",
    "a: | # +\n  x\n\n\n",
    "a: |\n\n    x\n\n",
    "a: |\n\nb: 1\n",
    "a: |\n    x  \nb: 1\n",
    "a: |\n    x\n\n  \n      \nb: 1\n",
    "a: >-\n    x\n      y  \n    \n",
    "- |+\n    x\n\n   \n     \n- y\n",
    "a: |\n  \n  \n",
    "kept0kept: kept1kept\nb: |\n    x\nc: [y,\n  kept2kept]\n",
    "".join(f"k{number}: |\n    {number}\n" for number in range(12)),
    "--- # c\na: 1\n",
    "--- a\n",
    "---\n",
    "---   \na: 1\n",
    "a: 1\n---\n",
    "a: 1\n--- |\n x\n",
    "# one\n\n---\n# two\n---\n\na:   1\n",
    "a:\n  - # c\n    b: 1\n",
    "a: # c\n    # d\n    - b\n",
    "- # c\n  # d\n  - a\n",
    "a: !!str 1\n",
    "a: !tag   {b: 1}\n",
    "# x   \n\n\n# y\n\n\n",
    "\n\na:   1\n",
    "a:   'b'\n'c':   d\n",
    '"\\"": "\\\\\\""\n',
    "a: '\"' # '\n",
    "a: ''\nb: ''''\n",
    "a: '\n  '\n",
    "a: 1\r\n",
    "a: 1\x85\n",
)


def test_what_is_rare(golden: Golden) -> None:
    shown = "".join(map(both, OTHERS)).replace("\r", "\\r").replace("\x00", "\\0")
    golden.check(GOLDEN / "rare.txt", shown)
