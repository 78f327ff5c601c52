"""One form of a dashboard for both sides of a plan: what we write, without what Grafana fills in.

Sources in grafana/grafana: `applyFrontendDefaults`, `applyPanelDefaults` and `cleanupPanelForSave`
in apps/dashboard/pkg/migration/frontend_defaults.go; `Mutate` in
pkg/registry/apis/dashboard/mutate.go, which removes `id`, `uid` and `version` and migrates the
schema. Go prints 1.0 as 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.compile.boards.grafana import SCHEMA_VERSION
from reliability.resource import Json

MODEL_MARK: Final = "__reliability"
"""Key of a dashboard that Grafana ignores."""
OF_THE_SERVER: Final = frozenset(
    ("id", "uid", "version", "iteration", "gnetId", "meta", MODEL_MARK)
)
"""Keys of a dashboard that Grafana writes, or that are written elsewhere."""
PLUGIN_VERSION: Final = "pluginVersion"
FILLED_IN: Final[Mapping[str, Json]] = {
    "transparent": False,
    "liveNow": False,
    "preload": False,
    "hide": False,
    "skipUrlSync": False,
    "fiscalYearStartMonth": 0,
    "targets": [{"refId": "A"}],
}
"""Values that mean the same as a missing key. Keys that are empty are such, too."""
EMPTY: Final[tuple[Json, ...]] = (None, "", [], {})
WRITTEN_EMPTY: Final[Mapping[str, Mapping[str, Json]]] = {
    "dashboard": {"timezone": ""},
    "links": {"tooltip": "", "tags": []},
    "legend": {"calcs": []},
    "reduceOptions": {"fields": ""},
    "fieldConfig": {"overrides": []},
    "steps": {"value": None},
    "transformations": {"options": {}},
}
"""Empty keys that are written all the same, by the key of what has them."""


def comparable(model: Mapping[str, Json]) -> dict[str, Json]:
    """Return a dashboard without what Grafana fills in and reprints."""
    body = _plain({key: value for key, value in model.items() if key not in OF_THE_SERVER})
    version = body.get("schemaVersion")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        body["schemaVersion"] = SCHEMA_VERSION

    if isinstance(annotations := body.get("annotations"), dict):
        # Grafana adds one query for its own annotations to every dashboard.
        queries = annotations.get("list")
        kept = (
            [query for query in queries if not _is_built_in(query)]
            if isinstance(queries, list)
            else []
        )
        del body["annotations"]
        if kept:
            body["annotations"] = {"list": kept}
    return body


def _is_built_in(query: Json) -> bool:
    return isinstance(query, dict) and query.get("builtIn") == 1


def _plain(values: Mapping[str, Json]) -> dict[str, Json]:
    plain: dict[str, Json] = {}
    for key, value in values.items():
        if key == PLUGIN_VERSION or (key in FILLED_IN and value == FILLED_IN[key]):
            continue
        if (found := _plain_value(value)) not in EMPTY:
            plain[key] = found
    return plain


def _plain_value(value: Json) -> Json:
    match value:
        case dict():
            return _plain(value)
        case list():
            return [_plain_value(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def complete(body: Mapping[str, Json]) -> dict[str, Json]:
    """Return a comparable dashboard with the empty keys that panels of older versions need."""
    return _complete("dashboard", body)


def _complete(name: str, values: Mapping[str, Json]) -> dict[str, Json]:
    made: dict[str, Json] = {
        **WRITTEN_EMPTY.get(name, {}),
        **{key: _complete_value(key, value) for key, value in values.items()},
    }
    if made.get("type") == "row":
        made.setdefault("panels", [])
    if name == "targets" and made.get("range") is True:
        made.setdefault("legendFormat", "")
    return made


def _complete_value(key: str, value: Json) -> Json:
    match value:
        case dict():
            return _complete(key, value)
        case list():
            return [_complete(key, item) if isinstance(item, dict) else item for item in value]
        case _:
            return value
