"""Time zones of the teams that own services."""

from __future__ import annotations

from collections.abc import Iterable

from reliability.load.catalog import Catalog
from reliability.model.team import Team
from reliability.resolve.objectives import team_names


def time_zones(catalogs: Iterable[Catalog]) -> dict[str, str]:
    """Return the time zone of each service whose team is known; later catalogs take precedence."""
    by_service: dict[str, str] = {}
    for catalog in catalogs:
        zones = {
            document.value.metadata.name: document.value.spec.time_zone
            for document in catalog.documents(Team)
        }
        for service, team in team_names(catalog).items():
            if team in zones:
                by_service[service] = zones[team]

    return by_service
