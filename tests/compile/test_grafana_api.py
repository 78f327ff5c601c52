"""Folders and dashboards of Grafana targets, and the one form in which they are compared."""

from typing import Any

import pytest

from reliability.compile.boards.compilers import GRAFANA
from reliability.compile.boards.grafana_fields import board_uid
from reliability.compile.grafana.comparable import comparable, complete
from reliability.compile.grafana.compiler import GrafanaCompiler
from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.boards.shop import OWNER, boards_of, whole_shop
from tests.compile.repositories import ours
from tests.providers.fake_grafana import migrated, reprinted

PREFIX = "reliability-6b50a4-"


def grafana(name: str = "grafana", **more: Any) -> dict[str, Any]:
    url = "https://grafana.example.com"
    return {"name": name, "provider": "grafana", "url": url, "token": "env:TOKEN", **more}


def objects(catalog: Catalog) -> dict[str, Resource]:
    made = [item for item in GrafanaCompiler().compile(catalog) if isinstance(item, Resource)]
    return {f"{item.id.kind} {item.id.name}": item for item in made}


def test_both_dashboards_are_in_one_folder() -> None:
    made = objects(whole_shop(targets=(grafana(),)))
    assert list(made) == ["folder all_services", "dashboard overview", "dashboard service"]
    folder = made["folder all_services"]
    assert folder.body == {"uid": f"{PREFIX}all_services", "title": "SLOs"}
    assert {made[name].body["folder"] for name in list(made)[1:]} == {f"{PREFIX}all_services"}
    assert {item.targets for item in made.values()} == {("grafana",)}
    assert {str(item.origin.path) for item in made.values() if item.origin} == {
        "policies/targets.yaml"
    }


def test_an_existing_folder_is_not_written() -> None:
    made = objects(whole_shop(targets=(grafana(folderUid="platform"),)))
    assert [item.body["folder"] for item in made.values()] == ["platform", "platform"]


def test_a_service_has_a_folder_and_a_dashboard_of_its_own_if_the_target_says_so() -> None:
    made = objects(whole_shop(targets=(grafana(folders="service", folder="Reliability"),)))
    assert list(made)[3:] == ["folder in_shop", "dashboard of_shop"]
    assert made["folder in_shop"].body["title"] == "Reliability: shop"
    own: Any = made["dashboard of_shop"].body
    assert (own["title"], own["folder"]) == ("SLOs of shop", f"{PREFIX}in_shop")
    names = [variable["name"] for variable in own["templating"]["list"]]
    assert "service" not in names
    assert "$service" not in str(own)
    assert "${service}" not in str(own)
    assert 'sloth_service="shop"' in str(own)


def test_environments_are_variables_of_one_dashboard() -> None:
    stages = ours("Environments", "stages", environments=[{"name": "staging"}, {"name": "live"}])
    made = objects(whole_shop(stages, targets=(grafana(),)))
    assert list(made) == ["folder all_services", "dashboard overview", "dashboard service"]
    service: Any = made["dashboard service"].body
    assert "environment" in [variable["name"] for variable in service["templating"]["list"]]


def test_nothing_is_compiled_without_a_grafana_target() -> None:
    assert objects(whole_shop()) == {}


def test_two_targets_have_objects_of_their_own() -> None:
    catalog = whole_shop(targets=(grafana("a"), grafana("b", folderUid="platform")))
    made = [item for item in GrafanaCompiler().compile(catalog) if isinstance(item, Resource)]
    assert [item.targets for item in made] == [("a",)] * 3 + [("b",)] * 2


def test_a_uid_has_at_most_forty_characters_and_no_two_names_share_one() -> None:
    names = ["service", "of_" + "a" * 60, "of_" + "a" * 59 + "b"]
    uids = [board_uid(name, OWNER) for name in names]
    assert len(set(uids)) == 3
    assert all(len(uid) <= 40 for uid in uids)


@pytest.mark.parametrize("number", [0, 1])
def test_what_grafana_makes_of_a_dashboard_is_the_same_in_comparable_form(number: int) -> None:
    board = boards_of(GRAFANA, whole_shop())[number]
    form = comparable(board)
    assert comparable(reprinted(migrated(complete(form)))) == form
    assert comparable(reprinted(complete(form))) == form


@pytest.mark.parametrize("number", [0, 1])
def test_a_dashboard_is_written_with_every_key_that_files_have(number: int) -> None:
    board = boards_of(GRAFANA, whole_shop())[number]
    del board["uid"]
    assert complete(comparable(board)) == board


def test_values_that_mean_something_are_no_defaults() -> None:
    model: Any = {
        "title": "x",
        "editable": False,
        "schemaVersion": 39,
        "annotations": {"list": [{"builtIn": 1}, {"name": "mine"}]},
        "panels": [{"id": 1, "transparent": True, "options": {"limit": 0}, "hide": True}],
    }
    assert comparable({**model, "id": 7, "version": 3, "uid": "x", "weekStart": ""}) == {
        **model,
        "annotations": {"list": [{"name": "mine"}]},
    }
    assert comparable({**model, "schemaVersion": 42})["schemaVersion"] == 39
    assert comparable({**model, "schemaVersion": 30})["schemaVersion"] == 30


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ({"id": 1, "uid": "a", "version": 2, "iteration": 3, "gnetId": 4, "meta": {"a": 1}}, {}),
        ({"__reliability": {"a": 1}, "title": "A"}, {"title": "A"}),
        ({"panels": [{"id": 1, "pluginVersion": "11.0"}]}, {"panels": [{"id": 1}]}),
        ({"liveNow": False, "preload": False, "fiscalYearStartMonth": 0}, {}),
        (
            {"liveNow": True, "preload": True, "fiscalYearStartMonth": 1},
            {"liveNow": True, "preload": True, "fiscalYearStartMonth": 1},
        ),
        (
            {"panels": [{"transparent": False, "targets": [{"refId": "A"}]}, {"hide": True}]},
            {"panels": [{}, {"hide": True}]},
        ),
        ({"a": None, "b": "", "c": [], "d": {}, "e": 0, "f": False}, {"e": 0, "f": False}),
        ({"a": {"b": {"c": []}}, "d": [{"e": None}, 1.0, 1.5]}, {"d": [{}, 1, 1.5]}),
        ({"schemaVersion": 38}, {"schemaVersion": 38}),
        ({"schemaVersion": 39}, {"schemaVersion": 39}),
        ({"schemaVersion": 42}, {"schemaVersion": 39}),
        ({"schemaVersion": "42"}, {"schemaVersion": "42"}),
        ({"annotations": {"list": [{"builtIn": 1, "name": "Annotations"}]}}, {}),
        (
            {"annotations": {"list": [{"builtIn": 1}, {"builtIn": 0, "name": "a"}, {"name": "b"}]}},
            {"annotations": {"list": [{"builtIn": 0, "name": "a"}, {"name": "b"}]}},
        ),
        ({"annotations": {"other": 1}}, {}),
        ({"annotations": [1]}, {"annotations": [1]}),
    ],
)
def test_what_grafana_fills_in_is_left_out(written: Any, same: Any) -> None:
    assert comparable(written) == same


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ({}, {"timezone": ""}),
        ({"timezone": "utc"}, {"timezone": "utc"}),
        (
            {"links": [{"title": "A"}, {"tooltip": "b", "tags": ["c"]}]},
            {
                "timezone": "",
                "links": [
                    {"tooltip": "", "tags": [], "title": "A"},
                    {"tooltip": "b", "tags": ["c"]},
                ],
            },
        ),
        (
            {"panels": [{"type": "row"}, {"type": "row", "panels": [1]}, {"type": "stat"}]},
            {
                "timezone": "",
                "panels": [
                    {"type": "row", "panels": []},
                    {"type": "row", "panels": [1]},
                    {"type": "stat"},
                ],
            },
        ),
        (
            {"panels": [{"targets": [{"range": True}, {"range": True, "legendFormat": "a"}, {}]}]},
            {
                "timezone": "",
                "panels": [
                    {
                        "targets": [
                            {"range": True, "legendFormat": ""},
                            {"range": True, "legendFormat": "a"},
                            {},
                        ]
                    }
                ],
            },
        ),
        (
            {
                "panels": [
                    {"fieldConfig": {"defaults": {"thresholds": {"steps": [{"color": "a"}]}}}},
                    {"options": {"legend": {"a": 1}, "reduceOptions": {"b": 2}}},
                    {"transformations": [{"id": "merge"}]},
                ]
            },
            {
                "timezone": "",
                "panels": [
                    {
                        "fieldConfig": {
                            "overrides": [],
                            "defaults": {"thresholds": {"steps": [{"value": None, "color": "a"}]}},
                        }
                    },
                    {
                        "options": {
                            "legend": {"calcs": [], "a": 1},
                            "reduceOptions": {"fields": "", "b": 2},
                        }
                    },
                    {"transformations": [{"options": {}, "id": "merge"}]},
                ],
            },
        ),
    ],
)
def test_keys_that_panels_need_are_written_though_empty(body: Any, whole: Any) -> None:
    assert complete(body) == whole
