"""Label names of a repository's alerts, as its notification policy chooses them."""

from __future__ import annotations

from dataclasses import replace

from reliability.alert_labels import LABEL_SETS, PLAIN, AlertLabelNames
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy


def alert_label_names(catalog: Catalog) -> AlertLabelNames:
    """Return the label names that the notification policy chooses, or the plain set by default."""
    policy = catalog.only(NotificationPolicy)
    if policy is None:
        return PLAIN
    spec = policy.value.spec
    return replace(LABEL_SETS[spec.alert_labels], keeps_sloth=spec.keep_sloth_labels)
