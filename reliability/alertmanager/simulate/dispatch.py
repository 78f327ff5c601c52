"""The clock of Alertmanager: posts come in, groups are flushed, silences end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Final

from reliability.alertmanager.routing import walk
from reliability.alertmanager.simulate.bonds import EverySource, OneSource
from reliability.alertmanager.simulate.group import AlertGroup, EndRoute, LogKey, ends_of
from reliability.alertmanager.simulate.moments import (
    datetime_of,
    milliseconds,
    moment_of,
    not_before,
)
from reliability.alertmanager.simulate.muting import Muting
from reliability.alertmanager.simulate.sent import FiringAlert, Post, next_post, posts
from reliability.alertmanager.simulate.times import holds
from reliability.alertmanager.simulate.told import LogEntry, News, SendPath, entry, news

if TYPE_CHECKING:
    from reliability.alertmanager.simulate.server import Configuration, SimulatedServer

SILENCE, POST, FLUSH = range(3)
"""What happens first at one moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNotification:
    """One notification, inside of the simulation."""

    at: int
    group: AlertGroup
    way: SendPath
    news: News
    firing: frozenset[int]
    over: frozenset[int]


@dataclass(frozen=True, slots=True)
class ResolvedResend:
    """Prometheus tells a group once more that an alert is over, which has left it."""

    post: Post
    place: int


Happening = int | Post | ResolvedResend | AlertGroup


class Dispatch:
    """All groups, what they were told last, and what will happen next.

    An alert's ends are the nodes of the tree that it reaches; `_groups` holds its group at each.
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
        self._started: Final = moment_of(server.started)
        self._upkeep: Final = milliseconds(server.upkeep)
        labels = [alert.labels for alert in alerts]
        routing = configuration.routing
        bond = EverySource if self._is_older else OneSource
        self._muting: Final = Muting(labels, routing.inhibitions, configuration.silences, bond=bond)
        ends = ends_of(routing)
        self._ends: Final = [
            [
                ends[route.pointer]
                for route in walk(routing.root, of_alert)
                if ends[route.pointer].ways
            ]
            for of_alert in labels
        ]

        self._found: Final[dict[tuple[object, ...], AlertGroup]] = {}
        self._log: Final[dict[tuple[LogKey, tuple[int, ...]], LogEntry]] = {}
        self._groups: Final[list[list[AlertGroup | None]]] = [
            [None] * len(end) for end in self._ends
        ]
        self._firing: Final = [False] * len(alerts)
        self._until: Final = until
        self._order: Final = count()
        self._coming: Final[list[tuple[int, int, int, int, Happening]]] = [
            (post.at, POST, number, next(self._order), post)
            for number, alert in enumerate(alerts)
            for post in posts(number, alert, until)
        ]
        for moment, number in self._muting.boundaries():
            self._coming.append((moment, SILENCE, number, next(self._order), number))
        heapify(self._coming)

    def run(self) -> Iterator[SimulatedNotification]:
        """Everything that is told until the end."""
        while self._coming:
            now, *_, what = heappop(self._coming)
            if now >= self._until:
                return

            match what:
                case AlertGroup() if what.due == now:
                    yield from self._flush(what, now)
                case Post():
                    self._take(what)
                case ResolvedResend():
                    self._take_again(what, now)
                case int():
                    self._wake_groups_of(what, now)
                case _:
                    pass  # a flush that was moved

    def _at(self, moment: int, kind: int, what: Happening) -> None:
        """Posts of one moment come in the order of their alerts, as in one batch of Prometheus."""
        rank = what.post.number if isinstance(what, ResolvedResend) else 0
        heappush(self._coming, (moment, kind, rank, next(self._order), what))

    def _take(self, post: Post) -> None:
        """A new state of an alert: for its groups, and for those that it silences."""
        self._firing[post.number] = not post.is_over
        for place in range(len(self._ends[post.number])):
            self._put(post, place, post.at)
        for other in self._muting.changed(post):
            self._wake_groups_of(other, post.at)

    def _take_again(self, again: ResolvedResend, now: int) -> None:
        if not self._firing[again.post.number]:
            self._put(again.post, again.place, now)

    def _put(self, post: Post, place: int, now: int) -> None:
        group = self._group(post, place, now)
        is_old = post.began + group.end.wait < now
        is_new = not group.alerts and not group.is_flushed
        has_news = group.has_news(post)
        if is_old and not group.is_flushed and (is_new or self._is_older):
            group.tick = now
        if has_news or group.due is None:
            self._wake(group, now)

    def _group(self, post: Post, place: int, now: int) -> AlertGroup:
        """The alert's group at one of its ends; a new one where it was removed or never was."""
        mine = self._groups[post.number][place]
        if mine is not None and not self._is_removed(mine, now):
            return mine

        end, labels = self._ends[post.number][place], self._alerts[post.number].labels
        names = mine.labels if mine else end.route.group(labels, older=self._is_older)
        identity = (end.route.pointer, frozenset(names.items()))
        group = self._found.get(identity)

        if group is None or self._is_removed(group, now):
            log_key = (end.route.receiver, end.key, identity[1])
            before, group = (
                group,
                AlertGroup(end=end, labels=names, log_key=log_key, tick=now + end.wait),
            )
            self._found[identity] = group
            for echo in before.echoes if before else ():
                self._tell_again(echo, before, now - 1)
                if self._makes_it(echo, post, now):
                    group.tick = now

        self._groups[post.number][place] = group
        return group

    def _makes_it(self, echo: Post, post: Post, now: int) -> bool:
        """Whether an old end is told in the same batch before an alert, so that it made the group.

        Then the group is flushed at once, and not `group_wait` after the alert.
        """
        later = next_post(echo, self._alerts[echo.number], now - 1)
        return later is not None and later.at == now and echo.number < post.number

    def _is_removed(self, group: AlertGroup, now: int) -> bool:
        if group.emptied is None:
            return False
        return not self._is_older or not_before(self._started, self._upkeep, group.emptied) <= now

    def _wake_groups_of(self, number: int, now: int) -> None:
        for group in self._groups[number]:
            if group is not None and number in group.alerts:
                self._wake(group, now)

    def _wake(self, group: AlertGroup, now: int) -> None:
        tick = group.next_tick(now)
        if group.due is None or tick < group.due:
            group.due = tick
            self._at(tick, FLUSH, group)

    def _flush(self, group: AlertGroup, now: int) -> Iterator[SimulatedNotification]:
        group.due, group.tick, group.is_flushed = None, now, True
        firing, over = self._visible(group, now)
        wakes: list[int] = []

        for way in group.end.ways if firing or over else ():
            kind = self._news(group, way, firing, over=over, now=now)
            if kind is not None and (firing or way.tells_ends):
                yield SimulatedNotification(
                    at=now, group=group, way=way, news=kind, firing=firing, over=over
                )
            if firing:
                last = self._log[group.log_key, way.places]
                wakes.append(min(last.at + group.end.repeat + 1, last.gone))

        self._let_go(group, now)
        if group.end.has_times or any(map(self._muting.is_unsteady, group.alerts)):
            wakes.append(now + 1)
        if wakes and group.alerts:
            self._wake(group, min(wakes))

    def _news(
        self,
        group: AlertGroup,
        way: SendPath,
        firing: frozenset[int],
        over: frozenset[int],
        now: int,
    ) -> News | None:
        """What the log makes of it; what is told is noted there."""
        key, repeat = (group.log_key, way.places), group.end.repeat
        last = self._log.get(key)
        if last is not None and last.at == now:
            last = last.before  # groups that are flushed at once do not see what the other notes

        kind = news(last, firing=firing, over=over, way=way, repeat=repeat, now=now)
        if kind is not None:
            self._log[key] = entry(
                now, firing=firing, over=over, repeat=repeat, kept=self._kept, before=last
            )

        return kind

    def _visible(self, group: AlertGroup, now: int) -> tuple[frozenset[int], frozenset[int]]:
        """What fires and what is over, without what is muted."""
        firing: list[int] = []
        over: list[int] = []
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

    def _let_go(self, group: AlertGroup, now: int) -> None:
        """Drop what is over; Prometheus will tell of it again.

        For an alert that began longer than `group_wait` ago that changes nothing, if the group is
        removed by it and nobody was told that anything fires, until there is a group of its name
        again. A younger one makes a group whose clock begins.
        """
        ended = group.drop_ended(now)
        if not self._is_older and not group.alerts and self._is_quiet(group):
            group.echoes = [post for post in ended if self._is_flushed_at_once(post, group, now)]
            ended = [post for post in ended if post not in group.echoes]

        for post in ended:
            self._tell_again(post, group, now)

    def _is_flushed_at_once(self, post: Post, group: AlertGroup, now: int) -> bool:
        """Whether the next resend of an end makes a group that is flushed, and removed, at once."""
        later = next_post(post, self._alerts[post.number], now)
        return later is None or post.began + group.end.wait < later.at

    def _is_quiet(self, group: AlertGroup) -> bool:
        entries = (self._log.get((group.log_key, way.places)) for way in group.end.ways)
        return not any(log_entry.firing for log_entry in entries if log_entry)

    def _tell_again(self, post: Post, group: AlertGroup | None, after: int) -> None:
        later = next_post(post, self._alerts[post.number], after)
        if later is not None and later.at < self._until:
            self._at(later.at, POST, ResolvedResend(later, self._groups[post.number].index(group)))
