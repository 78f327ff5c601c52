"""Who changed an object last, as the audit log of a vendor has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.held import DriftedResource, Held, MarkedObject
from reliability.render.times import minute_text
from reliability.resource import ResourceId

LOOKBACK: Final = timedelta(days=30)
"""How far back audit logs are read; PagerDuty returns at most 31 days."""
NOT_KNOWN: Final = "drift is shown without who made it: {reason}"


@dataclass(frozen=True, slots=True, order=True)
class LastChange:
    """A change of an object, and who made it."""

    at: datetime
    who: str

    def __str__(self) -> str:
        return f"{self.who or 'unknown'}, {minute_text(self.at)}"


Changes = Iterable[tuple[ResourceId, LastChange]]


def with_last_changes(
    held: Held, changes_of: Callable[[Collection[ResourceId]], Changes], tell: Callable[[str], None]
) -> Held:
    """Return the content of a target with who changed each drifted object last, if that is known.

    `tell` gets once why the audit log cannot be read: without it, drift is known all the same.
    """
    drifted = [item.id for item in held.kept if isinstance(item, DriftedResource)]
    if not drifted:
        return held

    known: dict[ResourceId, LastChange] = {}
    try:
        # What was read before an error is kept.
        known.update(changes_of(drifted))
    except ProviderError as error:
        tell(NOT_KNOWN.format(reason=error))
    return replace(held, kept=tuple(_named(item, known) for item in held.kept))


def _named(item: MarkedObject, known: Mapping[ResourceId, LastChange]) -> MarkedObject:
    if isinstance(item, DriftedResource) and item.id in known:
        return replace(item, by=str(known[item.id]))
    return item
