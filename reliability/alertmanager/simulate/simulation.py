"""`simulate`: the notifications that Alertmanager would have sent, with receivers and alerts.

Events are beginnings and ends of silences, posts of Prometheus, and flushes of groups; at one
moment in this order. A group whose flush cannot notify sleeps. The result equals that of
Alertmanager 0.28.1 and 0.33.1 (tests/alertmanager/simulate/test_against_alertmanager.py).
Restarts, clusters and failing receivers are not simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability.alertmanager.simulate.dispatch import Dispatch
from reliability.alertmanager.simulate.moments import datetime_of, moment_of
from reliability.alertmanager.simulate.notification_log import Reason
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.alertmanager.simulate.server import Configuration, SimulatedServer
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification to the integrations of a receiver that agree on `send_resolved`.

    `integrations` are their indexes in the receiver. `firing` and `over` are indexes of the alerts
    that it lists; `over` (the resolved ones) is empty if the integrations do not send those.
    """

    at: datetime
    receiver: str
    integrations: tuple[int, ...]
    sends_resolved: bool
    group: Mapping[str, str]
    reason: Reason
    firing: tuple[int, ...]
    over: tuple[int, ...]

    @property
    def is_firing(self) -> bool:
        """Whether it lists a firing alert; otherwise all are resolved."""
        return bool(self.firing)


def simulate(
    alerts: Sequence[FiringAlert],
    configuration: Configuration,
    server: SimulatedServer,
    span: TimeSpan,
) -> Iterator[Notification]:
    """Yield the notifications from the server's start to the end of a span, in order of time."""
    dispatch = Dispatch(alerts, configuration, server, until=moment_of(span.end))
    for sent in dispatch.run():
        yield Notification(
            at=datetime_of(sent.at),
            receiver=sent.group.end.route.receiver,
            integrations=sent.integrations.indexes,
            sends_resolved=sent.integrations.sends_resolved,
            group=sent.group.labels,
            reason=sent.reason,
            firing=tuple(sorted(sent.firing)),
            over=tuple(sorted(sent.over)) if sent.integrations.sends_resolved else (),
        )
