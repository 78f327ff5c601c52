"""Every panel of the dashboards as both tools get it, one a line.

Files of other catalogs have only the lines that differ from those of the whole shop.

`pytest tests/compile/boards/test_golden_boards.py --update-golden` rewrites the golden files.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.boards.compilers import (
    GRAFANA,
    GRAFANA_CONFIG_MAP,
    PERSES,
    PERSES_RESOURCE,
    BoardCompiler,
    BoardForm,
    grafana_dashboard,
    perses_dashboard,
)
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.boards.service import service_board
from reliability.load.catalog import Catalog
from tests.compile.alertmanager_cases import catalog_at, ownership, team
from tests.compile.boards.shop import boards_of, month, shop_of, whole_shop
from tests.compile.environments import environment, environments, server
from tests.compile.repositories import GOOGLE_30D, ours, policy, slo, windows
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
PAGES: Final[Mapping[str, Any]] = {
    "pagesBase": "https://slo.example.com",
    "alertLabels": "prefixed",
}
CATALOGS: Final[Mapping[str, Callable[[], Catalog]]] = {
    "whole": whole_shop,
    "month": lambda: shop_of(month(), **PAGES),
    "environments": lambda: whole_shop(
        environments(environment("production"), environment("staging"))
    ),
    "windows": lambda: two_services(),
}


def two_services() -> Catalog:
    """Services with windows of their own: tickets at first, and factors of 1 and less."""
    other = slo(name="cart-add", annotations={"group-by": "zone, region"}, target=0.9)
    other["spec"]["service"] = "cart"
    entries = [
        {"slo": "cart-add", "windows": "low", "runbook": "https://docs.example.com/cart"},
    ]
    return catalog_at(
        {
            "policies/burn-rates.yaml": GOOGLE_30D,
            "policies/low.yaml": windows("low", "30d", [("30d", "2h", "100%")], []),
            "policies/odd.yaml": windows(
                "odd", "30d", [("2h", "10m", "4%"), ("12h", "10m", "3%")], [("2d", "12h", "7%")]
            ),
            "policies/teams/sales.yaml": team("sales"),
            "policies/environments.yaml": environments(
                environment("staging", highestTier="ticket", series="unlabeled"),
                environment(
                    "production", servers=[server("eu", "a", externalLabels={"area": "eu"})]
                ),
            ),
            "services/shop/ownership.yaml": ownership("shop", "sales"),
            "services/cart/ownership.yaml": ownership("cart", "sales"),
            "services/shop/slo.yaml": slo(),
            "services/shop/alert-policy.yaml": policy(
                {"slo": "shop-checkout", "windows": "odd", "runbook": "docs/shop.md"}
            ),
            "services/cart/slo.yaml": other,
            "services/cart/alert-policy.yaml": ours(
                "AlertPolicy", "cart", service="cart", objectives=entries
            ),
        }
    )


def lines(value: Any, name: str = "") -> Iterator[str]:
    """The value as one line for each panel and each other field of a dashboard."""
    if isinstance(value, dict) and {"panels", "spec", "metadata", "config", "display"} & {*value}:
        for key, inner in value.items():
            yield from lines(inner, f"{name}.{key}")
    elif name.endswith(".panels"):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, panel in items:
            yield f"{name}.{key} {json.dumps(panel, ensure_ascii=False)}"
    else:
        yield f"{name} {json.dumps(value, ensure_ascii=False)}"


def written(compiler: BoardCompiler, catalog: Catalog) -> list[str]:
    return [line for board in boards_of(compiler, catalog) for line in lines(board)]


@pytest.mark.parametrize("name", CATALOGS)
@pytest.mark.parametrize(("tool", "compiler"), [("grafana", GRAFANA), ("perses", PERSES)])
def test_each_panel_is_as_it_was(
    golden: Golden, tool: str, compiler: BoardCompiler, name: str
) -> None:
    made = written(compiler, CATALOGS[name]())
    usual = set(written(compiler, whole_shop())) if name != "whole" else set()
    text = "".join(f"{line}\n" for line in made if line not in usual)
    golden.check(GOLDEN / f"{tool}-{name}.txt", f"{len(made)} lines\n{text}")


@pytest.mark.parametrize(
    ("tool", "form"), [("grafana", grafana_dashboard), ("perses", perses_dashboard)]
)
@pytest.mark.parametrize("service", ["cart", "shop"])
def test_the_board_of_one_service(golden: Golden, tool: str, form: BoardForm, service: str) -> None:
    facts = BoardFacts.of(two_services())
    assert facts is not None
    usual = set(written(BoardCompiler("", form), two_services()))
    resource = form(service_board(facts.of_service(service)), facts.owner_id)
    text = "".join(f"{line}\n" for line in lines(resource.body) if line not in usual)
    golden.check(GOLDEN / f"{tool}-of-{service}.txt", f"{resource.id.name}\n{text}")


@pytest.mark.parametrize(
    ("tool", "compiler"),
    [("grafana-config-map", GRAFANA_CONFIG_MAP), ("perses-resource", PERSES_RESOURCE)],
)
def test_objects_of_kubernetes_have_the_names_and_labels_of_before(
    golden: Golden, tool: str, compiler: BoardCompiler
) -> None:
    bodies = boards_of(compiler, whole_shop())
    heads = [{key: body[key] for key in body if key not in ("data", "spec")} for body in bodies]
    golden.check(GOLDEN / f"{tool}.txt", "".join(f"{json.dumps(head)}\n" for head in heads))
