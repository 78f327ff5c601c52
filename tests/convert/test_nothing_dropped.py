"""Whatever is changed in an SLO of Sloth or Pyrra shows in a file or in a diagnostic."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from tests.convert.imported import imported, said
from tests.convert.test_pyrra import GAUGE, LATENCY, NATIVE, RATIO
from tests.convert.test_sloth import CRD, SPEC, WINDOWS

ALPHA: Final = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: shop, displayName: The shop}
spec:
  service: shop
  description: People can pay.
  budgetingMethod: Occurrences
  objectives:
    - ratioMetrics:
        good: {source: prometheus, queryType: promql, query: 'sum(rate(a{b="c"}[{{.window}}]))'}
        total: {source: prometheus, queryType: promql, query: 'sum(rate(a[{{.window}}]))'}
      target: 0.999
  timeWindows: [{count: 28, unit: Day}]
"""
Route = tuple[str | int, ...]
ONLY_NAMES: Final = {"displayName", "source", "queryType", "namespace"}
"""Keys whose values are not imported: Sloth only reads Prometheus; the last has a diagnostic."""
TEXTS: Final = {
    "prometheus/v1": SPEC,
    "kubernetes": CRD,
    "windows": SPEC.replace("owner: sales", "owner: shop") + WINDOWS,
    "alpha": ALPHA,
    "ratio": RATIO,
    "latency": LATENCY,
    "native": NATIVE,
    "gauge": GAUGE,
}


def documents(text: str) -> list[Any]:
    return list(yaml.safe_load_all(text))


def leaves(value: Any, route: Route = ()) -> Iterator[Route]:
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*route, step))
        else:
            yield (*route, step)


def outcome(found: list[Any]) -> tuple[Any, list[str]]:
    """Files and diagnostics, without the places of diagnostics."""
    gathered = imported({"slos.yml": "---\n".join(json.dumps(each) + "\n" for each in found)})
    return dict(gathered.files), [line.partition(": ")[2] for line in said(gathered)]


def changed(found: list[Any], route: Route, value: Any, key: str | None = None) -> list[Any]:
    found = copy.deepcopy(found)
    inner: Any = found
    for step in route[:-1]:
        inner = inner[step]
    if key is None:
        inner[route[-1]] = value
    else:
        inner[key] = inner.pop(route[-1])
    return found


def is_head(route: Route) -> bool:
    """What says of which format a document is, and names that only the old format has."""
    return route[-1] in ({"version", "apiVersion", "kind"} | ONLY_NAMES) or (
        route[1:] == ("metadata", "name")
    )


@pytest.mark.parametrize("name", TEXTS)
def test_every_value_shows(name: str) -> None:
    found = documents(TEXTS[name])
    before = outcome(found)
    for route in leaves(found):
        if not is_head(route):
            for value in ("something else", 12.25, None, ["a", {"b": 1}]):
                assert outcome(changed(found, route, value)) != before, (route, value)


def mappings(value: Any, route: Route = ()) -> Iterator[Route]:
    if isinstance(value, dict):
        yield route
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            yield from mappings(inner, (*route, step))


@pytest.mark.parametrize("name", TEXTS)
def test_every_key_that_nobody_knows_shows(name: str) -> None:
    found = documents(TEXTS[name])
    for route in mappings(found):
        files, diagnostics = outcome(changed(found, (*route, "unheardOf"), "1"))
        assert "unheardOf" in f"{files}{diagnostics}", route


@pytest.mark.parametrize("name", TEXTS)
def test_every_key_that_is_missing_shows(name: str) -> None:
    found = documents(TEXTS[name])
    before = outcome(found)
    for route in leaves(found):
        if not is_head(route) and isinstance(route[-1], str):
            assert outcome(changed(found, route, None, "unheardOf")) != before, route
