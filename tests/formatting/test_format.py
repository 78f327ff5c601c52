"""What `fmt` changes in a text, what it keeps, and what it leaves alone."""

from textwrap import dedent

import pytest

from reliability.formatting.format import DEEPEST, CannotFormatError, formatted, requoted
from reliability.formatting.outline import NotYamlError, outline_of


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "a:\n    b:   1\n    c:\n    - x\n", "a:\n  b: 1\n  c:\n    - x\n", id="indent"
        ),
        pytest.param("- - a\n  -   b\n- c\n", "- - a\n  - b\n- c\n", id="sequences at the root"),
        pytest.param("a:\n- - - 1\n", "a:\n  - - - 1\n", id="nested sequences"),
        pytest.param("{ a: 1,b: [ x,y ] }\n", "{a: 1, b: [x, y]}\n", id="flow collections"),
        pytest.param("a: 'x'\nb: 'say \"x\"'\n", 'a: "x"\nb: \'say "x"\'\n', id="quotes"),
        pytest.param("a: 1", "a: 1\n", id="final newline"),
        pytest.param("a: 1\n\n\n", "a: 1\n", id="final newlines"),
        pytest.param("a: 1   \nb: 2\n", "a: 1\nb: 2\n", id="trailing blanks"),
        pytest.param("", "", id="nothing"),
        pytest.param("# only this\n", "# only this\n", id="only a comment"),
        pytest.param("a: |\n     x\n       y\nb: 1\n", "a: |\n  x\n    y\nb: 1\n", id="literal"),
        pytest.param("- a: >-\n   x\n   y\n", "- a: >-\n    x\n    y\n", id="folded"),
        pytest.param("a: |+\n x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n", id="kept line breaks"),
        pytest.param("- |\n  x\n", "- |\n  x\n", id="literal in a sequence"),
        pytest.param(
            "a:\n    b: [x,\n        y]\n", "a:\n  b: [x,\n      y]\n", id="flow in several lines"
        ),
        pytest.param(
            "a:\n    b: one\n        two\n", "a:\n  b: one\n      two\n", id="text in several lines"
        ),
        pytest.param("---\na:   1\n---\nb:   2\n", "---\na: 1\n---\nb: 2\n", id="documents"),
        pytest.param("a:   1\n---\nb:   2\n", "a: 1\n---\nb: 2\n", id="second document"),
        pytest.param("# x\n---\na:   1\n", "# x\n---\na: 1\n", id="comment before a document"),
        pytest.param("a: &x   [1]\nb:   *x\n", "a: &x [1]\nb: *x\n", id="anchors"),
    ],
)
def test_the_layout_changes(before: str, after: str) -> None:
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "a: 1.50\nb: ~\nc: yes\nd: 0o17\ne: 1e3\nf: 12:30:45\ng: 2026-11-25\nh:\n",
        "b: 1\na: 2\n",
        "a: 1  # right\n\n# above b\nb: 2\n\n# at the end\n",
        "a: 1              # aligned\nlonger: 2         # aligned\n",
        "a: \"x\\ty\"\nb: 'it''s \"so\"'\n",
        "a:\n  - x  # of x\n  # above y\n  - y\n  # below y\nb: 1\n",
        "a: # of the mapping\n  b: 1\n",
        "a: | # of the block\n  x\n",
        "a: !tag x\n",
        "a: [{b: 1}]\n",
        "a:\n  # of the flow\n  [x, y]\n",
        "a: '#not a comment'\nb: x#y\n".replace("'", '"'),
        "'a b': 1\n".replace("'", '"'),
    ],
)
def test_a_text_in_this_layout_stays_as_it_is(text: str) -> None:
    assert formatted(text) == text


def test_comments_move_with_the_line_that_they_were_aligned_with() -> None:
    before = """\
        a:
            # of b
            b:
            # of x
            - x
            - y
            # after y
        # of c
        c: 1
        """
    after = """\
        a:
          # of b
          b:
            # of x
            - x
            - y
            # after y
        # of c
        c: 1
        """
    assert formatted(dedent(before)) == dedent(after)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%YAML 1.2\n---\na: 1\n", "it has directives (%) or ends of documents (...)"),
        ("a: 1\n...\n", "it has directives (%) or ends of documents (...)"),
        ("a: |2\n    x\n", "a block scalar has an indentation indicator"),
        ("a: |\n  x", "a value would change"),
        ("a: 1\na: 2\n", "a value would change"),
        ("# before a flow sequence\n[]\n", "ruamel.yaml refuses it: IndexError"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"it is nested {DEEPEST + 1} levels deep"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CannotFormatError) as refused:
        formatted(text)
    assert str(refused.value).startswith(reason)


def test_a_depth_at_the_limit_is_formatted() -> None:
    text = "[ " * DEEPEST + "x" + " ]" * DEEPEST
    assert formatted(text) == "[" * DEEPEST + "x" + "]" * DEEPEST + "\n"


def test_what_is_not_yaml_is_refused_with_its_location() -> None:
    with pytest.raises(NotYamlError) as refused:
        formatted("a: 1\nb: [\n")
    assert (refused.value.line, refused.value.column) == (3, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'x'", '"x"'),
        ("'it''s'", '"it\'s"'),
        ("'a\"b'", "'a\"b'"),
        (r"'a\b'", r"'a\b'"),
        (r'"a\"b"', "'a\"b'"),
        (r'"a\\b"', r"'a\b'"),
        (r'"a\"b\n"', r'"a\"b\n"'),
        (r'"it\'s"'.replace("\\", ""), '"it\'s"'),
    ],
)
def test_quotes_are_those_that_need_no_escapes(before: str, after: str) -> None:
    assert requoted(before) == after
    assert outline_of(f"a: {before}\n").keeps(outline_of(f"a: {after}\n"))


def test_an_outline_sees_a_comment_that_moved_and_a_value_that_changed() -> None:
    outline = outline_of("a: 1 # x\nb: 2\n")
    assert outline.keeps(outline_of("a:   1   # x\nb: 2\n"))
    assert not outline.keeps(outline_of("a: 1\n# x\nb: 2\n"))
    assert not outline.keeps(outline_of("a: 1\nb: 2 # x\n"))
    assert not outline.keeps(outline_of("b: 2 # x\na: 1\n"))
    assert not outline.keeps(outline_of('a: "1" # x\nb: 2\n'))


def nested(levels: int) -> str:
    """A mapping in a mapping, and so on."""
    return "".join(f"{'  ' * level}a:\n" for level in range(levels - 1)) + "  " * levels + "a: 1\n"


def test_depth_is_limited() -> None:
    assert formatted(nested(64)).endswith("a: 1\n")
    message = "it is nested 65 levels deep; the limit is 64"
    with pytest.raises(CannotFormatError, match=message):
        formatted(nested(65))
