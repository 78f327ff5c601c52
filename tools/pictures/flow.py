"""Words in lines of a width: where each run of characters stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tools.pictures.markdown import Line, Span
from tools.pictures.svg import element, label, text_width

CODE_SIZE: Final = 0.85
"""GitHub shows code at 85 % of the size of its text."""

CODE_PADDING: Final = 0.3
LINE_HEIGHT: Final = 1.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word in one style; `span` numbers the span that it is a part of."""

    text: str
    span: int
    is_bold: bool
    is_code: bool

    def width(self, size: float) -> float:
        """Return the width in pixels, with the padding of code."""
        if self.is_code:
            return text_width(self.text, size * CODE_SIZE, is_code=True) + 2 * CODE_PADDING * size
        if self.text in ICONS:
            return size * 1.1
        return text_width(self.text, size, is_bold=self.is_bold)


Word = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines of text at one size; `class_` colors what is not code."""

    size: float
    class_: str = "ink"

    def longest_word(self, lines: Sequence[Line]) -> float:
        """Return the width of the longest word: no column can be narrower."""
        words = (word for line in lines for word in words_of(line))
        return max((self._width(word) for word in words), default=0)

    def natural_width(self, lines: Sequence[Line]) -> float:
        """Return the width of the longest line, if no line is wrapped."""
        return max((self._width(_joined(words_of(line))) for line in lines), default=0)

    def wrapped(self, lines: Sequence[Line], width: float) -> list[Word]:
        """Return lines that are as wide as possible and at most `width`, each as one word."""
        return [row for line in lines for row in self._wrap(words_of(line), width)]

    def _wrap(self, words: Sequence[Word], width: float) -> Iterator[Word]:
        row: list[Word] = []
        for word in words:
            # Half a pixel for the rounding of sums.
            if row and self._width(_joined([*row, word])) > width + 0.5:
                yield _joined(row)
                row = []
            row.append(word)
        yield _joined(row)

    def _width(self, word: Word) -> float:
        return sum(piece.width(self.size) for piece in word)

    def height(self, rows: Sequence[Word]) -> float:
        """Return the height of wrapped lines."""
        return len(rows) * self.size * LINE_HEIGHT

    def draw(self, x: float, y: float, rows: Sequence[Word]) -> Iterator[str]:
        """Yield wrapped lines, with their upper left corner at a point."""
        for number, row in enumerate(rows):
            baseline = y + (number + 0.7) * self.size * LINE_HEIGHT
            left = x
            for piece in row:
                yield from self._drawn(piece, left, baseline)
                left += piece.width(self.size)

    def _drawn(self, piece: Piece, x: float, y: float) -> Iterator[str]:
        size = self.size
        bold = " bold" if piece.is_bold else ""
        if piece.is_code:
            yield element(
                "rect",
                class_="code",
                x=x,
                y=y - size * 1.0,
                width=piece.width(size),
                height=size * 1.35,
                rx=size * 0.35,
            )
            inner = x + CODE_PADDING * size
            yield label(inner, y, piece.text, size * CODE_SIZE, f"ink mono{bold}")
        elif piece.text in ICONS:
            yield icon(piece.text, x, y - size * 0.85, size)
        elif piece.text.strip():
            indent = text_width(" " * (len(piece.text) - len(piece.text.lstrip())), size)
            yield label(x + indent, y, piece.text.strip(), size, f"{self.class_}{bold}")


ICONS: Final = {
    "❌": ("bad-mark", "M.15 .15 .85 .85M.85 .15 .15 .85"),
    "✅": ("good-mark", "M.1 .55 .4 .85 .9 .15"),
    "☐": ("box-mark", "M.12 .12H.88V.88H.12Z"),
    "☑": ("box-mark", "M.12 .12H.88V.88H.12ZM.3 .5 .45 .68 .72 .3"),
}
"""Symbols that are drawn: their class, and their path in a square of one em."""


def icon(symbol: str, x: float, y: float, size: float) -> str:
    """Return a symbol as a path, since its glyph differs a lot between fonts."""
    class_, path = ICONS[symbol]
    transform = f"translate({x:.1f} {y:.1f}) scale({size:.1f})"
    return element("path", class_=class_, d=path, transform=transform)


def words_of(line: Line) -> list[Word]:
    """Return the words of a line: what stands between spaces, in pieces of one style."""
    words: list[list[Piece]] = [[]]
    for number, span in enumerate(line):
        first, *others = span.text.split(" ")
        _add(words[-1], first, number, span)
        for part in others:
            words.append([])
            _add(words[-1], part, number, span)
    return [tuple(word) for word in words if word]


def _add(word: list[Piece], text: str, number: int, span: Span) -> None:
    if text:
        word.append(Piece(text, number, span.is_bold, span.is_code))


def _joined(words: Sequence[Word]) -> Word:
    """Return words with spaces between them as one; a space within a span has its style."""
    pieces: list[Piece] = []
    for word in words:
        if pieces and word:
            last, first = pieces[-1], word[0]
            is_within = last.span == first.span
            pieces.append(
                Piece(
                    " ",
                    last.span if is_within else -1,
                    is_within and last.is_bold,
                    is_within and last.is_code,
                )
            )
        pieces.extend(word)
    return tuple(_merged(pieces))


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield adjacent pieces of one style as one, but no symbol with others."""

    def style(piece: Piece) -> tuple[object, ...]:
        if piece.is_code:
            return ("code", piece.span)
        return ("symbol", piece) if piece.text in ICONS else ("text", piece.is_bold)

    for _, group in groupby(pieces, key=style):
        parts = list(group)
        text = "".join(part.text for part in parts)
        yield Piece(text, parts[0].span, parts[0].is_bold, parts[0].is_code)
