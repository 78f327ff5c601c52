"""Which label names a repository's alerts carry, by its notification policy."""

from __future__ import annotations

from reliability.alert_labels import LABEL_SETS, PLAIN, AlertLabelNames
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy


def alert_label_names(catalog: Catalog) -> AlertLabelNames:
    """The names that the notification policy chooses; the plain ones without a policy."""
    policy = catalog.only(NotificationPolicy)
    return LABEL_SETS[policy.value.spec.alert_labels] if policy else PLAIN
