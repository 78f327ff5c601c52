"""Formats one YAML text by ruamel.yaml's round trip.

ruamel.yaml lays out block mappings, block sequences and what is in one line. What spans several
lines (block scalars, flow collections, long strings) is replaced by a word during the round trip
and put back with another indentation, so that its lines are kept.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, count, zip_longest
from typing import TYPE_CHECKING, Final

from ruamel.yaml.error import YAMLError, YAMLWarning

from reliability.errors import ReliabilityError
from reliability.formatting.outline import Outline, outline_of
from reliability.formatting.ruamel import round_trip_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAD: Final = re.compile(r"[ ]*(?:-[ ]+)*")
"""The indentation of a line and the dashes of its block sequences."""

DIRECTIVE: Final = re.compile(r"^(?:%|\.\.\.)", re.MULTILINE)
TABS: Final = re.compile(r"^[ ]*\t", re.MULTILINE)
DEEPEST: Final = 64
"""Levels of nesting; ruamel.yaml recurses several calls for each, and Python allows 1,000."""

MOST: Final = 40_000
"""Values and comments; ruamel.yaml takes about a millisecond for each ten."""

ROUNDS: Final = 3
"""How often a text is formatted until it no longer changes."""


class CannotFormatError(ReliabilityError):
    """A text whose values or comments formatting would not keep exactly.

    `at` is the line and column of what would change, from 1; None if that is not one location.
    """

    def __init__(self, reason: str, at: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.at = at


def formatted(text: str) -> str:
    """Return a YAML text with two spaces a level, dashes indented, and double quotes.

    Keys keep their order, values their kind (plain, quoted, block), and comments their neighbors.

    Raises:
        NotYamlError: the text is not YAML.
        CannotFormatError: something would not be kept exactly.
    """
    for round_ in range(ROUNDS):
        try:
            result = _formatted(text)
        except CannotFormatError as error:
            error.at = error.at if round_ == 0 else None  # later texts have other lines
            raise
        if result == text:
            return result
        text = result
    raise CannotFormatError("its layout does not settle")


def _formatted(text: str) -> str:
    before = outline_of(text)
    if before.depth > DEEPEST:
        raise CannotFormatError(f"it is nested {before.depth} levels deep; the limit is {DEEPEST}")
    count = len(before.offsets) + len(before.comments)
    if count > MOST:
        raise CannotFormatError(f"it has {count:,} values and comments; the limit is {MOST:,}")
    if DIRECTIVE.search(_outside_scalars(text, before)):
        raise CannotFormatError("it has directives (%) or ends of documents (...)")

    result = "".join(_documents(_requoted(text, before)))
    try:
        after = outline_of(result)
    except ReliabilityError as error:
        raise CannotFormatError("its layout cannot be changed") from error
    if not before.keeps(after):
        raise _difference(text, before, after)
    return result


def _difference(text: str, before: Outline, after: Outline) -> CannotFormatError:
    """Return the error that names the first value, or else the first comment, that differs."""
    reason, offsets = "a value would change", before.offsets
    pairs = zip_longest(before.content, after.content)
    if before.content == after.content:
        reason, offsets = "a comment would move", tuple(one.start for one in before.comments)
        pairs = zip_longest(before.remarks, after.remarks)
    number = next(number for number, (old, new) in enumerate(pairs) if old != new)
    at = offsets[min(number, len(offsets) - 1)] if offsets else 0
    return CannotFormatError(reason, (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)))


def _outside_scalars(text: str, outline: Outline) -> str:
    """Return the text with scalars left out."""
    parts: list[str] = []
    at = 0
    for start, end, _ in outline.scalars:
        parts.append(text[at:start])
        at = end
    return "".join((*parts, text[at:]))


def _requoted(text: str, outline: Outline) -> str:
    """Replace the quotes of strings in one line: double ones, or single if that saves escapes."""
    parts: list[str] = []
    at = 0
    for start, end, style in outline.scalars:
        if style in ("'", '"') and "\n" not in text[start:end]:
            parts += (text[at:start], requoted(text[start:end]))
            at = end
    return "".join((*parts, text[at:]))


def requoted(quoted: str) -> str:
    """Return a quoted string with the quotes that `reliability new` and `import` write."""
    inner = quoted[1:-1]
    if quoted[0] == "'":
        plain = inner.replace("''", "'")
        return quoted if '"' in plain or "\\" in plain else f'"{plain}"'

    unescaped = re.sub(r'\\(["\\])', r"\1", inner)
    escapes = len(re.findall(r"\\.", inner))
    if escapes and escapes == len(re.findall(r'\\["\\]', inner)):
        return "'" + unescaped.replace("'", "''") + "'"
    return quoted


def _documents(text: str) -> Iterator[str]:
    """Yield each document formatted, and the lines that separate documents as they are."""
    starts = outline_of(text).documents
    ends = (*starts[1:], len(text)) if starts else ()
    if not starts:
        yield _document(text)
        return

    if head := text[: starts[0]].strip():
        yield _document(f"{head}\n")
    for start, end in zip(starts, ends, strict=True):
        separator, _, body = text[start:end].partition("\n")
        yield f"{separator.rstrip()}\n"
        yield _document(body)


def _document(text: str) -> str:
    outline = outline_of(text)
    if not outline.scalars and not outline.flows:
        lines = [line.rstrip() for line in text.splitlines()]
        return "\n".join(lines).rstrip("\n") + "\n" if any(lines) else ""

    if TABS.search(_outside_scalars(text, outline)):
        raise CannotFormatError("it is indented with tabs")
    kept = _Flattened.of(text, outline)
    laid_out = _round_trip(kept.text)
    laid_out = _with_comments_aligned(kept.text, laid_out)
    result = kept.restored(laid_out)
    return result.rstrip("\n") + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flattened:
    """A text in which each value of several lines is a word; and these values by word."""

    text: str
    values: dict[str, tuple[str, int]]

    @classmethod
    def of(cls, text: str, outline: Outline) -> _Flattened:
        """Replace block scalars and whatever else spans several lines."""
        spans = sorted(
            [(start, end, "") for start, end in outline.flows]
            + [(start, end, style) for start, end, style in outline.scalars]
        )
        words = (f"kept{number}kept" for number in count() if f"kept{number}kept" not in text)
        values: dict[str, tuple[str, int]] = {}
        parts: list[str] = []
        at = 0

        for start, end, style in spans:
            if start < at or not ("\n" in text[start:end] or style in ("|", ">")):
                continue
            # Line breaks after a block scalar stay in the text; ruamel.yaml keeps empty lines.
            value = text[start:end].rstrip("\n")
            word = next(words)
            values[word] = (value, _parent_column(text, start))
            parts += (text[at:start], word)
            at = start + len(value)

        return cls(text="".join((*parts, text[at:])), values=values)

    def restored(self, text: str) -> str:
        """Put the values back, each moved as far as its parent was."""
        if not self.values:
            return text
        return re.sub("|".join(self.values), self._value_at, text)

    def _value_at(self, match: re.Match[str]) -> str:
        value, column = self.values[match[0]]
        parent = _parent_column(match.string, match.start())
        if value[0] in "|>":
            return _block_at(value, parent)
        return _moved(value, parent - column, parent + 1)


def _parent_column(text: str, at: int) -> int:
    """Return the column of the key or the last dash in the line in which a value begins."""
    start = text.rfind("\n", 0, at) + 1
    match = LEAD.match(text, start, at)
    end = match.end() if match else start
    if end == at:
        return max(text.rfind("-", start, at) - start, 0)
    return end - start


def _block_at(value: str, parent: int) -> str:
    """Return a block scalar with its lines two columns right of its parent."""
    header, *lines = value.split("\n")
    if re.match(r"[|>][+-]?[1-9]", header):
        raise CannotFormatError("a block scalar has an indentation indicator")
    widths = [_width(line) for line in lines if line.strip(" ")]
    first = widths[0] if widths else max(map(len, lines), default=0)
    indent = " " * (parent + 2)
    return "\n".join((header.rstrip(), *(_line_at(line, first, indent) for line in lines)))


def _line_at(line: str, width: int, indent: str) -> str:
    """Move a line of a block scalar; what is right of `width` is content."""
    return indent + line[width:] if line[width:] else ""


def _moved(value: str, by: int, least: int) -> str:
    """Move the lines after the first; none is left of column `least`."""
    first, *lines = value.split("\n")
    moved = [first.rstrip()]
    for line in lines:
        inner = line.strip()
        moved.append(" " * max(_width(line) + by, least) + inner if inner else "")
    return "\n".join(moved)


def _round_trip(text: str) -> str:
    yaml = round_trip_yaml()
    stream = StringIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an anchor that is defined twice
            yaml.dump(yaml.load(text), stream)
    except TypeError as error:
        raise CannotFormatError("a key is a mapping or a sequence") from error
    # ruamel.yaml indexes an empty list if a comment precedes a flow sequence that is the document.
    except (YAMLError, YAMLWarning, NotImplementedError, IndexError) as error:
        raise CannotFormatError(f"ruamel.yaml refuses it: {type(error).__name__}") from error
    # ruamel.yaml ends a document that is one scalar, also a word for kept lines, with `...`.
    return stream.getvalue().removesuffix("\n...\n")


def _with_comments_aligned(before: str, after: str) -> str:
    """Indent comments that have a line of their own as the line that they were aligned with."""
    old, new = outline_of(before), outline_of(after)
    was_lines, lines = _Lines.of(before), _Lines.of(after)
    result = list(lines.texts)

    # If a comment was lost or moved, the outlines differ, and the text is refused.
    for was, now in zip(old.comments, new.comments, strict=False):
        if now.owns_line:
            number = lines.number(now.start)
            column = _aligned(was_lines, was_lines.number(was.start), lines, number)
            result[number] = " " * column + lines.texts[number].strip()
    return "\n".join(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The lines of a text, and for each the nearest lines with content; None at the ends."""

    texts: list[str]
    starts: list[int]
    above: list[str | None]
    below: list[str | None]

    @classmethod
    def of(cls, text: str) -> _Lines:
        """Split a text; linear in its length, also for long blocks of comments."""
        texts = text.split("\n")
        starts = [0, *accumulate(len(line) + 1 for line in texts)]
        return cls(
            texts=texts,
            starts=starts,
            above=_nearest_before(texts),
            below=_nearest_before(texts[::-1])[::-1],
        )

    def number(self, offset: int) -> int:
        """Return the index of the line that holds an offset."""
        return bisect_right(self.starts, offset) - 1


def _nearest_before(lines: list[str]) -> list[str | None]:
    nearest: list[str | None] = []
    last: str | None = None
    for line in lines:
        nearest.append(last)
        if line.strip() and not line.lstrip().startswith("#"):
            last = line
    return nearest


def _aligned(old: _Lines, at: int, new: _Lines, number: int) -> int:
    """Return the new column of a comment: that of the next line, the last one, or its own."""
    width = _width(old.texts[at])
    for was, now in (
        (old.below[at], new.below[number]),
        (old.above[at], new.above[number]),
    ):
        if was is not None and now is not None and _width(was) == width:
            return _width(now)
    return width


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
