"""Objects that were changed outside the repository, and the direction of their differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, assert_never

from reliability.message import Message
from reliability.plan.change import Drift
from reliability.plan.fields import differences
from reliability.plan.held import DriftedResource, Intact, MarkedObject, Unreadable
from reliability.plan.options import PlanOptions
from reliability.resource import Resource, ResourceId

CHANGED: Final = Message("changed outside the repository")


def drifts(
    wanted: Mapping[ResourceId, Resource], kept: Iterable[MarkedObject], options: PlanOptions
) -> Iterator[Drift]:
    """Yield every object that was changed since its mark was written."""
    for kept_object in kept:
        held = options.holds(kept_object.id)
        match kept_object:
            case DriftedResource(resource, written, by=by):
                drift = _drift(resource, written, wanted.get(kept_object.id), held=held)
                yield replace(drift, why=_by(drift.why, by)) if by else drift
            case Unreadable(id, why):
                yield Drift(id=id, why=why, differences=(), held=held)
            case Intact():
                pass
            case _:
                assert_never(kept_object)


def _by(why: str, name: str) -> Message:
    """Return why an object drifted, and who changed it."""
    return Message("{reason}; last change: {who}", reason=why, who=name)


def _drift(resource: Resource, written: str, after: Resource | None, *, held: bool) -> Drift:
    """Compare an object with the written content, if that is what is declared now.

    Otherwise it is unknown, because the mark has its digest only.
    """
    if after is None:
        fields = differences(resource.body, {})
        return Drift(
            id=resource.id,
            why=Message("changed outside the repository, and no longer declared"),
            differences=fields,
            held=held,
            is_outdated=True,
        )

    # The mark keeps a digest and not the content, so what was written can be shown only while it is
    # still what is declared.
    if after.digest != written:
        fields = differences(resource.body, after.body)
        why = Message("changed outside the repository, and the declaration has changed since")
        return Drift(id=resource.id, why=why, differences=fields, held=held, is_outdated=True)

    fields = differences(after.body, resource.body)
    only_layout = Message("only comments or layout were changed outside the repository")
    why = CHANGED if fields else only_layout
    return Drift(id=resource.id, why=why, differences=fields, held=held)
