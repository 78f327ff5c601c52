"""Diffs of files: what they show, and what a terminal or a CI must not see in them."""

from pathlib import PurePosixPath

import pytest

from reliability.render.display import inert, inert_json, safe, shown, width
from reliability.render.file_diff import file_diff


def lines(before: str, after: str, name: str = "a.yaml") -> list[str]:
    return list(file_diff(PurePosixPath(name), before, after))


def test_a_diff_has_three_lines_around_a_change_and_names_the_file_twice() -> None:
    before = "".join(f"{number}\n" for number in range(9))
    assert lines(before, before.replace("4", "four")) == [
        *("--- a/a.yaml", "+++ b/a.yaml", "@@ -2,7 +2,7 @@"),
        *(" 1", " 2", " 3", "-4", "+four", " 5", " 6", " 7"),
    ]
    assert lines(before, before) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_editor_ends_them(end: str) -> None:
    assert lines(f"a{end}b{end}", f"a{end}c{end}")[2:] == ["@@ -1,3 +1,3 @@", " a", "-b", "+c", " "]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("\u202ea", "+\\u202ea"),
        ("a\tb", "+a    b"),
        ("\x1b[31m", "+\\x1b[31m"),
        ("::error::x", "+::error::x"),
        ("##[add-mask]x", "+##⟦add-mask]x"),
        ("日本", "+日本"),
    ],
)
def test_an_added_line_controls_nothing(line: str, printed: str) -> None:
    assert lines("", line)[3:] == ["-", printed]


def test_a_line_that_stays_is_no_command() -> None:
    shown = lines("::error::x::y\n", "::error::x::y\n::z\n")
    assert shown[3:] == [" ∶∶error::x::y", "+::z", " "]


def test_a_name_controls_nothing() -> None:
    assert lines("a", "b", "x\x1b.yaml")[:2] == ["--- a/x\\x1b.yaml", "+++ b/x\\x1b.yaml"]


@pytest.mark.parametrize(
    ("text", "printed", "columns"),
    [
        ("abc", "abc", 3),
        ("a\tb", "a    b", 6),
        ("日本", "日本", 4),
        ("ｗ", "ｗ", 2),
        ("e\u0301", "e\u0301", 1),
        ("\u20dd", "\u20dd", 0),
        ("é", "é", 1),
        ("\x00", "\\x00", 4),
        ("\x7f", "\\x7f", 4),
        ("\u200b", "\\u200b", 6),
        ("\u2028", "\\u2028", 6),
        ("\ud800", "\\ud800", 6),
        ("\ue000", "\\ue000", 6),
        ("", "", 0),
    ],
)
def test_a_printable_text_and_its_columns(text: str, printed: str, columns: int) -> None:
    assert safe(text) == "".join(map(shown, text)) == printed
    assert width(printed) == columns


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("##[error]", "##⟦error]"),
        ("a ##vso[x] ##[y]", "a ##vso⟦x] ##⟦y]"),
        ("# [a]", "# [a]"),
        ("## [a]", "## [a]"),
    ],
)
def test_no_line_is_a_command_to_azure(line: str, printed: str) -> None:
    assert inert(line) == printed
    assert inert_json(f'"{line}"') == f'"{line}"'.replace("##[", "#\\u0023[").replace(
        "##vso[", "#\\u0023vso["
    )
