"""The part of GitHub's Markdown that a review comment uses, as blocks of words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal

INLINE: Final = re.compile(
    r"(?P<bold>\*\*)|`(?P<code>[^`]*)`|<code>(?P<element>.*?)</code>|(?P<break><br>)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<entity>&#?\w+;)|(?P<text>.)"
)
DETAILS: Final = re.compile(r"<details><summary>(.*)</summary>")
SMALL: Final = re.compile(r"<sub>(.*)</sub>")
HEADING: Final = re.compile(r"(#+) (.*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one style."""

    text: str
    is_bold: bool = False
    is_code: bool = False


Line = tuple[Span, ...]
"""What stands between two breaks."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of one kind: a heading, text, an item, small text, or the summary of a folded part."""

    kind: Literal["h3", "h4", "text", "small", "summary", "item"]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block, as it is."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first of which is the head; a cell has lines."""

    rows: tuple[tuple[tuple[Line, ...], ...], ...]


Block = Paragraph | Code | Table


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a comment; what is folded away is left out."""
    lines = iter(markdown.splitlines())
    for line in lines:
        if line.startswith("```"):
            yield Code(tuple(_until(lines, "```")))
        elif folded := DETAILS.match(line):
            yield Paragraph("summary", inline(folded[1]))
            if "</details>" not in line:
                list(_until(lines, "</details>"))
        elif line.startswith("|"):
            rows = [line, *_until(lines, "")]
            yield Table(tuple(_cells(row) for row in (rows[0], *rows[2:])))
        elif line:
            yield _paragraph(line)


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line


def _cells(row: str) -> tuple[tuple[Line, ...], ...]:
    return tuple(inline(cell.strip()) for cell in re.split(r"(?<!\\)\|", row)[1:-1])


def _paragraph(line: str) -> Paragraph:
    if heading := HEADING.match(line):
        return Paragraph("h3" if len(heading[1]) <= 3 else "h4", inline(heading[2]))
    if small := SMALL.match(line):
        return Paragraph("small", inline(small[1]))
    if line.startswith("- "):
        return Paragraph("item", inline(line[2:]))
    return Paragraph("text", inline(line))


def inline(text: str) -> tuple[Line, ...]:
    """Return the lines of a text, with adjacent characters of one style in one span."""
    lines: list[list[Span]] = [[]]
    is_bold = False
    for token in INLINE.finditer(text):
        if token["bold"]:
            is_bold = not is_bold
        elif token["break"]:
            lines.append([])
        elif (code := token["code"] or token["element"]) is not None:
            lines[-1].append(Span(code, is_bold, is_code=True))
        else:
            shown = token["escaped"] or unescape(token["entity"] or token["text"])
            _append(lines[-1], Span(shown, is_bold))
    return tuple(tuple(line) for line in lines)


def _append(line: list[Span], span: Span) -> None:
    last = line[-1] if line else None
    if last and not last.is_code and last.is_bold == span.is_bold:
        line[-1] = Span(last.text + span.text, span.is_bold)
    else:
        line.append(span)


def plain(lines: Sequence[Line]) -> str:
    """Return the text without its styles."""
    return " ".join("".join(span.text for span in line) for line in lines)
