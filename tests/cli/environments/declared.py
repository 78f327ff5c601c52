"""The shipped repository in two environments, one of which pages nobody."""

from pathlib import Path
from typing import Final

from tests.cli.copied import copied, edit

ENVIRONMENTS: Final = """
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      externalLabels: {region: eu}
      series: unlabeled
      servers: [{name: production, target: prometheus-production}]
    - name: staging
      selectorLabels: {env: staging}
      highestTier: ticket
      approvals: none
      servers: [{name: staging, target: prometheus-staging}]
"""
STAGING: Final = '    reliability/target.staging: "0.95"\n    reliability/period.staging: 7d\n'
PLACE: Final = '    reliability/journey: "An employee clocks in at the start of the day"\n'


def declare(root: Path, text: str = ENVIRONMENTS) -> None:
    """Write the document that declares environments."""
    (root / "policies/environments.yaml").write_text(text)


def in_two_environments(folder: Path) -> Path:
    """Copy the shipped repository, where one SLO has another target in staging."""
    root = copied(folder)
    declare(root)
    override_in_staging(root)
    return root


def override_in_staging(root: Path) -> None:
    """Give an SLO another target, period, windows and tiers in staging."""
    edit(root / "services/attendance/slo.yaml", PLACE, f"{PLACE}{STAGING}")
    edit(
        root / "services/attendance/alert-policy.yaml",
        "      windows: google-30d           # a set in policies/burn-rates.yaml\n",
        "      windows: google-30d           # a set in policies/burn-rates.yaml\n"
        "      environments:\n"
        "        staging: {windows: 7d, tiers: {fast: ticket, slow: log}}\n",
    )
