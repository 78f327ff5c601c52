"""Which firings of the ticket tier notify: an alert inhibits the ticket of its error budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from reliability.alertmanager.routing import Inhibition, parse
from reliability.compile.alertmanager.compiler import inhibit_rules
from reliability.compile.alertmanager.labels import budget_labels
from reliability.compile.alertmanager.policy import NotificationSettings
from reliability.history.covered import missing
from reliability.load.catalog import Catalog
from reliability.providers.fired import STEP, FiredAlert
from reliability.resolve.alert_labels import alert_label_names
from reliability.timespan import TimeSpan


def without_inhibited(fired: Iterable[FiredAlert], catalog: Catalog) -> Iterator[FiredAlert]:
    """Yield the alerts of the ticket tier, with the time in which no fired alert inhibits them.

    Inhibition rules are those that are compiled. Alertmanager sends nothing for what is inhibited
    when the wait of its group ends, so a part of an episode that is no longer is left out.
    """
    tier = alert_label_names(catalog).tier
    wait = NotificationSettings.of(catalog, has_global_slack=False).grouping("ticket").wait
    rules, every = _inhibitions(catalog), tuple(fired)
    sources = [alert for alert in every if alert.labels.get(tier) != "ticket"]
    for alert in every:
        if alert.labels.get(tier) == "ticket":
            spans = [
                span
                for source in sources
                if any(rule.silences(source.labels, alert.labels) for rule in rules)
                for span in source.episodes
            ]
            episodes = tuple(_notified(alert.episodes, spans, max(wait, STEP)))
            if episodes:
                yield FiredAlert(alert.labels, episodes)


def _inhibitions(catalog: Catalog) -> tuple[Inhibition, ...]:
    rules: Any = inhibit_rules(alert_label_names(catalog), budget_labels(catalog))
    nobody = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}
    return parse({**nobody, "inhibit_rules": rules}).inhibitions


def _notified(
    episodes: Iterable[TimeSpan], inhibited: list[TimeSpan], wait: timedelta
) -> Iterator[TimeSpan]:
    for episode in episodes:
        parts = missing(episode, inhibited)
        yield from (part for part in parts if part == episode or part.length > wait)
