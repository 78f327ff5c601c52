"""Board: the tree of panels that Grafana and Perses dashboards are compiled from.

It is pure data without anything of a tool. Queries contain variables as `$name`, which both tools
replace; a variable with several values is a regular expression, so it needs `=~`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

PanelUnit = Literal["ratio", "count", "rate", "burn"]
"""`ratio` is 0..1, shown in percent; `rate` is events per second; `burn` is a multiple."""

PanelColor = Literal["good", "warning", "bad"]
COLUMNS: Final = 24
"""Width of the grid in both tools."""


@dataclass(frozen=True, slots=True)
class PanelThreshold:
    """Color from a value on, in the unit of the panel; None is the lowest step."""

    value: float | None
    color: PanelColor


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """PromQL of one or more series; `legend` names each with `{{label}}`."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesPanel:
    """Chart of series over time; thresholds are lines."""

    title: str
    description: str
    unit: PanelUnit
    queries: tuple[PanelQuery, ...]
    thresholds: tuple[PanelThreshold, ...] = ()
    highest: float | None = None
    width: int = COLUMNS
    height: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StatPanel:
    """One number, with the color of its threshold."""

    title: str
    description: str
    unit: PanelUnit
    query: PanelQuery
    thresholds: tuple[PanelThreshold, ...] = ()
    width: int = 4
    height: int = 4

    @property
    def queries(self) -> tuple[PanelQuery, ...]:
        """The only query."""
        return (self.query,)


@dataclass(frozen=True, slots=True)
class BoardLink:
    """Link to another board of the same tool, with a variable set to the value of the cell."""

    board: str
    variable: str


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """Column of a label that rows are joined by."""

    label: str
    title: str
    link: BoardLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueColumn:
    """Column of a query's values, instant; its series have the labels of the keys only."""

    title: str
    query: PanelQuery
    unit: PanelUnit
    decimals: int | None = None
    thresholds: tuple[PanelThreshold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePanel:
    """Table with a row for each combination of the key labels, sorted by a column.

    Series may have the labels `hidden` too, which are not shown. `addresses` are the URLs of
    runbooks by `<service>/<objective>`, for a column that only some tools can show.
    """

    title: str
    description: str
    keys: tuple[KeyColumn, ...]
    columns: tuple[ValueColumn, ...]
    sort: str
    descending: bool = False
    hidden: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    width: int = COLUMNS
    height: int = 8

    @property
    def queries(self) -> tuple[PanelQuery, ...]:
        """The query of each column."""
        return tuple(column.query for column in self.columns)


BoardPanel = LinesPanel | StatPanel | TablePanel


@dataclass(frozen=True, slots=True)
class PanelRow:
    """Panels below one heading, in the order of reading."""

    title: str
    panels: tuple[BoardPanel, ...]

    def placed(self) -> Iterator[tuple[BoardPanel, int, int]]:
        """Yield each panel with its position below the heading: columns, then lines."""
        x = y = lines = 0
        for panel in self.panels:
            if x + panel.width > COLUMNS:
                x, y, lines = 0, y + lines, 0
            yield panel, x, y
            x, lines = x + panel.width, max(lines, panel.height)

    @property
    def height(self) -> int:
        """Lines of all panels, without the heading."""
        return max(y + panel.height for panel, _, y in self.placed())


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardVariable:
    """Variable whose values are those of a label of the series that `selector` selects."""

    name: str
    title: str
    selector: str
    label: str
    multiple: bool


@dataclass(frozen=True, slots=True)
class WebLink:
    """Link to a page outside of the tool; the URL may contain a variable as `${name}`."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelBoard:
    """One dashboard: variables, rows of panels and links; `name` identifies it."""

    name: str
    title: str
    description: str
    variables: tuple[BoardVariable, ...]
    rows: tuple[PanelRow, ...]
    links: tuple[WebLink, ...] = ()

    @property
    def panels(self) -> Iterator[BoardPanel]:
        """All panels, in the order of reading."""
        return (panel for row in self.rows for panel in row.panels)
