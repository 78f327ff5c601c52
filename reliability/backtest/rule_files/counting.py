"""The alerts of one side through Alertmanager, and what people would have got."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reliability.alertmanager.routing import Routing
from reliability.alertmanager.simulate.posts import FiringAlert, Sending
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer, Version
from reliability.alertmanager.simulate.simulation import Notification, simulate
from reliability.alertmanager.simulate.times import TimeIntervals
from reliability.arrays import runs
from reliability.backtest.rule_files.reach import Reach, ReachMapping, of_receiver, strongest
from reliability.backtest.rule_files.result import Received, SideReceived
from reliability.backtest.tally import OpenIncidents, is_night, is_weekend, messages
from reliability.promql.evaluate.replay import Alert
from reliability.promql.evaluate.semantics import MILLISECOND
from reliability.timespan import EPOCH, TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRoutes:
    """How one side's alerts are notified about; `mapping` overrides what receivers are.

    `version` is that of the Alertmanager, which removes empty groups earlier or later.
    """

    routing: Routing
    intervals: TimeIntervals = field(default_factory=dict)
    mapping: ReachMapping = field(default_factory=ReachMapping)
    version: Version = Version.NEWER


def received(
    fired: Sequence[tuple[int, Alert]], routes: RuleRoutes, span: TimeSpan
) -> SideReceived:
    """Count the messages of a span about alerts, which come with the numbers of their rows."""
    alerts = [_firing(alert) for _, alert in fired]
    configuration = Configuration(routes.routing, routes.intervals)
    # What fires before the span has its messages before it: they open groups and incidents
    started = min([span.start, *_beginnings(alerts)])
    server = SimulatedServer(started=started, version=routes.version)
    builder = _Counts(rows=[row for row, _ in fired], alerts=alerts, routes=routes)

    notifications = simulate(alerts, configuration, server, span=span)
    for message in messages(notifications):
        builder.count(message, is_shown=message[0].at >= span.start)

    return SideReceived(
        reaches=dict(builder.reaches),
        receivers=dict(builder.receivers),
        alerts=dict(builder.by_row),
        by_receiver=dict(builder.by_receiver),
        receiver_reaches={name: strongest(done) for name, done in builder.done.items()},
    )


def _beginnings(alerts: Iterable[FiringAlert]) -> Iterator[datetime]:
    return (alert.spans[0].start for alert in alerts if alert.spans)


def _firing(alert: Alert) -> FiringAlert:
    spans = [
        TimeSpan(
            EPOCH + int(alert.times[first]) * MILLISECOND,
            # The first evaluation at which it no longer fires
            EPOCH + int(alert.times[last - 1]) * MILLISECOND + alert.every,
        )
        for first, last in runs(alert.states.firing)
    ]
    return FiringAlert(dict(alert.labels), spans, Sending(alert.every))


@dataclass(slots=True, kw_only=True)
class _Counts:
    rows: Sequence[int]
    alerts: Sequence[FiringAlert]
    routes: RuleRoutes
    reaches: defaultdict[Reach, Received] = field(default_factory=lambda: defaultdict(Received))
    receivers: defaultdict[str, Received] = field(default_factory=lambda: defaultdict(Received))
    by_row: defaultdict[int, Received] = field(default_factory=lambda: defaultdict(Received))
    by_receiver: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    done: defaultdict[str, set[Reach]] = field(default_factory=lambda: defaultdict(set))
    incidents: OpenIncidents = field(default_factory=OpenIncidents)

    def count(self, message: list[Notification], *, is_shown: bool) -> None:
        """Count what a receiver got of a group at one moment, or only note that it did."""
        opens = [self.incidents.opens(part) for part in message]
        firing = sorted({number for part in message for number in part.firing})
        if not firing or not is_shown:
            return

        reach = self._reach(message, firing)
        first = message[0]
        local = first.at.astimezone(UTC)
        is_repeat = all(part.reason == "repeat" for part in message)
        counts = any(opens) if reach in ("page", "ticket") else True
        tally = Received(
            messages=1,
            repeats=int(is_repeat),
            counted=int(counts),
            night=int(counts and is_night(local)),
            weekend=int(counts and is_weekend(local)),
        )

        self.reaches[reach] += tally
        self.receivers[first.receiver] += tally
        self.done[first.receiver].add(reach)
        for row in {self.rows[number] for number in firing}:
            self.by_row[row] += tally
            self.by_receiver[row, first.receiver] += 1

    def _reach(self, message: Iterable[Notification], firing: Iterable[int]) -> Reach:
        mapped = {
            reach
            for number in firing
            if (reach := self.routes.mapping.of_labels(self.alerts[number].labels)) is not None
        }
        if mapped:
            return strongest(mapped)
        receivers = self.routes.routing.receivers
        return strongest(
            of_receiver(receivers[part.receiver], part.integrations) for part in message
        )
