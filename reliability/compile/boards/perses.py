"""Perses' specification of a board: panels by name, and grids that refer to them.

Source: the CUE schemas of perses/plugins (timeserieschart, statchart, table, prometheus) and the
CRD of perses/perses-operator, both of August 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reliability.compile.boards.board import (
    COLUMNS,
    BoardPanel,
    BoardVariable,
    KeyColumn,
    LinesPanel,
    PanelBoard,
    PanelColor,
    PanelRow,
    PanelThreshold,
    PanelUnit,
    StatPanel,
    TablePanel,
    ValueColumn,
)
from reliability.compile.boards.links import TITLES
from reliability.resource import Json

JsonObject = dict[str, Json]
PROJECT: Final = "reliability"
UNITS: Final[Mapping[PanelUnit, str]] = {
    "ratio": "percent-decimal",
    "count": "decimal",
    "rate": "events/sec",
    "burn": "decimal",
}
COLORS: Final[Mapping[PanelColor, str]] = {
    "good": "#37872d",
    "warning": "#fa6400",
    "bad": "#c4162a",
}
"""Colors that are dark enough to be read as text on white."""
LOWEST: Final = -1_000_000_000
"""Below any value of a panel: a target of at most 0.999999999 spends at most this many budgets."""


def perses_name(board: str) -> str:
    """Return the name of a board's dashboard, which is unique in a project."""
    return f"reliability-{board}"


def perses_spec(board: PanelBoard) -> JsonObject:
    """Return the specification of a board's dashboard."""
    panels: JsonObject = {}
    layouts: list[Json] = []
    for row in board.rows:
        names = [f"panel{len(panels) + number}" for number in range(len(row.panels))]
        panels |= {name: _panel(panel) for name, panel in zip(names, row.panels, strict=True)}
        layouts.append(_grid(row, names))

    spec: JsonObject = {
        "display": {"name": board.title, "description": board.description},
        "duration": "24h",
        "refreshInterval": "1m",
        "variables": [_variable(variable) for variable in board.variables],
        "panels": panels,
        "layouts": layouts,
        "links": list(_links(board)),
    }
    return spec


def _links(board: PanelBoard) -> Iterator[JsonObject]:
    """Yield links to all other boards, and to pages outside of Perses."""
    for name, title in TITLES.items():
        if name != board.name:
            yield {"name": title, "url": _address(name), "renderVariables": True}
    for link in board.links:
        yield {
            "name": link.title,
            "url": link.url,
            "targetBlank": True,
            "renderVariables": "${" in link.url,
        }


def _address(board: str) -> str:
    """Return the path of a dashboard; the operator's project is the namespace of the resource."""
    return f"/projects/$__project/dashboards/{perses_name(board)}"


def _variable(variable: BoardVariable) -> JsonObject:
    spec: JsonObject = {
        "name": variable.name,
        "display": {"name": variable.title},
        "allowMultiple": variable.multiple,
        "allowAllValue": variable.multiple,
        "sort": "alphabetical-asc",
        "plugin": {
            "kind": "PrometheusLabelValuesVariable",
            "spec": {"labelName": variable.label, "matchers": [variable.selector]},
        },
    }
    if variable.multiple:
        # `.*` and not the list of values, for series that do not have the label.
        spec |= {"defaultValue": ["$__all"], "customAllValue": ".*"}
    return {"kind": "ListVariable", "spec": spec}


def _grid(row: PanelRow, names: Iterable[str]) -> JsonObject:
    items: list[Json] = [
        {
            "x": x,
            "y": y,
            "width": panel.width,
            "height": panel.height,
            "content": {"$ref": f"#/spec/panels/{name}"},
        }
        for name, (panel, x, y) in zip(names, row.placed(), strict=True)
    ]
    display: JsonObject = {"title": row.title, "collapse": {"open": True}}
    return {"kind": "Grid", "spec": {"display": display, "items": items}}


def _panel(panel: BoardPanel) -> JsonObject:
    match panel:
        case LinesPanel():
            kind, spec = "TimeSeriesChart", _lines(panel)
        case StatPanel():
            kind, spec = "StatChart", _stat(panel)
        case TablePanel():
            kind, spec = "Table", _table(panel)
    queries: list[Json] = [
        _query(query.expression, query.legend, is_instant=not isinstance(panel, LinesPanel))
        for query in panel.queries
    ]
    return {
        "kind": "Panel",
        "spec": {
            "display": {"name": panel.title, "description": panel.description},
            "plugin": {"kind": kind, "spec": spec},
            "queries": queries,
        },
    }


def _query(expression: str, legend: str, *, is_instant: bool) -> JsonObject:
    spec: JsonObject = {"query": expression}
    if legend:
        spec["seriesNameFormat"] = legend
    if is_instant:
        spec["instant"] = True
    plugin: JsonObject = {"kind": "PrometheusTimeSeriesQuery", "spec": spec}
    return {"kind": "TimeSeriesQuery", "spec": {"plugin": plugin}}


def _lines(panel: LinesPanel) -> JsonObject:
    axis: JsonObject = {"show": True, "format": _format(panel.unit, None)}
    if panel.highest is not None:
        axis["max"] = panel.highest
    is_wide = panel.width == COLUMNS
    legend: JsonObject = (
        {"position": "right", "mode": "table", "values": ["last-number", "max"]}
        if is_wide
        else {"position": "bottom", "mode": "list"}
    )
    made: JsonObject = {
        "legend": legend,
        "yAxis": axis,
        "visual": {"lineWidth": 1, "areaOpacity": 0, "connectNulls": False},
    }
    return made | _thresholds(panel.thresholds)


def _stat(panel: StatPanel) -> JsonObject:
    made: JsonObject = {"calculation": "last-number", "format": _format(panel.unit, 0)}
    return made | _thresholds(panel.thresholds)


def _thresholds(thresholds: Iterable[PanelThreshold]) -> JsonObject:
    """Return thresholds; the color of the lowest step is the default color."""
    steps: list[Json] = []
    made: JsonObject = {"mode": "absolute", "steps": steps}
    for threshold in thresholds:
        if threshold.value is None:
            made["defaultColor"] = COLORS[threshold.color]
        else:
            steps.append({"value": threshold.value, "color": COLORS[threshold.color]})
    return {"thresholds": made} if steps else {}


def _table(panel: TablePanel) -> JsonObject:
    """Return a table; its columns have the names of labels, and `value #1` and so on."""
    count = len(panel.columns)
    values = ["value"] if count == 1 else [f"value #{number}" for number in range(1, count + 1)]
    hidden: list[Json] = [{"name": name, "hide": True} for name in ("timestamp", *panel.hidden)]
    keys: list[Json] = [_key(key) for key in panel.keys]
    columns: list[Json] = [
        dict(_column(name, column, panel))
        for name, column in zip(values, panel.columns, strict=True)
    ]
    return {
        "density": "compact",
        "enableSorting": True,
        "columnSettings": [*keys, *columns, *hidden],
        "transforms": [{"kind": "MergeSeries", "spec": {}}],
    }


def _key(key: KeyColumn) -> JsonObject:
    column: JsonObject = {"name": key.label, "header": key.title}
    if key.link is not None:
        cell = f'${{__data.fields["{key.label}"]}}'
        column["dataLink"] = {
            "url": f"{_address(key.link.board)}?var-{key.link.variable}={cell}",
            "title": "Open the dashboard of the service",
            "openNewTab": False,
        }
    return column


def _column(name: str, column: ValueColumn, panel: TablePanel) -> Iterator[tuple[str, Json]]:
    yield "name", name
    yield "header", column.title
    yield "format", _format(column.unit, column.decimals)
    if column.title == panel.sort:
        yield "sort", "desc" if panel.descending else "asc"
    if column.thresholds:
        yield "cellSettings", list(_cells(column.thresholds))


def _cells(thresholds: tuple[PanelThreshold, ...]) -> Iterator[JsonObject]:
    """Yield the color of each range of values, from a threshold up to the next one.

    A range without `min` is refused if it has `max`: the schema compares both.
    """
    ends = [threshold.value for threshold in thresholds[1:]]
    for threshold, end in zip(thresholds, [*ends, None], strict=True):
        limits: JsonObject = {"min": LOWEST if threshold.value is None else threshold.value}
        if end is not None:
            limits["max"] = end
        condition: JsonObject = {"kind": "Range", "spec": limits}
        yield {"condition": condition, "textColor": COLORS[threshold.color]}


def _format(unit: PanelUnit, decimals: int | None) -> JsonObject:
    made: JsonObject = {"unit": UNITS[unit]}
    if decimals is not None:
        made["decimalPlaces"] = decimals
    return made
