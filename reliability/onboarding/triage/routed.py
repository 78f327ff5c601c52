"""What an Alertmanager does with an alert: who would be told, and how loudly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reliability.alertmanager.receivers import loud, read_by_people, wakes
from reliability.alertmanager.routing import Routing, RoutingRefusedError, parse, walk
from reliability.convert.alertmanager.converter import Alertmanager
from reliability.convert.converter import Original
from reliability.errors import ReliabilityError
from reliability.load.document import Document


@dataclass(frozen=True, slots=True)
class RoutedReceivers:
    """The receivers that an alert ends at, and what they do to people."""

    receivers: tuple[str, ...]
    is_loud: bool
    is_heard: bool


def routing_of(originals: Sequence[Original]) -> Routing | None:
    """The tree of the one Alertmanager configuration among originals; None where there is none.

    Raises:
        ReliabilityError: there are two, or Alertmanager would refuse it.
    """
    documents = [
        original
        for original in originals
        if isinstance(original, Document) and Alertmanager().recognizes(original)
    ]
    if len(documents) > 1:
        second = documents[1].path
        raise ReliabilityError(f"{second}: two configurations of Alertmanager; name one of them")
    if not documents:
        return None
    try:
        return parse(documents[0].values)
    except RoutingRefusedError as refusal:
        line = documents[0].locate(refusal.pointer).span.line
        raise ReliabilityError(
            f"{documents[0].path}:{line}: {refusal}; {refusal.way_out}"
        ) from refusal


def told(routing: Routing, labels: Mapping[str, str]) -> RoutedReceivers:
    """Who would be told of an alert with these labels."""
    names = tuple(dict.fromkeys(route.receiver for route in walk(routing.root, labels)))
    receivers = [routing.receivers[name] for name in names if name in routing.receivers]
    return RoutedReceivers(
        receivers=names,
        is_loud=any(next(loud(receiver), None) is not None for receiver in receivers),
        is_heard=any(
            wakes(receiver) or next(read_by_people(receiver), None) is not None
            for receiver in receivers
        ),
    )
