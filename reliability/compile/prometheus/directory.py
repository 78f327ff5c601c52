"""Names and addresses in alerts: team names, criticality, and runbook URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@dataclass(frozen=True, slots=True)
class Directory:
    """Team names by team, criticality by service, and the base URL of runbooks."""

    owners: Mapping[str, str]
    criticality: Mapping[str, str]
    runbook_base: str | None

    @classmethod
    def of(cls, catalog: Catalog) -> Directory:
        """Collect the directory of a catalog."""
        policy = catalog.only(NotificationPolicy)
        return cls(
            {
                team.value.metadata.name: team.value.spec.display_name or team.value.metadata.name
                for team in catalog.documents(Team)
            },
            {
                ownership.value.service: ownership.value.spec.criticality
                for ownership in catalog.documents(Ownership)
            },
            policy.value.spec.runbook_base if policy else None,
        )

    def owner(self, team: str) -> str:
        """Return the display name of a team."""
        return self.owners.get(team, team)

    def runbook_url(self, runbook: str) -> str:
        """Return the URL of a runbook; a path stays a path if there is no base URL."""
        if "://" in runbook or self.runbook_base is None:
            return runbook
        return f"{self.runbook_base.rstrip('/')}/{runbook}"
