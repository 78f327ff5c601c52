"""Dashboards and pages call a figure the same, explain it in the same words, and share its unit."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from reliability.compile.boards.measures import MEASURES, BoardMeasure
from tests.cli.copied import copied
from tests.cli.program import in_process
from tests.site.built import Page


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The unit of each column of the tables in Grafana, without the window in its title."""
    root = copied(tmp_path_factory.mktemp("boards") / "repository")
    assert in_process("build", "--out", root / "out", "--grafana", folder=root).code == 0
    overrides = [
        override
        for path in (root / "out/grafana").glob("*.json")
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]
        for override in panel.get("fieldConfig", {}).get("overrides", ())
    ]
    return {
        override["matcher"]["options"].partition(", ")[0]: each["value"]
        for override in overrides
        for each in override["properties"]
        if each["id"] == "unit"
    }


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_pages_name_a_measure_and_its_unit_as_dashboards_do(
    measure: BoardMeasure, units: Mapping[str, str], site: Path
) -> None:
    overview = site / "en/index.html"
    cells = re.findall(
        rf'data-label="?{measure.name}"?>(.*?)<(?:t[dhr]|/t[drab])',
        overview.read_text(encoding="utf-8"),
    )
    values = [re.sub("<[^>]*>", "", cell).strip() for cell in cells]
    assert len(values) > 3
    is_percent = units[measure.name.capitalize()] == "percentunit"
    assert {value.endswith("\u00a0%") for value in values} == {is_percent}
    assert f"{measure.name}: {measure.meaning}" in Page.of(overview).text
