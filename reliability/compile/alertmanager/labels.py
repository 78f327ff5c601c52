"""The labels of our alerts by which they are routed, grouped and silenced."""

from __future__ import annotations

from typing import Final

from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo

TIERS: Final = ("alert", "ticket", "log")

PROMISE: Final = ("cluster", "environment", "service", "slo", "objective")
"""What tells one promise from another; the first two come from Prometheus's external labels."""


def promise_labels(catalog: Catalog) -> tuple[str, ...]:
    """The labels of a promise, with those that some SLO gives budgets of their own to."""
    grouped = {label for slo in catalog.each(Slo) for label in slo.value.review.group_labels}
    return (*PROMISE, *sorted(grouped.difference(PROMISE)))
