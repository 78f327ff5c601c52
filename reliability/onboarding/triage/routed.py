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
    found = [
        each for each in originals if isinstance(each, Document) and Alertmanager().recognises(each)
    ]
    if len(found) > 1:
        second = found[1].path
        raise ReliabilityError(f"{second}: two configurations of Alertmanager; name one of them")
    if not found:
        return None
    try:
        return parse(found[0].values)
    except RoutingRefusedError as refusal:
        line = found[0].locate(refusal.pointer).span.line
        raise ReliabilityError(f"{found[0].path}:{line}: {refusal}; {refusal.way_out}") from refusal


def told(routing: Routing, labels: Mapping[str, str]) -> RoutedReceivers:
    """Who would be told of an alert with these labels."""
    names = tuple(dict.fromkeys(each.receiver for each in walk(routing.root, labels)))
    receivers = [routing.receivers[name] for name in names if name in routing.receivers]
    return RoutedReceivers(
        receivers=names,
        is_loud=any(next(loud(each), None) is not None for each in receivers),
        is_heard=any(
            wakes(each) or next(read_by_people(each), None) is not None for each in receivers
        ),
    )
