"""What belongs into one ticket: a service's signal, and the labels that tell budgets apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from reliability.alert_labels import PLAIN, AlertLabelNames
from reliability.history.covered import merged
from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo
from reliability.providers.fired import FiredAlert, Labels
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.alerts import HEARTBEAT
from reliability.resolve.objectives import team_names
from reliability.timespan import TimeSpan

ALERT_NAME: Final = "alertname"


@dataclass(frozen=True, slots=True, order=True)
class SignalGroup:
    """A signal of a service, with the labels that tell its promises and budgets apart."""

    service: str
    signal: str
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """One word for it; it begins with the service."""
        parts = (f"{quote(name)}={quote(value, safe='')}" for name, value in self.labels)
        return "/".join((self.service, quote(self.signal, safe=""), *parts))

    @property
    def slo(self) -> str:
        """The SLO that it is about; empty for none."""
        return dict(self.labels).get("slo", "")


@dataclass(frozen=True, slots=True)
class GroupActivity:
    """What a group did: when any of its alerts fired, and which alerts they were."""

    group: SignalGroup
    episodes: tuple[TimeSpan, ...]
    alerts: tuple[FiredAlert, ...]
    names: AlertLabelNames = PLAIN


@dataclass(frozen=True, slots=True)
class GroupedActivity:
    """The noise of declared services, and how many alerts there were of others."""

    activities: tuple[GroupActivity, ...]
    foreign: int


def grouped(fired: Iterable[FiredAlert], catalog: Catalog) -> GroupedActivity:
    """Put what fired into groups; heartbeats fire all the time and are left out."""
    services = frozenset((*catalog.services, *team_names(catalog)))
    names = alert_label_names(catalog)
    budgets = {
        (slo.value.spec.service, slo.value.metadata.name): slo.value.review.group_labels
        for slo in catalog.each(Slo)
    }
    groups: dict[SignalGroup, list[FiredAlert]] = defaultdict(list)
    foreign = 0

    for alert in fired:
        if alert.labels.get(names.service) not in services:
            foreign += 1
        elif alert.labels.get(names.kind) != HEARTBEAT:
            groups[group_of(alert.labels, budgets, names)].append(alert)

    activities = tuple(_noise(group, groups[group], names) for group in sorted(groups))
    return GroupedActivity(activities, foreign)


def group_of(
    labels: Labels, budgets: Mapping[tuple[str, str], tuple[str, ...]], names: AlertLabelNames
) -> SignalGroup:
    """The group of an alert's labels; `budgets` names the labels that split each SLO's budget.

    A group calls SLO and objective by their plain names, so that an issue stays the same if a
    repository chooses other label names.
    """
    service, slo = labels.get(names.service, ""), labels.get(names.slo, "")
    values = [("slo", slo), ("objective", labels.get(names.objective, ""))]
    values += [(name, labels.get(name, "")) for name in budgets.get((service, slo), ())]
    return SignalGroup(
        service, labels.get(ALERT_NAME, ""), tuple(pair for pair in values if pair[1])
    )


def what_differs(alert: FiredAlert, noise: GroupActivity) -> str:
    """The labels of an alert beyond those of its group, as Prometheus writes them."""
    known = {ALERT_NAME, *noise.names.all, *(name for name, _ in noise.group.labels)}
    own = ((name, value) for name, value in sorted(alert.labels.items()) if name not in known)
    return ", ".join(f'{name}="{value}"' for name, value in own)


def _noise(
    group: SignalGroup, alerts: Iterable[FiredAlert], names: AlertLabelNames
) -> GroupActivity:
    every = tuple(alerts)
    return GroupActivity(group, merged(_spans(every)), every, names=names)


def _spans(alerts: Iterable[FiredAlert]) -> Iterator[TimeSpan]:
    for alert in alerts:
        yield from alert.episodes
