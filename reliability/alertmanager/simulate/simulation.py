"""`simulate`: what Alertmanager would have sent, to whom, and about what.

Events are what Prometheus posts, the ends of silences, and the flushes of groups; a group in which
nothing can be new sleeps. At one moment posts come before flushes. Equal to Alertmanager 0.28.1
and 0.33.1 (tests/alertmanager/simulate/test_against_alertmanager.py). Not simulated: restarts,
clusters, and receivers that fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability.alertmanager.simulate.dispatch import Dispatch
from reliability.alertmanager.simulate.moments import datetime_of, moment_of
from reliability.alertmanager.simulate.sent import FiringAlert
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer
from reliability.alertmanager.simulate.told import News
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to the integrations of a receiver that are told alike, by their places.

    `firing` and `over` hold what it names, as indexes of the alerts that were given; `over` is
    empty where ends are not told.
    """

    at: datetime
    receiver: str
    places: tuple[int, ...]
    tells_ends: bool
    group: Mapping[str, str]
    news: News
    firing: tuple[int, ...]
    over: tuple[int, ...]

    @property
    def is_firing(self) -> bool:
        """Whether it says that something fires; else that all is over."""
        return bool(self.firing)


def simulate(
    alerts: Sequence[FiringAlert],
    configuration: Configuration,
    server: SimulatedServer,
    span: TimeSpan,
) -> Iterator[Notification]:
    """The notifications of a span, in the order of time."""
    dispatch = Dispatch(alerts, configuration, server, until=moment_of(span.end))
    for sent in dispatch.run():
        yield Notification(
            at=datetime_of(sent.at),
            receiver=sent.group.end.route.receiver,
            places=sent.way.places,
            tells_ends=sent.way.tells_ends,
            group=sent.group.labels,
            news=sent.news,
            firing=tuple(sorted(sent.firing)),
            over=tuple(sorted(sent.over)) if sent.way.tells_ends else (),
        )
