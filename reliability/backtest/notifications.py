"""Simulation of a backtest's episodes in the compiled Alertmanager configuration, or Datadog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.alertmanager.simulate.end_routes import EndIndex
from reliability.alertmanager.simulate.posts import FiringAlert, Sending
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer
from reliability.alertmanager.simulate.simulation import simulate
from reliability.alertmanager.simulate.times import time_intervals
from reliability.backtest.datadog_messages import datadog_messages
from reliability.backtest.episodes import Episode
from reliability.backtest.notified_sides import NotificationSides, UnknownNotifications
from reliability.backtest.outcome import AlertFirings, Backtest, Outcome, OutcomeRow
from reliability.backtest.tally import (
    AlertKey,
    MessageReader,
    Named,
    SentMessage,
    SideNotifications,
    count_notifications,
    sent_messages,
)
from reliability.burnrate import BurnRateAlert
from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.datadog.texts import Recipients
from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.model.team import Team
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.alerts import DeclaredAlert, alerts
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.signals import SignalAlert, signals
from reliability.resource import Resource
from reliability.timespan import TimeSpan


def with_notifications(result: Backtest, old: Catalog | None, new: Catalog) -> Backtest:
    """Return the backtest with the notifications of each side, by its own routes."""
    after = _notifications(result, new, is_old=False)
    before = _notifications(result, old, is_old=True) if old else after
    return replace(result, notifications=NotificationSides(before, after))


@dataclass(frozen=True, eq=False, kw_only=True)
class CurrentMessages:
    """Simulation of the messages about burn-rate alerts, for all services of a catalog or some.

    `configuration` is None if Datadog evaluates all of them. `burns` are the alerts by their keys,
    `external` the labels that the server adds, and `zones` the time zones of teams.
    """

    configuration: Configuration | None
    burns: Mapping[AlertKey, DeclaredAlert]
    external: Mapping[str, str]
    recipients: Recipients
    zones: Mapping[str, tzinfo]
    span: TimeSpan

    @classmethod
    def of(
        cls, catalog: Catalog, declared: Iterable[DeclaredAlert], span: TimeSpan
    ) -> CurrentMessages | UnknownNotifications:
        """Compile the configuration; `declared` are all alerts of the catalog."""
        burns, _ = _by_key(declared)
        configuration = _configuration(catalog, burns.values())
        if isinstance(configuration, UnknownNotifications):
            return configuration
        return cls.routed(catalog, burns.values(), span, configuration)

    @classmethod
    def routed(
        cls,
        catalog: Catalog,
        declared: Iterable[DeclaredAlert],
        span: TimeSpan,
        configuration: Configuration | None,
    ) -> CurrentMessages:
        """Return the simulation for a configuration that was compiled from the catalog."""
        burns, _ = _by_key(declared)
        if configuration is not None:
            # For each service the routes would be indexed anew.
            configuration = replace(configuration, ends=EndIndex.of(configuration.routing))
        return cls(
            configuration=configuration,
            burns=burns,
            external=dict(catalog.placement.external),
            recipients=Recipients.of(catalog),
            zones=team_zones(catalog),
            span=span,
        )

    def sent(self, rows: Iterable[OutcomeRow]) -> list[SentMessage]:
        """Return the messages that the current side of replayed alerts sends, in order of time."""
        alerts: list[Named] = []
        for row in rows:
            key = row.key
            if key in self.burns:
                alerts += _burning(
                    self.burns[key], key, row.new, external=self.external, to=self.recipients
                )
        return _sent(alerts, self.configuration, zones=self.zones, span=self.span)


def _sent(
    alerts: Iterable[Named],
    configuration: Configuration | None,
    zones: Mapping[str, tzinfo],
    span: TimeSpan,
) -> list[SentMessage]:
    """Return the messages of Alertmanager and of Datadog, in order of time."""
    routed: list[Named] = []
    monitored: list[Named] = []
    for named in alerts:
        (routed if named.handles is None else monitored).append(named)
    messages = [*datadog_messages(monitored, span, zones)]
    if configuration is not None:
        notifications = simulate(
            [named.alert for named in routed],
            configuration,
            SimulatedServer(started=span.start),
            span=span,
        )
        reader = MessageReader(alerts=routed, routing=configuration.routing, zones=zones)
        messages += sent_messages(notifications, reader)
    return sorted(messages, key=lambda message: message.local) if monitored else messages


def _notifications(
    result: Backtest, catalog: Catalog, *, is_old: bool
) -> SideNotifications | UnknownNotifications:
    burns, names = _by_key(alerts(objectives(catalog), signals(catalog)))
    rows = (burns.get(row.key) for row in result.rows)
    replayed = [alert for alert in rows if alert is not None]
    configuration = _configuration(catalog, () if result.signals else replayed)
    if isinstance(configuration, UnknownNotifications):
        return configuration
    named = _rows(result, catalog, burns, names, is_old=is_old)
    return count_notifications(
        _sent(named, configuration, zones=team_zones(catalog), span=result.span)
    )


def _configuration(
    catalog: Catalog, evaluated: Collection[DeclaredAlert]
) -> Configuration | UnknownNotifications | None:
    """Return the compiled configuration, or None if Datadog evaluates all of some alerts."""
    if evaluated and all(_is_monitor(alert) for alert in evaluated):
        return None
    # One configuration is for all environments, so it is compiled from what is written.
    return _compiled(catalog.written or catalog)


def _is_monitor(alert: DeclaredAlert) -> bool:
    """Return whether an alert is a monitor in Datadog, which notifies by itself."""
    return isinstance(alert.subject, Objective) and bool(alert.subject.metrics)


def _compiled(catalog: Catalog) -> Configuration | UnknownNotifications:
    for made in AlertmanagerConfig().compile(catalog):
        if isinstance(made, Resource):
            try:
                return Configuration(parse(made.body), time_intervals(made.body))
            except RoutingRefusedError as refusal:
                return UnknownNotifications(
                    Message(
                        "the Alertmanager configuration cannot be read: {why}", why=refusal.message
                    )
                )
    return UnknownNotifications(
        Message("there is no Alertmanager configuration: no team says how it is reached")
    )


def team_zones(catalog: Catalog) -> Mapping[str, tzinfo]:
    """Return the time zones of teams, without those unknown on this machine, which count as UTC."""
    tzinfos: dict[str, tzinfo] = {}
    for team in catalog.documents(Team):
        try:
            tzinfos[team.value.metadata.name] = ZoneInfo(team.value.spec.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return tzinfos


def _rows(
    result: Backtest,
    catalog: Catalog,
    burns: Mapping[AlertKey, DeclaredAlert],
    names: Mapping[tuple[str, str], str],
    *,
    is_old: bool,
) -> Iterator[Named]:
    # Added when the server sends, unless an alert has the label. Replicas send the same labels, so
    # Alertmanager counts their alerts once.
    external, to = dict(catalog.placement.external), Recipients.of(catalog)
    for row in result.rows:
        outcome, key = row.old if is_old else row.new, row.key
        if key in burns:
            yield from _burning(burns[key], key, outcome, external=external, to=to)

    team_label = alert_label_names(catalog).team
    for signal in result.signals:
        outcome = signal.old if is_old else signal.new
        key = AlertKey(signal.service, signal.name, signal.watched, signal.tier)
        alertname = names.get((signal.service, signal.name), signal.name)
        for labels, spans in _by_labels(outcome):
            fired = FiringAlert({**external, **labels, "alertname": alertname}, spans)
            yield Named(key, fired, labels.get(team_label, ""))


def _by_key(
    declared: Iterable[DeclaredAlert],
) -> tuple[dict[AlertKey, DeclaredAlert], dict[tuple[str, str], str]]:
    """Return the burn-rate alerts, one per tier, and the alert name of each signal.

    Several OpenSLO alerts in one tier count as one alert that fires when any of them does.
    """
    burns: dict[AlertKey, DeclaredAlert] = {}
    names: dict[tuple[str, str], str] = {}
    for alert in declared:
        match alert.subject, alert.condition:
            case Objective() as about, BurnRateAlert():
                key = AlertKey(alert.service, about.slo_name, about.name, alert.tier)
                burns.setdefault(key, alert)
            case SignalAlert() as about, _:
                names[alert.service, about.signal.name] = alert.name
            case _:
                continue

    return burns, names


def _burning(
    alert: DeclaredAlert,
    key: AlertKey,
    outcome: Outcome,
    *,
    external: Mapping[str, str],
    to: Recipients,
) -> Iterator[Named]:
    """Yield one alert for each set of labels with episodes."""
    handles = to.of_team(alert.team, alert.tier) if _is_monitor(alert) else None
    for labels, spans in _by_labels(outcome):
        named = {**external, **labels, **alert.labels, "alertname": alert.name}
        fired = FiringAlert(named, spans, Sending(alert.every))
        yield Named(key, fired, alert.team, handles)


def _by_labels(outcome: Outcome) -> Iterator[tuple[dict[str, str], list[TimeSpan]]]:
    by_labels: defaultdict[frozenset[tuple[str, str]], list[Episode]] = defaultdict(list)
    for episode in outcome.episodes if isinstance(outcome, AlertFirings) else ():
        by_labels[frozenset(episode.labels.items())].append(episode)
    for labels, episodes in by_labels.items():
        yield dict(labels), joined(item.span for item in episodes)


def joined(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Return the spans in order, with touching spans joined."""
    time_spans: list[TimeSpan] = []
    for span in sorted(spans):
        if time_spans and span.start <= time_spans[-1].end:
            time_spans[-1] = TimeSpan(time_spans[-1].start, max(time_spans[-1].end, span.end))
        else:
            time_spans.append(span)
    return time_spans
