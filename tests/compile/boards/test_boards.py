"""The boards of a catalog: what is on them, where it is, and what it is called."""

import json
from typing import Any

import pytest

from reliability.compile.boards.board import COLUMNS, PanelBoard
from reliability.compile.boards.compilers import (
    GRAFANA,
    GRAFANA_CONFIG_MAP,
    PERSES,
    PERSES_RESOURCE,
    boards,
)
from reliability.compile.boards.facts import BoardFacts
from reliability.load.catalog import Catalog
from reliability.providers.mark import marked_text
from reliability.resource import Resource
from tests.compile.alertmanager_cases import catalog_at
from tests.compile.boards.shop import (
    boards_of,
    grafana_queries,
    month,
    regions,
    shop_of,
    whole_shop,
)
from tests.compile.repositories import GOOGLE_30D, OWNERSHIP, policy, slo

ALL = (GRAFANA, GRAFANA_CONFIG_MAP, PERSES, PERSES_RESOURCE)


def boards_in(catalog: Catalog) -> tuple[PanelBoard, ...]:
    facts = BoardFacts.of(catalog)
    assert facts is not None
    return boards(facts)


def panel(board: Any, title: str) -> Any:
    [found] = [each for each in board["panels"] if each.get("title") == title]
    return found


def test_a_repository_without_a_recorded_slo_has_no_dashboards() -> None:
    for compiler in ALL:
        assert list(compiler.compile(catalog_at({}))) == []


def test_panels_fill_the_grid_without_overlap_and_say_what_they_show() -> None:
    for board in boards_in(whole_shop()):
        for row in board.rows:
            cells = [
                (column, line)
                for each, x, y in row.placed()
                for column in range(x, x + each.width)
                for line in range(y, y + each.height)
            ]
            assert len(cells) == len(set(cells)), row.title
            assert max(column for column, _ in cells) == COLUMNS - 1, row.title
        for each in board.panels:
            assert each.description.endswith("."), each.title
            assert each.queries, each.title


def test_positions_and_ids_of_panels_in_grafana_are_unique() -> None:
    for board in boards_of(GRAFANA, whole_shop()):
        ids = [each["id"] for each in board["panels"]]
        assert ids == list(range(1, len(ids) + 1))
        cells = [
            (column, line)
            for each in board["panels"]
            for place in [each["gridPos"]]
            for column in range(place["x"], place["x"] + place["w"])
            for line in range(place["y"], place["y"] + place["h"])
        ]
        assert len(cells) == len(set(cells))


def test_uids_are_the_same_at_every_build_and_differ_between_owners() -> None:
    first, again = boards_of(GRAFANA, whole_shop()), boards_of(GRAFANA, whole_shop())
    other = boards_of(GRAFANA, whole_shop(owner="f" * 20))
    assert json.dumps(first) == json.dumps(again)
    uids = [board["uid"] for board in (*first, *other)]
    assert len(set(uids)) == 4
    assert all(len(uid) <= 40 for uid in uids)
    assert [board["uid"] for board in first] == [
        "reliability-6b50a4-overview",
        "reliability-6b50a4-service",
    ]


def test_a_service_of_the_overview_leads_to_the_dashboard_of_the_service() -> None:
    overview, service = boards_of(GRAFANA, whole_shop())
    overrides = panel(overview, "Lowest error budget")["fieldConfig"]["overrides"]
    [links] = [each for each in overrides if each["matcher"]["options"] == "Service"]
    [link] = links["properties"][0]["value"]
    assert link["url"].startswith(f"/d/{service['uid']}?")
    assert link["url"].endswith("var-service=${__value.raw}")


def test_each_slo_leads_to_its_runbook() -> None:
    _, service = boards_of(GRAFANA, whole_shop())
    table = panel(service, "SLOs")
    overrides = table["fieldConfig"]["overrides"]
    [runbook] = [each for each in overrides if each["matcher"]["options"] == "Runbook"]
    mappings, links = (each["value"] for each in runbook["properties"])
    assert mappings[0]["options"]["shop/shop-checkout"] == {
        "text": "https://docs.example.com/runbooks/shop-checkout.md"
    }
    assert links[0]["url"] == "${__value.text}"
    assert [link["url"] for link in service["links"] if "url" in link] == [
        "https://docs.example.com"
    ]


def test_dashboards_link_to_the_pages_of_the_site() -> None:
    pages: dict[str, Any] = {"pagesBase": "https://slo.example.com/", "language": "ja"}
    overview, service = boards_of(GRAFANA, whole_shop(**pages))
    links = [link["url"] for board in (overview, service) for link in board["links"][1:]]
    assert links == [
        "https://slo.example.com/ja/index.html",
        "https://docs.example.com",
        "https://slo.example.com/ja/services/${service}.html",
        "https://docs.example.com",
    ]
    _, body = boards_of(PERSES, whole_shop(**pages))
    assert body["spec"]["links"][1] == {
        "name": "Pages",
        "url": "https://slo.example.com/ja/services/${service}.html",
        "targetBlank": True,
        "renderVariables": True,
    }


def test_more_runbooks_than_a_config_map_can_hold_are_left_out() -> None:
    slos = [slo(name=f"shop-{number}") for number in range(300)]
    base: dict[str, Any] = {"runbookBase": f"https://docs.example.com/{'x' * 3_000}"}
    [_, most] = GRAFANA_CONFIG_MAP.compile(shop_of(*slos[:200], **base))
    assert isinstance(most, Resource)
    assert "runbooks/shop-1.md" in str(most.body)
    assert len(marked_text(most)) < 1024 * 1024
    [_, more] = GRAFANA_CONFIG_MAP.compile(shop_of(*slos, **base))
    assert "runbooks/shop-1.md" not in str(more)


def test_a_runbook_is_a_link_only_if_a_browser_can_open_it() -> None:
    for base in ("javascript://example.com", "file:///srv"):
        _, service = boards_of(GRAFANA, shop_of(slo(), runbookBase=base))
        assert "Runbook" not in str(panel(service, "SLOs")["fieldConfig"])


def test_charts_name_the_labels_of_groups_only_if_an_slo_has_groups() -> None:
    def legends(catalog: Catalog) -> set[str]:
        _, service = boards_of(GRAFANA, catalog)
        targets = panel(service, "Budget remaining")["targets"]
        return {target["legendFormat"] for target in targets}

    assert legends(shop_of(slo())) == {"{{sloth_slo}} {{part}}"}
    assert legends(shop_of(slo(), regions())) == {"{{sloth_slo}} {{region}} {{part}}"}


def test_a_column_is_red_from_the_lowest_factor_of_the_alert_tier_on_its_window() -> None:
    _, service = boards_of(GRAFANA, whole_shop())
    overrides = panel(service, "Burn rate by window")["fieldConfig"]["overrides"]
    red = {
        each["matcher"]["options"]: step["value"]
        for each in overrides
        for entry in each["properties"]
        if entry["id"] == "thresholds"
        for step in entry["value"]["steps"]
        if step["color"] == "red"
    }
    assert red == {"5m": 14.4, "30m": 6.0, "1h": 14.4, "6h": 6.0}


def test_alerts_are_found_by_the_label_names_that_the_policy_chooses() -> None:
    _, service = boards_of(GRAFANA, whole_shop(alertLabels="prefixed"))
    firing = [each for each in grafana_queries(service) if each.panel == "Firing alerts"]
    assert 'reliability_service="shop"' in firing[0].expression
    assert "by (alertname, reliability_tier, reliability_slo" in firing[0].expression


def test_the_sidecar_finds_config_maps_by_its_label() -> None:
    made = [each for each in GRAFANA_CONFIG_MAP.compile(whole_shop()) if isinstance(each, Resource)]
    plain = boards_of(GRAFANA, whole_shop())
    for resource, board in zip(made, plain, strict=True):
        body: Any = resource.body
        assert body["metadata"]["labels"]["grafana_dashboard"] == "1"
        [(name, text)] = body["data"].items()
        assert name.endswith(".json")
        assert json.loads(text) == board


def test_the_operator_of_perses_gets_the_same_dashboard() -> None:
    both = zip(
        boards_of(PERSES, whole_shop()), boards_of(PERSES_RESOURCE, whole_shop()), strict=True
    )
    for body, resource in both:
        assert resource["spec"] == {"config": body["spec"]}
        assert resource["apiVersion"] == "perses.dev/v1alpha2"


def test_dashboards_of_perses_link_to_each_other_in_any_project() -> None:
    overview, service = boards_of(PERSES, whole_shop())
    to_overview = "/projects/$__project/dashboards/reliability-overview"
    assert service["spec"]["links"][0]["url"] == to_overview
    assert overview["metadata"]["name"] == "reliability-overview"
    columns = [
        column["dataLink"]["url"]
        for each in overview["spec"]["panels"].values()
        for column in each["spec"]["plugin"]["spec"].get("columnSettings", [])
        if "dataLink" in column
    ]
    assert columns == [
        "/projects/$__project/dashboards/reliability-service"
        '?var-service=${__data.fields["sloth_service"]}'
    ]


def test_every_panel_of_perses_is_placed_once() -> None:
    for body in boards_of(PERSES, whole_shop()):
        placed = [
            item["content"]["$ref"].removeprefix("#/spec/panels/")
            for layout in body["spec"]["layouts"]
            for item in layout["spec"]["items"]
        ]
        assert placed == list(body["spec"]["panels"])


@pytest.mark.parametrize("form", [slo, month, regions])
def test_no_panel_depends_on_the_form_of_the_slos(form: Any) -> None:
    titles = [[each.title for each in board.panels] for board in boards_in(shop_of(form()))]
    assert titles == [[each.title for each in board.panels] for board in boards_in(whole_shop())]


def test_an_slo_without_a_runbook_has_no_address() -> None:
    files = {
        "policies/burn-rates.yaml": GOOGLE_30D,
        "services/shop/ownership.yaml": OWNERSHIP,
        "services/shop/slo.yaml": slo(),
        "services/shop/other.yaml": slo(name="other"),
        "services/shop/alert-policy.yaml": policy(
            {"slo": "shop-checkout"}, {"slo": "other", "runbook": "https://docs.example.com/a"}
        ),
    }
    facts = BoardFacts.of(catalog_at(files))
    assert facts is not None
    assert dict(facts.runbooks) == {"shop/other": "https://docs.example.com/a"}
    assert (facts.runbook_base, facts.pages_base, facts.owner_id) == (None, None, "")
    assert facts.services == ("shop",)
