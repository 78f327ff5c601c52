"""Groups of alerts with one ticket: those of one signal of a service, and of one error budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from reliability.alert_labels import OF_SERIES, PLAIN, AlertLabelNames
from reliability.history.covered import merged
from reliability.load.catalog import Catalog
from reliability.model.openslo.slo import Slo
from reliability.providers.fired import FiredAlert, Labels
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.alerts import HEARTBEAT, objective_alerts
from reliability.resolve.environments.placements import environments
from reliability.resolve.objectives import Objective, team_names
from reliability.timespan import TimeSpan

ALERT_NAME: Final = "alertname"


@dataclass(frozen=True, slots=True, order=True)
class SignalGroup:
    """A signal of a service, with the labels that distinguish its SLOs and error budgets."""

    service: str
    signal: str
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The key of the group in a marker, without spaces; it begins with the service."""
        parts = (f"{quote(name)}={quote(value, safe='')}" for name, value in self.labels)
        return "/".join((self.service, quote(self.signal, safe=""), *parts))

    @property
    def slo(self) -> str:
        """The name of the group's SLO; empty if it has none."""
        return dict(self.labels).get("slo", "")


@dataclass(frozen=True, slots=True)
class GroupActivity:
    """The spans in which any alert of a group fired, and these alerts."""

    group: SignalGroup
    episodes: tuple[TimeSpan, ...]
    alerts: tuple[FiredAlert, ...]
    names: AlertLabelNames = PLAIN

    def is_about(self, objective: Objective) -> bool:
        """Return whether these are alerts of an objective."""
        return objective.service == self.group.service and any(
            self.alerts[0].labels.items() >= {ALERT_NAME: each.name, **each.labels}.items()
            for each in objective_alerts(objective)
        )


@dataclass(frozen=True, slots=True)
class GroupedActivity:
    """The activity of declared services, and the number of alerts of other services."""

    activities: tuple[GroupActivity, ...]
    foreign: int


def grouped(fired: Iterable[FiredAlert], catalog: Catalog) -> GroupedActivity:
    """Group fired alerts; heartbeats are left out, because they always fire."""
    services = frozenset((*catalog.services, *team_names(catalog)))
    names = alert_label_names(catalog)
    budgets = {
        (slo.value.spec.service, slo.value.metadata.name): slo.value.review.group_labels
        for slo in catalog.documents(Slo)
    }
    # Without environments, a label of the same name is one that a server adds, as ever.
    placed = (names.environment, names.shard) if environments(catalog) else ()
    groups: dict[SignalGroup, list[FiredAlert]] = defaultdict(list)
    foreign = 0

    for alert in fired:
        if alert.labels.get(names.service) not in services:
            foreign += 1
        elif alert.labels.get(names.kind) != HEARTBEAT:
            groups[group_of(alert.labels, budgets, names, placed=placed)].append(alert)

    activities = tuple(_activity(group, groups[group], names) for group in sorted(groups))
    return GroupedActivity(activities, foreign)


def group_of(
    labels: Labels,
    budgets: Mapping[tuple[str, str], tuple[str, ...]],
    names: AlertLabelNames,
    *,
    placed: tuple[str, ...] = (),
) -> SignalGroup:
    """Return the group of an alert; `budgets` has the group-by labels of each (service, SLO).

    `placed` are the labels of environments and shards: what fires in two of them is two tickets.

    The key uses fixed names for the labels of SLO and objective, so that an issue stays the same
    if a repository renames those labels.
    """
    service, slo = labels.get(names.service, ""), labels.get(names.slo, "")
    values = [("slo", slo), ("objective", labels.get(names.objective, ""))]
    values += [(name, labels.get(name, "")) for name in budgets.get((service, slo), ())]
    values += [(name, labels.get(name, "")) for name in placed]
    return SignalGroup(
        service, labels.get(ALERT_NAME, ""), tuple(pair for pair in values if pair[1])
    )


def what_differs(alert: FiredAlert, activity: GroupActivity) -> str:
    """Return the labels of an alert that its group does not have, in PromQL syntax."""
    known = {ALERT_NAME, *activity.names.all, *(name for name, _ in activity.group.labels)}
    known.update(OF_SERIES)
    own = ((name, value) for name, value in sorted(alert.labels.items()) if name not in known)
    return ", ".join(f'{name}="{value}"' for name, value in own)


def _activity(
    group: SignalGroup, alerts: Iterable[FiredAlert], names: AlertLabelNames
) -> GroupActivity:
    every = tuple(alerts)
    return GroupActivity(group, merged(_spans(every)), every, names=names)


def _spans(alerts: Iterable[FiredAlert]) -> Iterator[TimeSpan]:
    for alert in alerts:
        yield from alert.episodes
