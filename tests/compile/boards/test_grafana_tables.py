"""Tables as Grafana's own code makes them of results of Prometheus."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.boards.compilers import GRAFANA
from tests.compile.boards.shop import boards_of, whole_shop
from tests.servers.generation import Unavailable
from tests.servers.typescript import find_types

SCRIPT: Final = Path(__file__).parent / "table.cjs"
CHECKOUT: Final = {"sloth_service": "shop", "sloth_slo": "shop-checkout"}
NEW: Final = {"sloth_service": "shop", "sloth_slo": "shop-new"}
Column = dict[str, Any]

pytestmark = pytest.mark.tools


def values(*values: float | None) -> list[dict[str, Any]]:
    """A result with a value for each SLO that has one."""
    pairs = zip((CHECKOUT, NEW), values, strict=False)
    return [{"metric": labels, "value": value} for labels, value in pairs if value is not None]


def shown(board: int, title: str, results: list[Any]) -> dict[str, Column]:
    """The columns of a table by their titles; skips without Grafana's packages."""
    types = find_types()
    if isinstance(types, Unavailable):
        pytest.skip(f"types of Grafana and Perses are unavailable: {types.reason}")
    panels = boards_of(GRAFANA, whole_shop())[board]["panels"]
    [panel] = [each for each in panels if each["title"] == title]
    assert len(panel["targets"]) == len(results)
    # Node.js looks for packages beside a script, and where NODE_PATH says.
    done = subprocess.run(
        ["node", "--input-type=commonjs", "--eval", SCRIPT.read_text(encoding="utf-8")],
        cwd=types,
        input=json.dumps({"panel": panel, "results": results}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {column["title"]: column for column in json.loads(done.stdout)}


def test_an_slo_has_one_row_with_its_numbers_and_a_link_to_its_runbook() -> None:
    key = [{"metric": CHECKOUT | {"runbook": "shop/shop-checkout"}, "value": 1}]
    key += [{"metric": NEW | {"runbook": "shop/shop-new"}, "value": 1}]
    columns = shown(
        1,
        "SLOs",
        [
            values(0.999, 0.9),
            values(0.99912, None),
            values(0.12, None),
            values(0.98, 0.9666),
            values(1.5, None),
            values(30, 7),
            key,
        ],
    )
    assert {title: column["texts"] for title, column in columns.items()} == {
        "SLO": ["shop-checkout", "shop-new"],
        "Target": ["99.9%", "90%"],
        "Attainment": ["99.912%", "–"],
        "Budget remaining": ["12.0%", "–"],
        "Recorded": ["98.0%", "96.7%"],
        "Burn rate, 5m": ["1.50 ×", "–"],
        "Period, days": ["30", "7"],
        "Runbook": ["https://docs.example.com/runbooks/shop-checkout.md", "none"],
    }
    assert columns["Runbook"]["links"][0] == ["https://docs.example.com/runbooks/shop-checkout.md"]
    colors = {title: column["colors"][0] for title, column in columns.items()}
    assert colors["Budget remaining"] == colors["Burn rate, 5m"] != colors["Target"]
    assert columns["Recorded"]["colors"] == [colors["Recorded"], colors["Budget remaining"]]


def test_a_row_of_the_overview_leads_to_the_dashboard_of_its_service() -> None:
    results = [values(0.12), values(0.5), values(15), values(0.999), values(0.99)]
    columns = shown(0, "Lowest error budget", results)
    _, service = boards_of(GRAFANA, whole_shop())
    [[link]] = columns["Service"]["links"]
    assert link.startswith(f"/d/{service['uid']}?")
    assert link.endswith("&var-service=shop")
    assert list(columns)[:3] == ["Service", "SLO", "Budget remaining"]


def test_a_table_of_one_query_has_the_title_of_its_column() -> None:
    alert = {"alertname": "ErrorBudgetBurn", "tier": "alert", "slo": "a", "objective": "b"}
    columns = shown(1, "Firing alerts", [[{"metric": alert, "value": 2}]])
    assert {title: column["texts"] for title, column in columns.items()} == {
        "Alert": ["ErrorBudgetBurn"],
        "Tier": ["alert"],
        "SLO": ["a"],
        "Objective": ["b"],
        "Series": ["2"],
    }
