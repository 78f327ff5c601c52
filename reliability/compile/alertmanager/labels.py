"""The labels of our alerts by which they are routed, grouped and silenced."""

from __future__ import annotations

from typing import Final

from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo
from reliability.resolve.alert_labels import alert_label_names

TIERS: Final = ("alert", "ticket", "log")

EXTERNAL: Final = ("cluster", "environment")
"""What tells clusters and environments apart; Prometheus sets them as external labels."""


def budget_labels(catalog: Catalog) -> tuple[str, ...]:
    """The labels that tell one error budget from another, those of `group-by` included."""
    names = alert_label_names(catalog)
    always = (*EXTERNAL, names.service, names.slo, names.objective)
    grouped = {label for slo in catalog.documents(Slo) for label in slo.value.review.group_labels}
    return (*always, *sorted(grouped.difference(always)))
