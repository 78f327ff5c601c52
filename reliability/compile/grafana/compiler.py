"""Compiler of the folders and dashboards of Grafana targets.

The dashboards are those that `build --grafana` writes as files. All of a repository are in one
folder. If a target has a folder for each service, which a team may be given permissions for, each
also has a dashboard of its service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.compile.boards.board import PanelBoard
from reliability.compile.boards.compilers import boards
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.boards.grafana import grafana_json
from reliability.compile.boards.grafana_fields import board_uid, uid_name, uid_prefix
from reliability.compile.boards.service import service_board
from reliability.compile.grafana.comparable import comparable
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.model.targets import GrafanaTarget, SyncTargets
from reliability.resource import Json, Resource, ResourceId

TARGET: Final = "grafana-api"
FOLDER: Final = "folder"
DASHBOARD: Final = "dashboard"
ALL_SERVICES: Final = "all_services"
"""Name of the folder of all services; no service has it, because of the underscore."""


@dataclass(frozen=True, slots=True)
class GrafanaCompiler:
    """Compiler of the folders and dashboards of each declared Grafana target."""

    target: str = TARGET
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the folders and dashboards of each target; nothing if no objective is recorded."""
        declared = catalog.only(SyncTargets)
        targets = declared.value.spec.targets if declared else ()
        if declared is None or not any(isinstance(target, GrafanaTarget) for target in targets):
            return
        facts = BoardFacts.of(catalog)
        if facts is None:
            return
        origin = Location(declared.document.path)
        for target in targets:
            if isinstance(target, GrafanaTarget):
                yield from GrafanaObjects(facts, target, origin).resources()


@dataclass(frozen=True, slots=True)
class GrafanaObjects:
    """The folders and dashboards of one target."""

    facts: BoardFacts
    target: GrafanaTarget
    origin: Location

    def resources(self) -> Iterator[Resource]:
        """Yield each folder before its dashboards."""
        shared = self.target.folder_uid
        if shared is None:
            shared = self._uid(ALL_SERVICES)
            yield self._folder(ALL_SERVICES, self.target.folder)
        for board in boards(self.facts):
            yield self._dashboard(board, shared)

        if self.target.folders == "service":
            for service in self.facts.services:
                name = f"in_{service}"
                yield self._folder(name, f"{self.target.folder}: {service}")
                board = service_board(self.facts.of_service(service))
                yield self._dashboard(board, self._uid(name))

    def _uid(self, name: str) -> str:
        return f"{uid_prefix(self.facts.owner_id)}{uid_name(name)}"

    def _folder(self, name: str, title: str) -> Resource:
        return self._resource(FOLDER, name, {"uid": self._uid(name), "title": title})

    def _dashboard(self, board: PanelBoard, folder: str) -> Resource:
        body: dict[str, Json] = {
            "uid": board_uid(board.name, self.facts.owner_id),
            "folder": folder,
            **comparable(grafana_json(board, self.facts.owner_id)),
        }
        return self._resource(DASHBOARD, board.name, body)

    def _resource(self, kind: str, name: str, body: dict[str, Json]) -> Resource:
        identity = ResourceId(TARGET, kind, uid_name(name))
        return Resource(identity, body, self.origin, targets=(self.target.name,))
