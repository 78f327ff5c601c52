"""Tables of Grafana: instant queries merged into rows, columns renamed, colored and linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.compile.boards.board import TablePanel, ValueColumn
from reliability.compile.boards.grafana_fields import (
    UNITS,
    JsonObject,
    board_uid,
    color_steps,
    ref_id,
)
from reliability.resource import Json

RUNBOOK: Final = "runbook"
RUNBOOK_LINK: Final[JsonObject] = {
    "title": "Open the runbook",
    "url": "${__value.text}",
    "targetBlank": True,
}
"""The text of a cell is that of its value mapping: the URL."""


def expressions(panel: TablePanel) -> tuple[str, ...]:
    """Return the expression of each column, and one more that yields the keys of runbooks."""
    columns = tuple(query.expression for query in panel.queries)
    if not panel.addresses:
        return columns
    key = f'label_join({columns[0]}, "{RUNBOOK}", "/", "sloth_service", "sloth_slo")'
    return (*columns, key)


def transformations(panel: TablePanel) -> list[Json]:
    """Return what makes one table of the results of all queries.

    Grafana names the column of a query's values `Value #A`, or `Value` if it is the only query.
    """
    count = len(expressions(panel))
    values = ["Value"] if count == 1 else [f"Value #{ref_id(number)}" for number in range(count)]
    shown = dict(zip(values, (column.title for column in panel.columns), strict=False))
    names: dict[str, str] = {key.label: key.title for key in panel.keys} | shown
    if panel.addresses:
        names[RUNBOOK] = "Runbook"

    hidden = ("Time", *panel.hidden, *values[len(panel.columns) :])
    organized: JsonObject = {
        "excludeByName": dict.fromkeys(hidden, True),
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": dict(names),
    }
    return [{"id": "merge", "options": {}}, {"id": "organize", "options": organized}]


def overrides(panel: TablePanel, owner_id: str) -> list[Json]:
    """Return the settings of each column that differ from those of the table."""
    columns: list[Json] = [
        _named(
            key.title, {"links": [_link_to(board_uid(key.link.board, owner_id), key.link.variable)]}
        )
        for key in panel.keys
        if key.link is not None
    ]
    columns += [_named(column.title, dict(_of_values(column))) for column in panel.columns]
    if panel.addresses:
        runbook: JsonObject = {"mappings": _mappings(panel.addresses), "links": [RUNBOOK_LINK]}
        columns.append(_named("Runbook", runbook))
    return columns


def _named(title: str, properties: Mapping[str, Json]) -> JsonObject:
    return {
        "matcher": {"id": "byName", "options": title},
        "properties": [{"id": name, "value": value} for name, value in properties.items()],
    }


def _link_to(uid: str, variable: str) -> JsonObject:
    return {
        "title": "Open the dashboard of the service",
        "url": f"/d/{uid}?${{__url_time_range}}&var-{variable}=${{__value.raw}}",
        "targetBlank": False,
    }


def _of_values(column: ValueColumn) -> Iterator[tuple[str, Json]]:
    yield "unit", UNITS[column.unit]
    if column.decimals is not None:
        yield "decimals", column.decimals
    if column.thresholds:
        yield "thresholds", color_steps(column.thresholds)
        yield "custom.cellOptions", {"type": "color-text"}


def _mappings(addresses: Mapping[str, str]) -> list[Json]:
    """Return the value mappings of runbooks; a value without one shows that there is none."""
    texts: JsonObject = {key: {"text": url} for key, url in addresses.items()}
    other: JsonObject = {"pattern": ".*", "result": {"text": "none"}}
    return [{"type": "value", "options": texts}, {"type": "regex", "options": other}]
