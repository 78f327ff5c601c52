"""What silences what: the alert of a promise silences the tickets of the same promise."""

from __future__ import annotations

from reliability.alert_labels import AlertLabelNames
from reliability.alertmanager.matcher import RouteMatcher
from reliability.resource import Json


def inhibit_rules(names: AlertLabelNames, budget: tuple[str, ...]) -> list[Json]:
    """The one rule of ours.

    Alertmanager takes a label that both sides lack for equal: without the guard on `slo`, any
    alert would silence any ticket that has no promise either. With it, the other labels of
    `budget` may be missing on both sides, and then are no difference between the two.
    """
    has_slo = str(RouteMatcher(names.slo, "=~", ".+"))
    return [
        {
            "source_matchers": [str(RouteMatcher(names.tier, "=", "alert")), has_slo],
            "target_matchers": [str(RouteMatcher(names.tier, "=", "ticket")), has_slo],
            "equal": [*budget],
        }
    ]
