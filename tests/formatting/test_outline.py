"""What `outline_of` reads from a text: comments, flow collections, documents, and depth."""

import pytest

from reliability.formatting.outline import NotYamlError, outline_of


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("a: |\n  x\n# c\nb: 1\n", [(9, "# c", 3, True)]),
        ("a: # c   \n", [(3, "# c", 3, False)]),
        ("a:\t# c\n", [(3, "# c", 3, False)]),
        ("- # c\n", [(2, "# c", 2, False)]),
        ("a # c\n", [(2, "# c", 1, False)]),
        ("  # c # d\n\n# e", [(2, "# c # d", 0, True), (11, "# e", 0, True)]),
        ("a: 'x # y' # z\n", [(11, "# z", 3, False)]),
        ("'x # y'\n", []),
        ("a: [1, {b: [2]}] # c\n", [(17, "# c", 8, False)]),
        ("a: [1, # c\n  # d\n  2]\n", [(7, "# c", 4, False), (13, "# d", 4, True)]),
        (
            "# a\n---\n# b\nx: *y\n# c\n",
            [(0, "# a", 0, True), (8, "# b", 0, True), (18, "# c", 3, True)],
        ),
        ("a: | # header\n  x # content\n", []),
        ("a: x#y\n'#': 1\n", []),
        ("a: &b !c # d\n  e: 1\n", [(9, "# d", 3, False)]),
    ],
)
def test_comments(text: str, comments: list[tuple[int, str, int, bool]]) -> None:
    read = [
        (comment.start, comment.text, comment.after, comment.owns_line)
        for comment in outline_of(text).comments
    ]
    assert read == comments


@pytest.mark.parametrize(
    ("text", "flows", "documents", "depth"),
    [
        ("", [], [], 0),
        ("a\n", [], [], 0),
        ("a: 1\n", [], [], 1),
        ("a: []\n", ["[]"], [], 2),
        ("a: [1, {b: [2]}]\nc: {}\n", ["[1, {b: [2]}]", "{}"], [], 4),
        ("- - - 1\n- 2\n", [], [], 3),
        ("a: 1\n---\nb: [1]\n--- {c: 2}\n", ["[1]", "{c: 2}"], [5, 16], 2),
    ],
)
def test_collections_and_documents(
    text: str, flows: list[str], documents: list[int], depth: int
) -> None:
    outline = outline_of(text)
    assert [text[start:end] for start, end in outline.flows] == flows
    assert list(outline.documents) == documents
    assert outline.depth == depth


SAME = (
    ("a:    1\n", "a: 1\n"),
    ("a: 'x'\n", 'a: "x"\n'),
    ("a: [1,2]\n", "a: [ 1,\n  2 ]\n"),
    ("a: |\n    x\n", "a: |\n  x\n"),
    ("a: 1   # c\n", "a: 1 # c\n"),
    ("# c\na: 1\n", "\n\n# c\n\na: 1\n"),
)
OTHERS = (
    ("a: 1\n", "a: '1'\n"),
    ("a: |\n  x\n", "a: >\n  x\n"),
    ("a: |\n  x\n", "a: 'x\n\n  '\n"),
    ("a: [1]\n", "a:\n  - 1\n"),
    ("a: {b: 1}\n", "a: [b: 1]\n"),
    ("a: &x 1\n", "a: &y 1\n"),
    ("a: !x 1\n", "a: !y 1\n"),
    ("a: !x 1\n", "a: 1\n"),
    ("a: &x [1]\n", "a: [1]\n"),
    ("a: *x\n", "a: *y\n"),
    ("---\na: 1\n", "a: 1\n"),
    ("a: 1\n", "b: 1\n"),
    ("a: 1\nb: 2\n", "b: 2\na: 1\n"),
    ("a: 1 # c\n", "a: 1 # d\n"),
    ("a: 1 # c\n", "a: 1\n"),
    ("a: 1 # c\nb: 2\n", "a: 1\n# c\nb: 2\n"),
    ("# c\na: 1\nb: 2\n", "a: 1\n# c\nb: 2\n"),
    ("a: # c\n  - 1\n", "a:\n  - # c\n    1\n"),
)


@pytest.mark.parametrize(("before", "after"), SAME)
def test_layout_may_differ(before: str, after: str) -> None:
    assert outline_of(before).keeps(outline_of(after))


@pytest.mark.parametrize(("before", "after"), OTHERS)
def test_values_kinds_properties_and_comments_may_not_differ(before: str, after: str) -> None:
    assert not outline_of(before).keeps(outline_of(after))


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("a: 1\n b: 2\n", "mapping values are not allowed in this context", 2, 3),
        ("\n\na: @x\n", "found character that cannot start any token", 3, 4),
        ("a: \x00\n", "not valid YAML", 1, 1),
    ],
)
def test_text_that_is_not_yaml(text: str, reason: str, line: int, column: int) -> None:
    with pytest.raises(NotYamlError) as raised:
        outline_of(text)
    assert (str(raised.value), raised.value.line, raised.value.column) == (reason, line, column)
