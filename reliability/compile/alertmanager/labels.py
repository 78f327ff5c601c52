"""Labels of generated alerts that routes, groups and inhibition rules use."""

from __future__ import annotations

from typing import Final

from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.placements import environments

EXTERNAL: Final = ("cluster", "environment")
"""External labels that Prometheus sets to distinguish clusters and environments."""


def budget_labels(catalog: Catalog) -> tuple[str, ...]:
    """Return the labels that identify one error budget, including those of `group-by`."""
    names = alert_label_names(catalog)
    external: tuple[str, ...] = EXTERNAL
    if environments(catalog):
        # An alert of one environment, or of one shard, must mute nothing in another.
        external = tuple(dict.fromkeys((*EXTERNAL, names.environment, names.shard)))
    always = (*external, names.service, names.slo, names.objective)
    grouped = {label for slo in catalog.documents(Slo) for label in slo.value.review.group_labels}
    return (*always, *sorted(grouped.difference(always)))
