"""A small repository on disk whose history comes from a server."""

from pathlib import Path

from tests.backtest.repository import WINDOWS, policy

SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout}
spec:
  service: shop
  indicator:
    metadata: {name: checkout}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec: {query: 'requests_total{job="shop",code!~"5.."}'}
        total:
          metricSource:
            type: Prometheus
            spec: {query: 'requests_total{job="shop"}'}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: served, target: 0.999}]
"""

HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "%s", chunk: %s, concurrency: 1}
  span: 6d
  store: .reliability/history
"""


def write_shop(root: Path, url: str, chunk: str = "6h") -> Path:
    """A repository with one SLO, its alerts, and a server to pull from."""
    service, policies = root / "services" / "shop", root / "policies"
    for folder in (service, policies):
        folder.mkdir(parents=True)
    (service / "slo.yaml").write_text(SLO)
    (service / "alert-policy.yaml").write_text(policy("checkout"))
    (policies / "burn-rates.yaml").write_text(WINDOWS)
    (policies / "history.yaml").write_text(HISTORY % (url, chunk))
    return root
