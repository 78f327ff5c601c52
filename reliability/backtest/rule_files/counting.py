"""The alerts of one side through Alertmanager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from reliability.alertmanager.routing import Routing
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer, Version
from reliability.alertmanager.simulate.simulation import simulate
from reliability.alertmanager.simulate.times import TimeIntervals
from reliability.backtest.effects import EffectMapping
from reliability.backtest.tally import (
    MessageReader,
    Named,
    SideNotifications,
    count_notifications,
    sent_messages,
)
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRoutes:
    """How one side's alerts are notified about; `mapping` overrides the effects of receivers.

    `version` is that of the Alertmanager, which removes empty groups earlier or later. `zones` are
    the time zones of teams.
    """

    routing: Routing
    intervals: TimeIntervals = field(default_factory=dict)
    mapping: EffectMapping = field(default_factory=EffectMapping)
    version: Version = Version.NEWER
    zones: Mapping[str, tzinfo] = field(default_factory=dict)


def side_notifications(
    alerts: Sequence[Named], routes: RuleRoutes, span: TimeSpan
) -> SideNotifications:
    """Count the messages of a span about alerts."""
    # What fires before the span has its messages before it: they open groups and incidents.
    begins = (named.alert.spans[0].start for named in alerts if named.alert.spans)
    server = SimulatedServer(started=min([span.start, *begins]), version=routes.version)
    configuration = Configuration(routes.routing, routes.intervals)
    notifications = simulate([named.alert for named in alerts], configuration, server, span=span)
    reader = MessageReader(
        alerts=alerts, routing=routes.routing, zones=routes.zones, mapping=routes.mapping
    )
    return count_notifications(sent_messages(notifications, reader, since=span.start))
