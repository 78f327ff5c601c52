"""A review comment as GitHub shows it: who wrote it, and its Markdown laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.pictures.flow import Flow
from tools.pictures.markdown import Block, Code, Line, Paragraph, Table, blocks, plain
from tools.pictures.svg import element, grid_label, label, picture, text_width

WIDTH: Final = 880.0
BUBBLE: Final = 52.0
"""Where the bubble begins, right of the avatar."""

PADDING: Final = 16.0
HEADER: Final = 38.0
TEXT: Final = 14.0
CELL: Final = (6.0, 12.0)
"""Padding of a cell: above and below, left and right."""

FLOWS: Final = {
    "h3": Flow(17.5),
    "h4": Flow(TEXT),
    "text": Flow(TEXT),
    "small": Flow(11.5),
    "summary": Flow(TEXT),
    "item": Flow(TEXT),
}
CELLS: Final = Flow(12.5)
CODE_SIZE: Final = 11.9
GAP: Final = 14.0

# GitHub's colors, from its Primer design system.
STYLE: Final = """\
.ink{fill:#1f2328}.soft{fill:#59636e}.page{fill:#fff;stroke:#d1d9e0}.bar{fill:#f6f8fa}
.line{stroke:#d1d9e0}.code{fill:#818b98;fill-opacity:.12}.block,.odd{fill:#f6f8fa}
.avatar{fill:#59636e}.face{fill:#fff}.badge{fill:none;stroke:#d1d9e0}
.bad-mark,.good-mark,.box-mark{fill:none;stroke-width:.16;stroke:#d1242f}
.good-mark{stroke:#1a7f37}.box-mark{stroke:#59636e;stroke-width:.1}
@media (prefers-color-scheme:dark){.ink{fill:#f0f6fc}.soft{fill:#9198a1}
.page{fill:#0d1117;stroke:#3d444d}.bar,.block,.odd{fill:#151b23}.line,.badge{stroke:#3d444d}
.code{fill:#656c76;fill-opacity:.3}.avatar{fill:#9198a1}.face{fill:#0d1117}
.bad-mark{stroke:#f85149}.good-mark{stroke:#3fb950}.box-mark{stroke:#9198a1}}"""


@dataclass
class Page:
    """What is drawn so far, and where the next block begins."""

    left: float
    width: float
    y: float
    drawn: list[str] = field(default_factory=list)

    def add(self, block: Block) -> None:
        """Draw a block below the others."""
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Code):
            self._code(block)
        else:
            self._table(block)

    def _paragraph(self, paragraph: Paragraph) -> None:
        flow = FLOWS[paragraph.kind]
        lines = _bold(paragraph.lines) if paragraph.kind in {"h3", "h4"} else paragraph.lines
        indent = 16.0 if paragraph.kind in {"summary", "item"} else 0.0
        rows = flow.wrapped(lines, self.width - indent)

        if paragraph.kind == "h4":
            self.y += 6
        if paragraph.kind == "item":
            self.drawn.append(
                element("circle", class_="ink", cx=self.left + 6, cy=self.y + 10, r=2.5)
            )
        elif indent:
            arrow = f"M{self.left + 1:.1f} {self.y + 5.5:.1f}l7 4.5-7 4.5z"
            self.drawn.append(element("path", class_="ink", d=arrow))
        self.drawn.extend(flow.draw(self.left + indent, self.y, rows))
        self.y += flow.height(rows) + (GAP - 4 if indent else GAP)

    def _code(self, code: Code) -> None:
        step = CODE_SIZE * 1.45
        height = len(code.lines) * step + 2 * PADDING
        self.drawn.append(_box("block", (self.left, self.y), (self.width, height), 6))
        for number, line in enumerate(code.lines):
            baseline = self.y + PADDING + (number + 0.75) * step
            self.drawn.extend(grid_label(self.left + PADDING, baseline, line, CODE_SIZE))
        self.y += height + GAP

    def _table(self, table: Table) -> None:
        rows = [tuple(_bold(cell) for cell in table.rows[0]), *table.rows[1:]]
        widths = _columns(rows, self.width)
        above, beside = CELL
        top = self.y
        for number, row in enumerate(rows):
            cells = [
                CELLS.wrapped(cell, width - 2 * beside)
                for cell, width in zip(row, widths, strict=True)
            ]
            height = max(CELLS.height(cell) for cell in cells) + 2 * above
            if number and number % 2 == 0:
                self.drawn.append(_box("odd", (self.left, self.y), (sum(widths), height)))
            self._rule(self.y, sum(widths))
            x = self.left
            for cell, width in zip(cells, widths, strict=True):
                self.drawn.extend(CELLS.draw(x + beside, self.y + above, cell))
                x += width
            self.y += height

        self._rule(self.y, sum(widths))
        for x in (self.left + sum(widths[:count]) for count in range(len(widths) + 1)):
            self.drawn.append(_stroke((x, top), (x, self.y)))
        self.y += GAP

    def _rule(self, y: float, width: float) -> None:
        self.drawn.append(_stroke((self.left, y), (self.left + width, y)))


def comment_picture(markdown: str, author: str = "github-actions") -> str:
    """Return the picture of a comment, given its Markdown."""
    parts = tuple(blocks(markdown))
    page = Page(BUBBLE + PADDING, WIDTH - BUBBLE - 2 * PADDING - 1, HEADER + PADDING)
    for block in parts:
        page.add(block)

    height = page.y + 4
    return picture(
        (WIDTH, height),
        "A review comment of reliability on a pull request",
        _description(parts),
        STYLE,
        [*_frame(author, height), *page.drawn],
    )


def _description(parts: Sequence[Block]) -> str:
    """The first sentences of the comment: the verdict and the headline."""
    return " ".join(plain(part.lines) for part in parts[:2] if isinstance(part, Paragraph))


def _frame(author: str, height: float) -> Iterator[str]:
    """The avatar, and the bubble with the name of the author."""
    yield element("circle", class_="avatar", cx=20, cy=20, r=19)
    yield element("path", class_="face", d="M13 9V31L28 20Z")
    yield _box("page", (BUBBLE, 0.5), (WIDTH - BUBBLE - 1, height - 1), 6)
    round_top = f"M{BUBBLE + 0.5} {HEADER}V6.5a5.5 5.5 0 0 1 5.5-5.5H{WIDTH - 7}a5.5 5.5 0 0 1 "
    yield element("path", class_="bar", d=f"{round_top}5.5 5.5V{HEADER}Z")
    yield _stroke((BUBBLE, HEADER), (WIDTH - 1, HEADER))

    x, baseline = BUBBLE + PADDING, 24.0
    yield label(x, baseline, author, TEXT, "ink bold")
    x += text_width(author, TEXT, is_bold=True) + 8
    yield element("rect", class_="badge", x=x, y=10.5, width=29, height=18, rx=9)
    yield label(x + 14.5, baseline - 1, "bot", 11.5, "soft", anchor="middle")
    yield label(x + 37, baseline, "commented", TEXT, "soft")


def _bold(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(
        tuple(type(span)(span.text, is_bold=True, is_code=span.is_code) for span in line)
        for line in lines
    )


def _columns(rows: Sequence[Sequence[Sequence[Line]]], width: float) -> list[float]:
    """Return widths of columns as browsers choose them (CSS 2.2, 17.5.2.2).

    Each column has at least its longest word and at most its longest line; what is left between
    is shared in proportion to the difference.
    """
    columns = list(zip(*rows, strict=True))
    padding = 2 * CELL[1]
    least = [max(CELLS.longest_word(cell) for cell in column) + padding for column in columns]
    most = [max(CELLS.natural_width(cell) for cell in column) + padding for column in columns]
    if sum(most) <= width:
        return most

    spare = max(width - sum(least), 0)
    growth = [high - low for low, high in zip(least, most, strict=True)]
    return [low + spare * more / sum(growth) for low, more in zip(least, growth, strict=True)]


def _box(
    class_: str, corner: tuple[float, float], size: tuple[float, float], radius: float = 0
) -> str:
    (x, y), (width, height) = corner, size
    return element("rect", class_=class_, x=x, y=y, width=width, height=height, rx=radius)


def _stroke(start: tuple[float, float], end: tuple[float, float]) -> str:
    return element("line", class_="line", x1=start[0], y1=start[1], x2=end[0], y2=end[1])
