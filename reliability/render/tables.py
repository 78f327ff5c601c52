"""Tables of text: columns two spaces apart, no wider than the terminal.

rich is imported for a table, and not with this module: `--help` and `check` have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Final

from reliability.render.display import inert, safe

GAP: Final = 2
ACROSS: Final = "\ue000"
"""Stands for a row across all columns. No cell has this character, because `safe` escapes it."""

Row = Sequence[str] | str
"""The cells of a row; or a line across all columns, such as the name of a group of rows."""


@dataclass(frozen=True, slots=True)
class TextView:
    """Where text is shown: a terminal has a `width` in columns, and a pipe or a file has none."""

    width: int | None = None
    color: bool = False

    def indented(self, columns: int) -> TextView:
        """Return a view for lines that are indented by some columns."""
        return self if self.width is None else replace(self, width=self.width - columns)


PIPE: Final = TextView()


def text_table(
    rows: Iterable[Row],
    view: TextView = PIPE,
    *,
    numbers: Collection[int] = (),
    optional: Sequence[int] = (),
    styles: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield the lines of a table; nothing in its cells has an effect on a terminal or in a log.

    Columns of `numbers` are right-aligned. A table that is too wide loses its `optional` columns,
    one after the other; a last line names them by their heads, which are the first row. If it still
    is too wide, cells wrap. `styles` are rich's styles of cells by their text.
    """
    shown = [row if isinstance(row, str) else [inert(safe(cell)) for cell in row] for row in rows]
    cells = [row for row in shown if not isinstance(row, str)]
    columns, left_out = _fitting(cells, view, optional)
    lines = _laid_out(shown, columns, view, numbers=numbers, styles=styles or {})
    across = (inert(safe(row)) for row in shown if isinstance(row, str))
    yield from (next(across) if line.strip() == ACROSS else line for line in lines)
    if left_out:
        names = ", ".join(cells[0][column] for column in left_out)
        yield f"not shown in {view.width} columns: {names}"


def _fitting(
    cells: Sequence[Sequence[str]], view: TextView, optional: Sequence[int]
) -> tuple[dict[int, int], list[int]]:
    """Return the columns to show with their natural widths, and the columns to leave out."""
    from rich.cells import cell_len

    columns = {
        number: max(map(cell_len, column)) for number, column in enumerate(zip(*cells, strict=True))
    }
    left_out = []
    for number in optional:
        if view.width is None or _width(columns) <= view.width:
            break
        del columns[number]
        left_out.append(number)

    return columns, sorted(left_out)


def _width(columns: Mapping[int, int]) -> int:
    return sum(columns.values()) + GAP * (len(columns) - 1)


def _laid_out(
    rows: Iterable[Row],
    columns: Mapping[int, int],
    view: TextView,
    *,
    numbers: Collection[int],
    styles: Mapping[str, str],
) -> Iterator[str]:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, GAP, 0, 0))
    for number in columns:
        table.add_column(justify="right" if number in numbers else "left", overflow="fold")
    for row in rows:
        chosen = [ACROSS] if isinstance(row, str) else [row[number] for number in columns]
        table.add_row(*(Text(cell, styles.get(cell, "")) for cell in chosen))

    width = max(_width(columns), 1)
    console = Console(
        file=StringIO(),
        width=width if view.width is None else max(min(width, view.width), 1),
        color_system="standard" if view.color else None,
        force_terminal=view.color,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(table)
    yield from (line.rstrip() for line in captured.get().splitlines())
