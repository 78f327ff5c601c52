"""Event loop of Alertmanager: posts arrive, groups are flushed, silences begin and end.

Semantics: dispatch/dispatch.go of Alertmanager 0.28.1 and 0.33.1. A flush that cannot notify is not
simulated: a group sleeps until a post, a silence, or the next repeat may change something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Final

from reliability.alertmanager.simulate.end_routes import EndIndex
from reliability.alertmanager.simulate.group import AlertGroup, EndRoute, LogKey
from reliability.alertmanager.simulate.inhibition import EverySource, OneSource
from reliability.alertmanager.simulate.moments import (
    datetime_of,
    milliseconds,
    moment_of,
    not_before,
)
from reliability.alertmanager.simulate.muting import Muting
from reliability.alertmanager.simulate.notification_log import (
    IntegrationGroup,
    LogEntry,
    Reason,
    entry,
    reason,
)
from reliability.alertmanager.simulate.posts import FiringAlert, Post, next_post, posts
from reliability.alertmanager.simulate.times import holds

if TYPE_CHECKING:
    from reliability.alertmanager.simulate.server import Configuration, SimulatedServer

SILENCE, POST, FLUSH = range(3)
"""Kinds of events, in their order at one moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNotification:
    """One notification inside the simulation: the time in milliseconds, alerts by number."""

    at: int
    group: AlertGroup
    integrations: IntegrationGroup
    reason: Reason
    firing: frozenset[int]
    over: frozenset[int]


@dataclass(frozen=True, slots=True)
class ResolvedResend:
    """A resend of a resolved alert to a group that has already dropped it.

    `index` is that of the group among those of the alert.
    """

    post: Post
    index: int


DispatchEvent = int | Post | ResolvedResend | AlertGroup


class Dispatch:
    """Dispatcher with all groups, the notification log, and the queue of coming events.

    An alert's ends are the routes that it reaches; `_groups` holds its group at each, in the same
    order. Alerts are numbered by their position in `alerts`.
    """

    def __init__(
        self,
        alerts: Sequence[FiringAlert],
        configuration: Configuration,
        server: SimulatedServer,
        until: int,
    ) -> None:
        self._alerts: Final = alerts
        self._configuration: Final = configuration
        self._is_older: Final = server.version.value == "0.28"
        self._kept: Final = server.kept

        # Old groups are removed at the ticks of a maintenance loop, which starts with the server.
        self._started: Final = moment_of(server.started)
        self._upkeep: Final = milliseconds(server.cleanup_interval)
        labels = [alert.labels for alert in alerts]
        routing = configuration.routing
        new_group = EverySource if self._is_older else OneSource
        self._muting: Final = Muting(
            labels, routing.inhibitions, configuration.silences, new_group=new_group
        )
        self._ends: Final = (configuration.ends or EndIndex.of(routing)).ends_of(labels)

        self._by_identity: Final[dict[tuple[object, ...], AlertGroup]] = {}
        self._log: Final[dict[tuple[LogKey, tuple[int, ...]], LogEntry]] = {}
        self._groups: Final[list[list[AlertGroup | None]]] = [
            [None] * len(end) for end in self._ends
        ]
        self._firing: Final = [False] * len(alerts)
        self._until: Final = until
        self._order: Final = count()
        self._coming: Final[list[tuple[int, int, int, int, DispatchEvent]]] = [
            (post.at, POST, number, next(self._order), post)
            for number, alert in enumerate(alerts)
            for post in posts(number, alert, until)
        ]
        for moment, number in self._muting.boundaries():
            self._coming.append((moment, SILENCE, number, next(self._order), number))
        heapify(self._coming)

    def run(self) -> Iterator[SimulatedNotification]:
        """Yield every notification until the end, in order of time."""
        while self._coming:
            now, *_, what = heappop(self._coming)
            if now >= self._until:
                return

            # An entry of the queue is never removed: a flush that was moved stays in it, and is
            # recognized by its time. Removing from the middle of a heap would be linear.
            match what:
                case AlertGroup() if what.due == now:
                    yield from self._flush(what, now)
                case Post():
                    self._receive(what)
                case ResolvedResend():
                    self._receive_again(what, now)
                case int():
                    self._wake_groups_of(what, now)
                case _:
                    pass  # a flush that was rescheduled: the queue still holds its first time

    def _schedule(self, moment: int, kind: int, what: DispatchEvent) -> None:
        """Queue an event; posts of one moment come in the order of one batch of Prometheus."""
        rank = what.post.number if isinstance(what, ResolvedResend) else 0
        heappush(self._coming, (moment, kind, rank, next(self._order), what))

    def _receive(self, post: Post) -> None:
        """Pass a new state of an alert to its groups, and wake those that it may inhibit."""
        self._firing[post.number] = not post.is_over
        for index in range(len(self._ends[post.number])):
            self._add_to_group(post, index, post.at)
        for other in self._muting.changed(post):
            self._wake_groups_of(other, post.at)

    def _receive_again(self, again: ResolvedResend, now: int) -> None:
        if not self._firing[again.post.number]:
            self._add_to_group(again.post, again.index, now)

    def _add_to_group(self, post: Post, index: int, now: int) -> None:
        group = self._group(post, index, now)
        is_old = post.began + group.end.wait < now
        is_new = not group.alerts and not group.is_flushed
        is_changed = group.receive(post)

        # `aggrGroup.insert` flushes at once if the alert began longer than `group_wait` ago: a
        # restarted Alertmanager must not delay alerts that have been firing. 0.33 does so only for
        # the alert that creates the group.
        if is_old and not group.is_flushed and (is_new or self._is_older):
            group.tick = now
        if is_changed or group.due is None:
            self._wake(group, now)

    def _group(self, post: Post, index: int, now: int) -> AlertGroup:
        """Return the alert's group at one of its ends; create it if there is none any more."""
        # Most posts stay in their group; naming it each time costs some percent of a simulation.
        known_group = self._groups[post.number][index]
        if known_group is not None and not self._is_removed(known_group, now):
            return known_group

        end, labels = self._ends[post.number][index], self._alerts[post.number].labels
        names = known_group.labels if known_group else end.route.group(labels, older=self._is_older)
        identity = (end.route.pointer, frozenset(names.items()))
        group = self._by_identity.get(identity)

        if group is None or self._is_removed(group, now):
            # The log is keyed by receiver and `GroupKey`, which has the matchers of the path
            # (`Route.Key`) and the labels, but not the route's index: sibling routes with equal
            # matchers share an entry.
            log_key = (end.route.receiver, end.key, identity[1])
            before, group = (
                group,
                AlertGroup(end=end, labels=names, log_key=log_key, tick=now + end.wait),
            )
            self._by_identity[identity] = group
            for late_resend in before.late_resends if before else ():
                self._schedule_resend(late_resend, before, now - 1)
                if self._creates_group(late_resend, post, now):
                    group.tick = now

        self._groups[post.number][index] = group
        return group

    def _creates_group(self, late_resend: Post, post: Post, now: int) -> bool:
        """Return whether a resolved alert precedes a firing one in a batch, and creates its group.

        The resolved alert began longer than `group_wait` ago, so the group is flushed at once
        instead of `group_wait` after the firing alert.
        """
        later = next_post(late_resend, self._alerts[late_resend.number], now - 1)
        return later is not None and later.at == now and late_resend.number < post.number

    def _is_removed(self, group: AlertGroup, now: int) -> bool:
        if group.emptied is None:
            return False
        # 0.33 removes an empty group at the flush; 0.28 at the next tick of its cleanup loop, and
        # an alert that arrives before that finds the old group with its clock.
        return not self._is_older or not_before(self._started, self._upkeep, group.emptied) <= now

    def _wake_groups_of(self, number: int, now: int) -> None:
        for group in self._groups[number]:
            if group is not None and number in group.alerts:
                self._wake(group, now)

    def _wake(self, group: AlertGroup, now: int) -> None:
        tick = group.next_tick(now)
        if group.due is None or tick < group.due:
            group.due = tick
            self._schedule(tick, FLUSH, group)

    def _flush(self, group: AlertGroup, now: int) -> Iterator[SimulatedNotification]:
        # `aggrGroup.run` resets its timer to `group_interval` before it notifies: a slow receiver
        # does not move later flushes, so the tick counts from this flush.
        group.due, group.tick, group.is_flushed = None, now, True
        firing, over = self._visible(group, now)
        wake_times: list[int] = []

        for integrations in group.end.integration_groups if firing or over else ():
            kind = self._reason_to_notify(group, integrations, firing, over=over, now=now)
            # A notification of resolved alerts alone is recorded in the log even if the receiver
            # does not want it: `needsUpdate` clears the firing alerts of the entry "irrespective of
            # the send_resolved flag".
            if kind is not None and (firing or integrations.sends_resolved):
                yield SimulatedNotification(
                    at=now,
                    group=group,
                    integrations=integrations,
                    reason=kind,
                    firing=firing,
                    over=over,
                )
            if firing:
                last = self._log[group.log_key, integrations.indexes]
                # A repeat needs more than `repeat_interval`, or an entry that is gone.
                wake_times.append(min(last.at + group.end.repeat + 1, last.gone))

        # Alertmanager deletes resolved alerts only after a flush that notified without an error
        # (`aggrGroup.flush`). Receivers never fail here, so every flush drops them.
        self._drop_resolved(group, now)
        if group.end.has_times or any(map(self._muting.is_unsteady, group.alerts)):
            # The clock, or a resend of a source, may unmute an alert at any flush.
            wake_times.append(now + 1)
        if wake_times and group.alerts:
            self._wake(group, min(wake_times))

    def _reason_to_notify(
        self,
        group: AlertGroup,
        integrations: IntegrationGroup,
        firing: frozenset[int],
        over: frozenset[int],
        now: int,
    ) -> Reason | None:
        """Return why a flush notifies, or None; a notification is recorded in the log."""
        key, repeat = (group.log_key, integrations.indexes), group.end.repeat
        last = self._log.get(key)
        if last is not None and last.at == now:
            # Two routes with the same receiver and matchers share a log key. If both are flushed
            # in the same millisecond, each reads the log before the other has written.
            last = last.before

        kind = reason(
            last, firing=firing, over=over, integrations=integrations, repeat=repeat, now=now
        )
        if kind is not None:
            self._log[key] = entry(
                now, firing=firing, over=over, repeat=repeat, kept=self._kept, before=last
            )

        return kind

    def _visible(self, group: AlertGroup, now: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return the firing and the resolved alerts of a group without the muted ones."""
        firing: list[int] = []
        over: list[int] = []
        # Time intervals mute a whole route (`TimeActiveStage`, `TimeMuteStage`), inhibition and
        # silences single alerts. The flush still happens, so a mute does not move the clock of the
        # group.
        if not (group.end.has_times and self._is_muted_by_time(group.end, now)):
            for number, post in group.alerts.items():
                if not self._muting.mutes(number, now):
                    (over if post.is_over else firing).append(number)
        return frozenset(firing), frozenset(over)

    def _is_muted_by_time(self, end: EndRoute, now: int) -> bool:
        intervals, at = self._configuration.intervals, datetime_of(now)
        active = end.route.active_time_intervals
        if active and not holds(intervals, active, at):
            return True
        return holds(intervals, end.route.mute_time_intervals, at)

    def _drop_resolved(self, group: AlertGroup, now: int) -> None:
        """Drop the resolved alerts, and schedule their resends.

        Prometheus resends a resolved alert for 15 minutes, and each resend enters the group anew.
        If that empties and removes the group, a resend creates a group of its own. An alert that
        began longer than `group_wait` ago creates one that is flushed and removed at once; without
        a notification to resolve, that changes nothing until a group of this name exists again.
        Such resends are kept as `late_resends` instead of being replayed one by one.
        """
        ended = group.drop_ended(now)
        if not self._is_older and not group.alerts and self._is_quiet(group):
            group.late_resends = [
                post for post in ended if self._is_flushed_at_once(post, group, now)
            ]
            ended = [post for post in ended if post not in group.late_resends]

        for post in ended:
            self._schedule_resend(post, group, now)

    def _is_flushed_at_once(self, post: Post, group: AlertGroup, now: int) -> bool:
        """Return whether the next resend creates a group that is flushed and removed at once."""
        later = next_post(post, self._alerts[post.number], now)
        return later is None or post.began + group.end.wait < later.at

    def _is_quiet(self, group: AlertGroup) -> bool:
        entries = (
            self._log.get((group.log_key, integrations.indexes))
            for integrations in group.end.integration_groups
        )
        return not any(log_entry.firing for log_entry in entries if log_entry)

    def _schedule_resend(self, post: Post, group: AlertGroup | None, after: int) -> None:
        later = next_post(post, self._alerts[post.number], after)
        if later is not None and later.at < self._until:
            self._schedule(
                later.at, POST, ResolvedResend(later, self._groups[post.number].index(group))
            )
