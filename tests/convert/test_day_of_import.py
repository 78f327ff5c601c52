"""What `check` says on the day of an import: no team is unknown, and no review is overdue."""

from pathlib import Path

import pytest
import yaml

from tests.cli.program import in_process as reliability

SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
    alerting: {page_alert: {disable: true}}
"""
PYRRA = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: orders, labels: {pyrra.dev/service: shop}}
spec:
  target: "99.9"
  window: 30d
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{job="shop",code=~"5.."}'}
      total: {metric: 'http_requests_total{job="shop"}'}
"""
RULES = """\
groups:
  - name: shop
    rules: [{alert: ShopDown, expr: "up{job='shop'} == 0", annotations: {summary: down}}]
"""


@pytest.mark.parametrize("text", [SLOTH, PYRRA])
def test_the_first_review_of_an_imported_slo_counts_from_the_import(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "old.yml").write_text(text)
    day = ("--today", "2026-11-26")
    ended = reliability(*day, "import", "old.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "slo-review-overdue" not in ended.out
    slo = yaml.safe_load((tmp_path / "new/services/shop/slo.yaml").read_text())
    assert slo["metadata"]["annotations"]["reliability/reviewed"] == "2026-11-26"
    later = reliability("--today", "2026-12-27", "check", folder=tmp_path / "new")
    assert "slo-review-overdue" in later.out


@pytest.mark.parametrize("text", [SLOTH, RULES])
def test_a_team_that_was_named_is_declared(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.yml").write_text(text)
    into = ("--into", "new", "--team", "shop")
    ended = reliability("import", "old.yml", *into, folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "set members, onCall and channels in policies/teams/shop.yaml" in ended.out
    assert (tmp_path / "new/policies/teams/shop.yaml").is_file()
    assert "team-unknown" not in ended.out


def test_a_team_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "old.yml").write_text(RULES)
    reliability("init", "--team", "shop", folder=tmp_path)
    before = (tmp_path / "policies/teams/shop.yaml").read_bytes()
    ended = reliability("import", "old.yml", "--team", "shop", folder=tmp_path)
    assert ended.code == 0, ended.out
    assert (tmp_path / "policies/teams/shop.yaml").read_bytes() == before
