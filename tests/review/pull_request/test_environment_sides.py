"""Which environments a change affects: those in which its documents compile to something else."""

from datetime import date
from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.review.pull_request.environments import environment_sides
from tests.backtest.repository import WINDOWS, slo
from tests.cli.environments.declared import ENVIRONMENTS

TODAY: Final = date(2026, 11, 24)
SLO: Final = slo("checkout").replace(
    "metadata: {name: checkout}\nspec:\n  service",
    "metadata: {name: checkout, annotations: {reliability/target.staging: '0.95'}}\n"
    "spec:\n  service",
)
POLICY: Final = """
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: shop}
spec:
  service: shop
  objectives:
    - slo: checkout
      tiers: {fast: ticket, slow: log}
      environments: {staging: {tiers: {fast: log, slow: log}}}
  signals:
    - {name: Full, kind: cause, tier: ticket, expr: full > 1, environments: {staging: {tier: log}}}
"""
OWNERSHIP: Final = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec:
  team: sales
  criticality: important
  environments: {production: {}, staging: {notify: sales}}
"""
HEARTBEAT: Final = """
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: monitoring}
spec:
  service: monitoring
  signals: [{name: Heartbeat, kind: heartbeat, tier: log, expr: vector(1)}]
"""
FILES: Final = {
    "services/shop/slo.yaml": SLO,
    "services/shop/alert-policy.yaml": POLICY,
    "services/shop/ownership.yaml": OWNERSHIP,
    "policies/burn-rates.yaml": WINDOWS,
    "policies/environments.yaml": ENVIRONMENTS,
}


def catalog(files: dict[str, str]) -> Catalog:
    loaded, findings = load((PurePosixPath(path), text.encode()) for path, text in files.items())
    assert [finding.problem.message for finding in findings] == []
    return loaded


def affected(before: dict[str, str], after: dict[str, str]) -> dict[str, bool]:
    """Whether each environment is affected, by its name."""
    base = catalog(before)
    old = Context(today=TODAY, catalog=base)
    new = Context(today=TODAY, catalog=catalog(after), base=base)
    return {side.name: side.is_affected for side in environment_sides(old, new)}


@pytest.mark.parametrize(
    ("name", "old", "new", "names"),
    [
        ("slo", "0.999", "0.99", ["production"]),
        ("slo", "30d", "28d", ["production", "staging"]),
        ("slo", "'0.95'", "'0.9'", ["staging"]),
        ("slo", "name: checkout, annotations", "name: checkout, labels: {}, annotations", []),
        ("slo", "spec:\n  service", "# a comment\nspec:\n  service", []),
        ("slo", "annotations: {", "annotations: {reliability/agreed-by: '@ann', ", []),
        ("ownership", "  team: sales\n", "  team: sales\n  dependencies: [pay]\n", []),
        ("alert-policy", "fast: ticket", "fast: log", ["production"]),
        (
            "alert-policy",
            "slo: checkout\n",
            "slo: checkout\n      runbook: a.md\n",
            ["production", "staging"],
        ),
        ("alert-policy", "{fast: log, slow: log}", "{fast: ticket, slow: log}", ["staging"]),
        ("alert-policy", "{tier: log}", "{tier: ticket}", ["staging"]),
        ("alert-policy", "full > 1", "full > 2", ["production", "staging"]),
        ("ownership", "criticality: important", "criticality: standard", ["production", "staging"]),
        ("ownership", "notify: sales", "notify: support", ["staging"]),
        ("ownership", ", staging: {notify: sales}", ", staging: {}", []),
    ],
)
def test_a_change_affects_the_environments_in_which_its_output_differs(
    name: str, old: str, new: str, names: list[str]
) -> None:
    path = f"services/shop/{name}.yaml"
    assert FILES[path].count(old) == 1
    after = {**FILES, path: FILES[path].replace(old, new)}
    sides = affected(FILES, after)
    assert [side for side, is_affected in sides.items() if is_affected] == names
    assert list(sides) == ["production", "staging"]


def test_a_ruler_is_not_affected_by_an_slo_that_each_server_evaluates() -> None:
    servers = "servers: [{name: eu, target: eu}, {name: us, target: us}], ruler: {target: global}"
    others = servers.replace("target: ", "target: s-")
    environments = f"""
apiVersion: reliability/v1
kind: Environments
metadata: {{name: environments}}
spec:
  environments:
    - {{name: production, selectorLabels: {{env: production}}, {servers}}}
    - {{name: staging, selectorLabels: {{env: staging}}, {others}}}
"""
    annotations = "reliability/target.staging: '0.95', reliability/per-shard: 'true'"
    text = SLO.replace("reliability/target.staging: '0.95'", annotations)
    before = {
        **FILES,
        "services/shop/slo.yaml": text,
        "services/monitoring/alert-policy.yaml": HEARTBEAT,
        "policies/environments.yaml": environments,
    }
    sides = affected(before, {**before, "services/shop/slo.yaml": text.replace("0.999", "0.95")})
    assert {"production", "staging"} < set(sides)
    assert [name for name, is_affected in sides.items() if is_affected] == [
        "production/eu",
        "production/us",
    ]


def test_nothing_is_affected_by_no_change() -> None:
    assert affected(FILES, FILES) == {"production": False, "staging": False}


def test_a_change_of_environments_or_of_a_file_without_documents_affects_all() -> None:
    both = {"production": True, "staging": True}
    path = "policies/environments.yaml"
    changed = ENVIRONMENTS.replace("region: eu", "region: us")
    assert affected(FILES, {**FILES, path: changed}) == both
    assert affected(FILES, {**FILES, "policies/alertmanager.base.yml": "route: {}\n"}) == both
    gone = {name: text for name, text in FILES.items() if not name.endswith("slo.yaml")}
    gone["services/shop/alert-policy.yaml"] = POLICY.split("  objectives:")[0] + (
        "  signals:" + POLICY.split("  signals:")[1]
    )
    assert affected(FILES, gone) == both


def test_an_environment_in_which_nothing_runs_is_left_out() -> None:
    ownership = OWNERSHIP.replace(", staging: {notify: sales}", "")
    files = {**FILES, "services/shop/ownership.yaml": ownership}
    assert affected(files, files) == {"production": False}
    assert affected(files, FILES) == {"production": False, "staging": True}
    assert affected(FILES, files) == {"production": False, "staging": True}


def test_without_environments_there_is_one_side_without_a_name() -> None:
    files = {name: text for name, text in FILES.items() if name != "policies/environments.yaml"}
    files["services/shop/slo.yaml"] = slo("checkout")
    files["services/shop/ownership.yaml"] = OWNERSHIP.split("  environments")[0]
    files["services/shop/alert-policy.yaml"] = POLICY.replace(
        "      environments: {staging: {tiers: {fast: log, slow: log}}}\n", ""
    ).replace(", environments: {staging: {tier: log}}", "")
    looser = {**files, "services/shop/slo.yaml": slo("checkout", "0.99")}
    assert affected(files, files) == {"": False}
    assert affected(files, looser) == {"": True}
