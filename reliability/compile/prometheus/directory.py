"""What alerts say about people and places: team names, criticality, where runbooks are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team


@dataclass(frozen=True, slots=True)
class Directory:
    """Looked up once for a catalog, by team or service."""

    owners: Mapping[str, str]
    criticality: Mapping[str, str]
    runbook_base: str | None

    @classmethod
    def of(cls, catalog: Catalog) -> Directory:
        """What a catalog says."""
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
        """A team's name as people say it."""
        return self.owners.get(team, team)

    def runbook_url(self, runbook: str) -> str:
        """A runbook's address; a path stays one where no base is set."""
        if "://" in runbook or self.runbook_base is None:
            return runbook
        return f"{self.runbook_base.rstrip('/')}/{runbook}"
