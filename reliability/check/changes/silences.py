"""Inhibitions and time intervals that a change adds for alerts of the alert tier.

`policies/` has an owner, but an alert that no longer notifies anybody is lost for its service, so
the approvers of that service are asked, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from reliability.check.changes.policy_documents import DocumentChange
from reliability.check.context import Context
from reliability.check.index.routes import EquivalentAlerts, Routes, may_silence
from reliability.check.lookups.tiers import ALERT
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document
from reliability.location import Location
from reliability.message import Message

INTERVALS: Final = ("mute_time_intervals", "active_time_intervals")
Silence = tuple[str, str, str]
"""The service, the alert, and the rule or the intervals with their definitions."""


def new_silences(context: Context, before: Context) -> Iterator[tuple[str, DocumentChange]]:
    """Yield each service whose alerts the base file may silence as it did not at the base.

    Only the first such alert of a service is yielded for each rule and each list of intervals.
    """
    if not context.touches(BASE_ALERTMANAGER):
        return

    known = dict(_silences(before.routes))
    seen: set[tuple[str, str]] = set()
    for silence, (at, message) in _silences(context.routes):
        service, _, what = silence
        if silence not in known and (service, what) not in seen:
            seen.add((service, what))
            subject = f"{service} {len(seen)}"
            yield service, DocumentChange(at=at, message=message, subject=subject)


def _silences(routes: Routes | None) -> Iterator[tuple[Silence, tuple[Location, Message]]]:
    theirs = routes.situation.theirs if routes is not None else None
    if routes is None or theirs is None:
        return
    for alike in routes.alike:
        if alike.first.tier == ALERT:
            yield from _inhibitions(routes, theirs, alike)
            yield from _intervals(routes, theirs, alike)


def _inhibitions(
    routes: Routes, theirs: Document, alike: EquivalentAlerts
) -> Iterator[tuple[Silence, tuple[Location, Message]]]:
    # The compiled configuration begins with the rules of the base file, so indexes agree.
    for index, rule in enumerate(theirs.values.get("inhibit_rules") or ()):
        if not may_silence(routes.routing.inhibitions[index], alike):
            continue
        at = theirs.locate(("inhibit_rules", index))
        for alert in alike.alerts:
            message = Message(
                "a new rule may inhibit {alert} of service {service}",
                alert=alert.what,
                service=alert.service,
            )
            yield (alert.service, str(alert.what), _text(rule)), (at, message)


def _intervals(
    routes: Routes, theirs: Document, alike: EquivalentAlerts
) -> Iterator[tuple[Silence, tuple[Location, Message]]]:
    lists = (theirs.values.get(key) or () for key in ("time_intervals", "mute_time_intervals"))
    declared = [interval for intervals in lists for interval in intervals]
    for route in alike.routes.values():
        for key in INTERVALS:
            names = getattr(route, key)
            if not names:
                continue
            times = [interval for interval in declared if interval.get("name") in names]
            for alert in alike.alerts:
                message = Message(
                    "{key} now apply to {alert} of service {service}: {intervals}",
                    key=key,
                    alert=alert.what,
                    service=alert.service,
                    intervals=", ".join(names),
                )
                identity = (alert.service, str(alert.what), _text([key, *names, *times]))
                yield identity, (routes.at_route(route, key), message)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
