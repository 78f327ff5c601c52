"""Entries of CODEOWNERS as GitLab reads them, and the paths that their patterns match."""

import re
from pathlib import PurePosixPath

import pytest

from reliability.check.lookups.gitlab_owners import gitlab_entries, gitlab_pattern, is_of_gitlab

TEXT = """\
# who owns what

  * @all
!/docs/ @docs
[First] @one
/a/
/b/ # nobody
/c/ @two me@example.com
my\\ file @three
^[Second Name][2] someone

x
[THIRD] @@developer
y
^[]
z
"""


def test_entries_have_a_section_owners_and_what_decides() -> None:
    assert [
        (
            entry.number,
            entry.section,
            entry.pattern,
            "".join(
                letter
                for letter, has in (
                    ("o", entry.has_owners),
                    ("?", entry.is_optional),
                    ("!", entry.is_exclusion),
                )
                if has
            ),
        )
        for entry in gitlab_entries(TEXT)
    ] == [
        (3, "codeowners", "*", "o"),
        (4, "codeowners", "/docs/", "!"),
        (6, "first", "/a/", "o"),
        (7, "first", "/b/", ""),
        (8, "first", "/c/", "o"),
        (9, "first", r"my\ file", "o"),
        (12, "second name", "x", "?"),
        (14, "third", "y", "o"),
        (16, "", "z", "?"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "is_of_it"),
    [
        (".gitlab/CODEOWNERS", "* @a", True),
        (".github/CODEOWNERS", "[A]\n* @a", False),
        ("CODEOWNERS", "* @a", False),
        ("CODEOWNERS", "* @a\n  [A] @b", True),
        ("docs/CODEOWNERS", "^[A][2]\n", True),
        ("docs/CODEOWNERS", "# [A]\n", False),
        ("CODEOWNERS", "", False),
    ],
)
def test_a_file_is_of_gitlab_by_its_path_or_its_sections(
    path: str, text: str, is_of_it: bool
) -> None:
    assert is_of_gitlab(PurePosixPath(path), text) is is_of_it


PATHS = ("a", "ab", "x/a", "x/y/a", "x", "x/y", "my file", "x\\", "x/y]", "a.b", "axb", "-", "!")


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("a", "a, x/a, x/y/a"),
        ("/a", "a"),
        ("x/", "x/a, x/y/a, x/y, x/y]"),
        ("/x/*", "x/a, x/y, x/y]"),
        ("/x/**", "x/a, x/y, x/y]"),
        ("/x**/a", "x/a"),
        ("/**/a", "a, x/a, x/y/a"),
        ("/x/**/a", "x/a, x/y/a"),
        ("/a?", "ab"),
        ("/?", "a, x, -, !"),
        ("/[a]", "a"),
        ("/[ax]", "a, x"),
        ("/[^a]", "x, -, !"),
        ("/[!a]", "x, -, !"),
        ("/[a-x]", "a, x"),
        ("/[-a]", "a, -"),
        ("/[a!]", "a, !"),
        ("/x[^/]y", ""),
        ("/x/y[]]", "x/y]"),
        ("/[a", None),
        ("/x/[", None),
        (r"my\ file", "my file"),
        (r"/\a", "a"),
        ("/x\\", "x\\"),
        (r"/x\\", "x\\"),
        ("a.b", "a.b"),
        ("a*b", "ab, a.b, axb"),
    ],
)
def test_a_pattern_matches_as_ruby_does(pattern: str, matched: str | None) -> None:
    regex = gitlab_pattern(pattern)
    if regex is None:
        assert matched is None
        return
    found = re.compile(regex.replace(r"\z", r"\Z"))
    assert ", ".join(path for path in PATHS if found.search(path)) == matched
