"""Issues of a service under its former name: they are taken over, not doubled."""

from __future__ import annotations

from collections.abc import Container, Iterable

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue


def former(
    marker: Marker, present: Iterable[Issue], services: Container[str]
) -> tuple[Marker, ...]:
    """The marker of an open issue about the same of a service that is declared no more.

    Keys begin with the service and a slash. None where several could be meant.
    """
    _, _, subject = marker.key.partition("/")
    renamed = {
        note.marker
        for note in present
        if note.standing == "open"
        and service_of(note.marker) not in services
        and note.marker.key.partition("/")[2] == subject
    }
    return tuple(renamed) if len(renamed) == 1 else ()


def service_of(marker: Marker) -> str:
    """The service that an issue is about."""
    return marker.key.partition("/")[0]
