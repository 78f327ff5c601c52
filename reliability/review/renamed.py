"""Issues of a renamed service: they are taken over instead of being opened twice."""

from __future__ import annotations

from collections.abc import Container, Iterable

from reliability.forge.marker import Marker
from reliability.forge.notes import Issue


def former(
    marker: Marker, present: Iterable[Issue], services: Container[str]
) -> tuple[Marker, ...]:
    """Return the marker of the open issue with the same subject of a service no longer declared.

    Keys begin with the service and a slash. Empty if several issues match.
    """
    _, _, subject = marker.key.partition("/")
    renamed = {
        note.marker
        for note in present
        if note.state == "open"
        and service_of(note.marker) not in services
        and note.marker.key.partition("/")[2] == subject
    }
    return tuple(renamed) if len(renamed) == 1 else ()


def service_of(marker: Marker) -> str:
    """Return the service that an issue is about."""
    return marker.key.partition("/")[0]
