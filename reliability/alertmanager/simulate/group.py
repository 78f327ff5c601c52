"""One alert group of Alertmanager: its alerts, and the times of its flushes.

Semantics: dispatch/dispatch.go. A group is flushed `group_wait` after its first alert, then every
`group_interval` as long as it exists. A flush drops resolved alerts, whether it notified or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reliability.alertmanager.routing import Route, Routing
from reliability.alertmanager.simulate.moments import milliseconds, not_before
from reliability.alertmanager.simulate.notification_log import IntegrationGroup, integration_groups
from reliability.alertmanager.simulate.posts import Post

LogKey = tuple[str, tuple[str, ...], frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRoute:
    """A route that alerts end at; lengths are in milliseconds.

    `key` is the route's key in Alertmanager (`Route.Key`): two routes whose matchers are equal on
    the whole path from the root are the same for the notification log.
    """

    route: Route
    key: tuple[str, ...]
    integration_groups: tuple[IntegrationGroup, ...]
    wait: int
    interval: int
    repeat: int

    @property
    def has_times(self) -> bool:
        """Whether time intervals may mute it."""
        return bool(self.route.mute_time_intervals or self.route.active_time_intervals)


def ends_of(routing: Routing) -> dict[tuple[str | int, ...], EndRoute]:
    """Return every route of a tree, by its pointer."""
    return {end.route.pointer: end for end in _ends(routing, routing.root, ())}


def _ends(routing: Routing, route: Route, above: tuple[str, ...]) -> Iterator[EndRoute]:
    # `newRoute` sorts the matchers, so their order in the file makes no difference to the key.
    key = (*above, ",".join(sorted(map(str, route.matchers))))
    receiver = routing.receivers[route.receiver]
    yield EndRoute(
        route=route,
        key=key,
        integration_groups=integration_groups(receiver),
        wait=milliseconds(route.group_wait),
        interval=milliseconds(route.group_interval),
        repeat=milliseconds(route.repeat_interval),
    )
    for child in route.routes:
        yield from _ends(routing, child, key)


@dataclass(slots=True, eq=False, kw_only=True)
class AlertGroup:
    """Alerts with common notifications; times are in milliseconds since 1970.

    `alerts` holds the last post of each. `tick` is the time of one flush, past or coming; all
    others are whole intervals away from it. `due` is the next flush, None while the group sleeps.
    `emptied` is when its last alert was dropped, None while it has alerts. `late_resends` are
    resolved alerts that Prometheus may still resend when a group of the same labels is created.
    """

    end: EndRoute
    labels: Mapping[str, str]
    log_key: LogKey
    tick: int
    alerts: dict[int, Post] = field(default_factory=dict)
    due: int | None = None
    is_flushed: bool = False
    emptied: int | None = None
    late_resends: Sequence[Post] = ()

    def next_tick(self, moment: int) -> int:
        """Return the first coming flush at or after a moment."""
        # The first flush is `group_wait` after the group began; only then does `group_interval`
        # count.
        if not self.is_flushed:
            return self.tick
        return not_before(self.tick + self.end.interval, self.end.interval, moment)

    def receive(self, post: Post) -> bool:
        """Add or update an alert; return whether it is new, or its state changed."""
        before = self.alerts.get(post.number)
        self.alerts[post.number] = post
        self.emptied = None
        return before is None or before.is_over != post.is_over

    def drop_ended(self, now: int) -> list[Post]:
        """Drop and return the resolved alerts, as at the end of a flush."""
        ended = [post for post in self.alerts.values() if post.is_over]
        for post in ended:
            del self.alerts[post.number]
        # `DeleteIfNotModified` destroys a group that this empties, and an insert into a destroyed
        # group fails: the next alert creates a new group, with a new `group_wait`.
        if not self.alerts:
            self.emptied = now
        return ended
