"""Compilers of the boards for Grafana and Perses: files, and objects of Kubernetes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from reliability.compile.boards.board import PanelBoard
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.boards.grafana import grafana_json
from reliability.compile.boards.overview import overview_board
from reliability.compile.boards.perses import PROJECT, perses_name, perses_spec
from reliability.compile.boards.service import service_board
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resource import Json, Resource, ResourceId

SIDECAR_LABEL: Final = ("grafana_dashboard", "1")
"""Default label of the sidecar of Grafana's Helm chart (`sidecar.dashboards.label`)."""
BoardForm = Callable[[PanelBoard, str], Resource]


def boards(facts: BoardFacts) -> tuple[PanelBoard, ...]:
    """Return all boards of a catalog."""
    return (overview_board(facts), service_board(facts))


def grafana_dashboard(board: PanelBoard, owner_id: str) -> Resource:
    """Return a board as a file that Grafana provisions."""
    identity = ResourceId("grafana", "grafana-dashboard", _name(board))
    return Resource(identity, grafana_json(board, owner_id))


def grafana_config_map(board: PanelBoard, owner_id: str) -> Resource:
    """Return a board in a ConfigMap that the sidecar of Grafana's Helm chart finds.

    It has no namespace: `kubectl -n` or kustomize sets it.
    """
    name = _name(board)
    text = json.dumps(grafana_json(board, owner_id), ensure_ascii=False, indent=2)
    body: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{name}-dashboard", "labels": _labels() | dict([SIDECAR_LABEL])},
        "data": {f"{name}.json": f"{text}\n"},
    }
    return Resource(ResourceId("grafana-configmap", "config-map", name), body)


def perses_dashboard(board: PanelBoard, _owner_id: str) -> Resource:
    """Return a board as a file for `percli apply`, or for the provisioning folder of Perses."""
    name = perses_name(board.name)
    body: dict[str, Json] = {
        "kind": "Dashboard",
        "metadata": {"name": name, "project": PROJECT, "tags": ["reliability", "slo"]},
        "spec": perses_spec(board),
    }
    return Resource(ResourceId("perses", "perses-dashboard", name), body)


def perses_resource(board: PanelBoard, _owner_id: str) -> Resource:
    """Return a board as a PersesDashboard for the operator of Perses, in any namespace."""
    name = perses_name(board.name)
    body: dict[str, Json] = {
        "apiVersion": "perses.dev/v1alpha2",
        "kind": "PersesDashboard",
        "metadata": {"name": name, "labels": _labels()},
        "spec": {"config": perses_spec(board)},
    }
    return Resource(ResourceId("perses-operator", "perses-resource", name), body)


def _name(board: PanelBoard) -> str:
    return f"reliability-{board.name}"


def _labels() -> dict[str, Json]:
    return {"app.kubernetes.io/managed-by": "reliability"}


@dataclass(frozen=True, slots=True)
class BoardCompiler:
    """Compiler of the boards into one form; nothing if no objective is recorded."""

    target: str
    form: BoardForm
    by_service: bool = False

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield a resource for each board."""
        facts = BoardFacts.of(catalog)
        if facts is not None:
            for board in boards(facts):
                yield self.form(board, facts.owner_id)


GRAFANA: Final = BoardCompiler("grafana", grafana_dashboard)
GRAFANA_CONFIG_MAP: Final = BoardCompiler("grafana-configmap", grafana_config_map)
PERSES: Final = BoardCompiler("perses", perses_dashboard)
PERSES_RESOURCE: Final = BoardCompiler("perses-operator", perses_resource)
