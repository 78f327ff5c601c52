"""Words that are wrong wherever a user reads: docs, help, messages, comments in shipped files.

docs/concepts/glossary.md has the words to write. Other terms of the style are for readers: a
search cannot tell whether "where" is a place or a condition.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.repository import ROOT

BANNED = re.compile(
    r"\b(?:promise(?:s|d)?|promising|mend(?:s|ed|ing)?|told|hurts?|felt|lanes?|sureness|dossiers?"
    r"|behind our back|ends? with 1\b(?![\d.]))\b|(?<!there )(?<!there$)\bis no (?!longer|t\b)\w+",
    re.IGNORECASE,
)
"""`is no duration` is "not a valid duration"; `there is no file` is English."""

EXCEPTIONS: dict[str, tuple[str, ...]] = {
    # The decision lists each former public name beside its new one.
    "docs/internals/adr/0021-public-names.md": ("mend", "felt", "sureness"),
}
"""Words that a file may have, with the reason above each."""

PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "tests/README.md",
        ".github/**/*.md",
        ".github/**/*.*ml",
        "services/**/*.*",
        "policies/**/*.*",
    )
    for path in ROOT.glob(pattern)
)
SOURCES = sorted((ROOT / "reliability").rglob("*.py"))


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Every text of a module with its line: literals, docstrings, comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def lines(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".py":
        yield from texts(path.read_text(encoding="utf-8"))
    else:
        yield from enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def banned(path: Path) -> list[str]:
    """Each banned word of a file, as `path:line: word`."""
    name = path.relative_to(ROOT).as_posix()
    allowed = EXCEPTIONS.get(name, ())
    return [
        f"{name}:{number}: {match[0]}"
        for number, line in lines(path)
        for match in BANNED.finditer(line)
        if match[0].lower() not in allowed
    ]


@pytest.mark.parametrize("folder", sorted({path.parent for path in (*PAGES, *SOURCES)}))
def test_no_text_that_a_user_reads_has_a_banned_word(folder: Path) -> None:
    files = [path for path in (*PAGES, *SOURCES) if path.parent == folder]
    assert [line for path in files for line in banned(path)] == []


def test_an_exception_is_needed() -> None:
    for name, words in EXCEPTIONS.items():
        there = " ".join(line for _, line in lines(ROOT / name)).lower()
        assert all(word in there for word in words), name


def test_which_words_are_banned() -> None:
    wrong = ("a promise", "ends with 1", "it is no duration", "was mended", "Told")
    assert [bool(BANNED.search(text)) for text in wrong] == [True] * len(wrong)
    right = ("there is no file", "it is not a duration", "ends with 1.5", "is no longer read")
    assert [bool(BANNED.search(text)) for text in right] == [False] * len(right)
