"""Messages that people get: notifications of one moment together, and the incidents they open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from reliability.alertmanager.simulate.simulation import Notification

Incident = tuple[str, tuple[int, ...], frozenset[tuple[str, str]]]


@dataclass(slots=True)
class OpenIncidents:
    """Incidents that are open at receivers."""

    keys: set[Incident] = field(default_factory=set)

    def opens(self, message: Notification) -> bool:
        """Update whether a group has an open incident; return whether this message opens it.

        A pager that gets no resolved notifications has incidents that people close, so each first
        notification of a group opens one.
        """
        incident = (
            message.receiver,
            message.integrations,
            frozenset(message.group.items()),
        )
        is_open = incident in self.keys
        if not message.is_firing:
            self.keys.discard(incident)
        elif message.sends_resolved:
            self.keys.add(incident)

        return message.is_firing and message.reason == "first" and not is_open


def messages(notifications: Iterable[Notification]) -> Iterator[list[Notification]]:
    """Yield the notifications that a receiver gets for a group at one time, as one message."""
    # The simulation splits the integrations of a receiver by `send_resolved`, as Alertmanager's log
    # does; for people it is one message.
    for _, parts in groupby(notifications, lambda sent: (sent.at, sent.receiver, id(sent.group))):
        yield list(parts)
