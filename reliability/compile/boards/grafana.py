"""Grafana's JSON of a board.

Source: `Dashboard` and the options of panels in the npm package `@grafana/schema`, with whose types
a test compares. The version of the schema is that of Grafana 10.4; newer servers migrate it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.compile.boards.board import (
    COLUMNS,
    BoardPanel,
    BoardVariable,
    LinesPanel,
    PanelBoard,
    StatPanel,
    TablePanel,
)
from reliability.compile.boards.grafana_fields import (
    UNITS,
    JsonObject,
    board_uid,
    color_steps,
    ref_id,
)
from reliability.compile.boards.grafana_table import expressions, overrides, transformations

SCHEMA_VERSION: Final = 39
TAGS: Final = ("reliability", "slo", "managed-by=reliability")
SOURCE: Final[JsonObject] = {"type": "prometheus", "uid": "${datasource}"}
ON_LOAD: Final = 1
ALPHABETICAL: Final = 1
SHARED_CROSSHAIR: Final = 1


def grafana_json(board: PanelBoard, owner_id: str) -> JsonObject:
    """Return a board as the JSON of a Grafana dashboard."""
    return {
        "uid": board_uid(board.name, owner_id),
        "title": board.title,
        "description": board.description,
        "tags": list(TAGS),
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": SHARED_CROSSHAIR,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "",
        "links": list(_links(board)),
        "templating": {"list": [_source_variable(), *map(_variable, board.variables)]},
        "panels": list(_panels(board, owner_id)),
    }


def _links(board: PanelBoard) -> Iterator[JsonObject]:
    """Yield a list of all dashboards with our tag, and links to pages outside of Grafana."""
    yield {
        "type": "dashboards",
        "title": "SLO dashboards",
        "tooltip": "",
        "icon": "dashboard",
        "tags": [TAGS[0]],
        "asDropdown": False,
        "includeVars": False,
        "keepTime": True,
        "targetBlank": False,
    }
    for link in board.links:
        yield {
            "type": "link",
            "title": link.title,
            "tooltip": "",
            "icon": "external link",
            "tags": [],
            "asDropdown": False,
            "includeVars": False,
            "keepTime": False,
            "targetBlank": True,
            "url": link.url,
        }


def _source_variable() -> JsonObject:
    return {
        "type": "datasource",
        "name": "datasource",
        "label": "Data source",
        "query": "prometheus",
        "refresh": ON_LOAD,
    }


def _variable(variable: BoardVariable) -> JsonObject:
    values = f"label_values({variable.selector}, {variable.label})"
    made: JsonObject = {
        "type": "query",
        "name": variable.name,
        "label": variable.title,
        "datasource": SOURCE,
        # The form of `query` since Grafana 10: a text alone is read as well, and rewritten.
        "query": {"qryType": ON_LOAD, "query": values, "refId": "PrometheusVariableQueryEditor"},
        "refresh": 2,
        "sort": ALPHABETICAL,
        "multi": variable.multiple,
        "includeAll": variable.multiple,
    }
    if variable.multiple:
        # `.*` and not the list of values, for series that do not have the label.
        made |= {"allValue": ".*", "current": {"text": "All", "value": "$__all"}}
    return made


def _panels(board: PanelBoard, owner_id: str) -> Iterator[JsonObject]:
    """Yield a heading and then the panels of each row, with their positions and ids."""
    top, number = 0, 0
    for row in board.rows:
        number += 1
        yield {
            "id": number,
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "gridPos": {"x": 0, "y": top, "w": COLUMNS, "h": 1},
            "panels": [],
        }
        top += 1
        for panel, x, y in row.placed():
            number += 1
            yield {
                "id": number,
                "title": panel.title,
                "description": panel.description,
                "gridPos": {"x": x, "y": top + y, "w": panel.width, "h": panel.height},
                "datasource": SOURCE,
                **_content(panel, owner_id),
            }
        top += row.height


def _content(panel: BoardPanel, owner_id: str) -> JsonObject:
    match panel:
        case LinesPanel():
            return _lines(panel)
        case StatPanel():
            return _stat(panel)
        case TablePanel():
            return _table(panel, owner_id)


def _lines(panel: LinesPanel) -> JsonObject:
    style = "dashed" if panel.thresholds else "off"
    is_wide = panel.width == COLUMNS
    defaults: JsonObject = {
        "unit": UNITS[panel.unit],
        "color": {"mode": "palette-classic-by-name"},
        "custom": {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 0,
            "showPoints": "never",
            # A gap is missing data, so it is not drawn over.
            "spanNulls": False,
            "thresholdsStyle": {"mode": style},
        },
        "thresholds": color_steps(panel.thresholds),
    }
    if panel.highest is not None:
        defaults["max"] = panel.highest
    return {
        "type": "timeseries",
        "targets": [
            _target(number, query.expression) | {"legendFormat": query.legend}
            for number, query in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {
            "legend": {
                "displayMode": "table" if is_wide else "list",
                "placement": "right" if is_wide else "bottom",
                "showLegend": True,
                "calcs": ["lastNotNull", "max"] if is_wide else [],
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    }


def _stat(panel: StatPanel) -> JsonObject:
    return {
        "type": "stat",
        "targets": [_instant(0, panel.query.expression)],
        "fieldConfig": {
            "defaults": {
                "unit": UNITS[panel.unit],
                "color": {"mode": "thresholds"},
                "thresholds": color_steps(panel.thresholds),
            },
            "overrides": [],
        },
        "options": {
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "value",
            "wideLayout": True,
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    }


def _table(panel: TablePanel, owner_id: str) -> JsonObject:
    sort: JsonObject = {"displayName": panel.sort, "desc": panel.descending}
    return {
        "type": "table",
        "targets": [
            _instant(number, expression) | {"format": "table"}
            for number, expression in enumerate(expressions(panel))
        ],
        "transformations": transformations(panel),
        "fieldConfig": {
            "defaults": {
                "color": {"mode": "thresholds"},
                "custom": {"align": "auto", "filterable": True, "inspect": False},
                "noValue": "–",
                "thresholds": color_steps(()),
            },
            "overrides": overrides(panel, owner_id),
        },
        "options": {
            "frameIndex": 0,
            "showHeader": True,
            "cellHeight": "sm",
            "sortBy": [sort],
        },
    }


def _instant(number: int, expression: str) -> JsonObject:
    return _target(number, expression) | {"instant": True, "range": False}


def _target(number: int, expression: str) -> JsonObject:
    return {
        "refId": ref_id(number),
        "datasource": SOURCE,
        "editorMode": "code",
        "expr": expression,
        "instant": False,
        "range": True,
    }
