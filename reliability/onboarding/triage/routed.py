"""The receivers that Alertmanager routes an alert to, and whether they mention or notify people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reliability.alertmanager.receivers import may_notify_at_once, notifying_parts, read_by_people
from reliability.alertmanager.routing import Routing, RoutingRefusedError, parse, walk
from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.converter import Original
from reliability.errors import ReliabilityError
from reliability.load.document import Document


@dataclass(frozen=True, slots=True)
class RoutedReceivers:
    """The receivers of an alert; whether one mentions or pages people, and whether one notifies."""

    receivers: tuple[str, ...]
    mentions: bool
    notifies: bool


def routing_of(originals: Sequence[Original]) -> Routing | None:
    """Return the routing tree of the only Alertmanager configuration; None without one.

    Raises:
        ReliabilityError: there are two configurations, or Alertmanager would refuse it.
    """
    documents = [
        original
        for original in originals
        if isinstance(original, Document) and Alertmanager().recognizes(original)
    ]
    if len(documents) > 1:
        second = documents[1].path
        raise ReliabilityError(f"{second}: a second Alertmanager configuration; pass only one")

    if not documents:
        return None
    try:
        return parse(documents[0].values)
    except RoutingRefusedError as refusal:
        line = documents[0].locate(refusal.pointer).span.line
        raise ReliabilityError(
            f"{documents[0].path}:{line}: {refusal}; {refusal.help}"
        ) from refusal


def receivers_of(routing: Routing, labels: Mapping[str, str]) -> RoutedReceivers:
    """Return the receivers of an alert with these labels."""
    names = tuple(dict.fromkeys(route.receiver for route in walk(routing.root, labels)))
    receivers = [routing.receivers[name] for name in names]
    return RoutedReceivers(
        receivers=names,
        mentions=any(next(notifying_parts(receiver), None) is not None for receiver in receivers),
        notifies=any(
            may_notify_at_once(receiver) or next(read_by_people(receiver), None) is not None
            for receiver in receivers
        ),
    )
