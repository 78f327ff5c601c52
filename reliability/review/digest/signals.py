"""How often each signal fired in a period, and which signals did not fire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from reliability.load.catalog import Catalog
from reliability.model.kind import TIERS
from reliability.providers.fired import FiredAlert, Labels
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.alerts import HEARTBEAT
from reliability.resolve.signals import signals
from reliability.review.digest.counts import DigestCounts
from reliability.review.tickets.groups import SignalGroup, grouped
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class SignalEpisodes:
    """The firings of a signal in one tier."""

    group: SignalGroup
    tier: str
    episodes: tuple[TimeSpan, ...]

    @property
    def times(self) -> int:
        """The number of firings."""
        return len(self.episodes)

    @property
    def time(self) -> timedelta:
        """The total time of all firings."""
        return sum((span.length for span in self.episodes), timedelta(0))


@dataclass(frozen=True, slots=True)
class SilentSignal:
    """A signal that did not fire in the lookback window."""

    service: str
    name: str


class ImpactLookup(Protocol):
    """A source that knows when users of a service were affected."""

    def during(self, service: str, span: TimeSpan) -> bool | None:
        """Return whether users were affected; None if that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class DigestSignals:
    """Everything that fired, the most frequent first, and the silent signals."""

    counted: tuple[SignalEpisodes, ...]
    silent: tuple[SilentSignal, ...]

    def counts(self, impact: ImpactLookup) -> DigestCounts:
        """Return the counts by tier; pages also by user impact, if that is known."""
        pages = [
            impact.during(episodes.group.service, span)
            for episodes in self.counted
            if episodes.tier == "alert"
            for span in episodes.episodes
        ]

        number, tickets, logs = (self._times(tier) for tier in ("alert", "ticket", "log"))
        return DigestCounts(
            pages=number,
            with_impact=pages.count(True),
            tickets=tickets,
            logs=logs,
            unknown=pages.count(None),
        )

    def within(self, placed: Mapping[str, str]) -> DigestSignals:
        """Return what fired with these labels of an environment; an empty label is none."""
        counted = tuple(
            episodes
            for episodes in self.counted
            if all(dict(episodes.group.labels).get(name, "") == of for name, of in placed.items())
        )
        return DigestSignals(counted, ())

    def _times(self, tier: str) -> int:
        return sum(episodes.times for episodes in self.counted if episodes.tier == tier)


def count_signals(
    fired: Iterable[FiredAlert], ever: Iterable[Labels], catalog: Catalog
) -> DigestSignals:
    """Group fired alerts by signal and tier; `ever` are the labels of a longer lookback window."""
    names = alert_label_names(catalog)
    by_tier: dict[str, list[FiredAlert]] = {}
    for alert in fired:
        # Alerts of other systems on the same server may have another tier.
        if (tier := alert.labels.get(names.tier, "")) in TIERS:
            by_tier.setdefault(tier, []).append(alert)

    counted = [
        SignalEpisodes(activity.group, tier, activity.episodes)
        for tier, alerts in sorted(by_tier.items())
        for activity in grouped(alerts, catalog).activities
    ]
    counted.sort(key=lambda each: (-each.times, each.group))
    return DigestSignals(tuple(counted), tuple(_silent(ever, catalog)))


def _silent(ever: Iterable[Labels], catalog: Catalog) -> Iterable[SilentSignal]:
    names = alert_label_names(catalog)
    known = {(labels.get(names.service, ""), labels.get("alertname", "")) for labels in ever}
    for signal in signals(catalog):
        written = signal.signal
        if written.kind != HEARTBEAT and (signal.service, written.alertname) not in known:
            yield SilentSignal(signal.service, written.name)
