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
)
from reliability.load.catalog import Catalog
from tests.compile.boards.shop import boards_of, month, shop_of, whole_shop
from tests.compile.environments import environment, environments
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
}


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
    ("tool", "compiler"),
    [("grafana-config-map", GRAFANA_CONFIG_MAP), ("perses-resource", PERSES_RESOURCE)],
)
def test_objects_of_kubernetes_have_the_names_and_labels_of_before(
    golden: Golden, tool: str, compiler: BoardCompiler
) -> None:
    bodies = boards_of(compiler, whole_shop())
    heads = [{key: body[key] for key in body if key not in ("data", "spec")} for body in bodies]
    golden.check(GOLDEN / f"{tool}.txt", "".join(f"{json.dumps(head)}\n" for head in heads))
