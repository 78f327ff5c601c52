"""One group of alerts in Alertmanager: what is in it, and when it looks for news.

Semantics: dispatch/dispatch.go. A group is flushed once `group_wait` after its first alert, then
every `group_interval`, for as long as it is there; an alert that is over leaves it at a flush,
told or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reliability.alertmanager.routing import Route, Routing
from reliability.alertmanager.simulate.moments import milliseconds, not_before
from reliability.alertmanager.simulate.sent import Post
from reliability.alertmanager.simulate.told import SendPath, ways

LogKey = tuple[str, tuple[str, ...], frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRoute:
    """A node of the tree that alerts end at; lengths in milliseconds.

    `key` is what Alertmanager calls the route: two nodes whose matchers are the same on all their
    way are one to the notification log.
    """

    route: Route
    key: tuple[str, ...]
    ways: tuple[SendPath, ...]
    wait: int
    interval: int
    repeat: int

    @property
    def has_times(self) -> bool:
        """Whether it is muted by the clock."""
        return bool(self.route.mute_time_intervals or self.route.active_time_intervals)


def ends_of(routing: Routing) -> dict[tuple[str | int, ...], EndRoute]:
    """Every node of a tree, by its pointer."""
    return {end.route.pointer: end for end in _ends(routing, routing.root, ())}


def _ends(routing: Routing, route: Route, above: tuple[str, ...]) -> Iterator[EndRoute]:
    key = (*above, ",".join(sorted(map(str, route.matchers))))
    receiver = routing.receivers[route.receiver]
    yield EndRoute(
        route=route,
        key=key,
        ways=ways(receiver),
        wait=milliseconds(route.group_wait),
        interval=milliseconds(route.group_interval),
        repeat=milliseconds(route.repeat_interval),
    )
    for child in route.routes:
        yield from _ends(routing, child, key)


@dataclass(slots=True, eq=False, kw_only=True)
class AlertGroup:
    """Alerts that are told together.

    `alerts` holds the last post of each. `tick` is a flush of its clock, done or to come; the
    others are whole intervals apart. `due` is the flush that it is waiting for, None while it
    sleeps; `emptied` is when its last alert left, None while it has some; `echoes` are ends that
    Prometheus may still be telling when a group of the same name is made.
    """

    end: EndRoute
    labels: Mapping[str, str]
    log_key: LogKey
    tick: int
    alerts: dict[int, Post] = field(default_factory=dict)
    due: int | None = None
    is_flushed: bool = False
    emptied: int | None = None
    echoes: Sequence[Post] = ()

    def next_tick(self, moment: int) -> int:
        """Its first flush that is not before a moment and not yet done."""
        if not self.is_flushed:
            return self.tick
        return not_before(self.tick + self.end.interval, self.end.interval, moment)

    def has_news(self, post: Post) -> bool:
        """Take an alert in; whether it was not there, or not in this state."""
        before = self.alerts.get(post.number)
        self.alerts[post.number] = post
        self.emptied = None
        return before is None or before.is_over != post.is_over

    def drop_ended(self, now: int) -> list[Post]:
        """Let go what is over, at the end of a flush."""
        ended = [post for post in self.alerts.values() if post.is_over]
        for post in ended:
            del self.alerts[post.number]
        if not self.alerts:
            self.emptied = now
        return ended
