"""Alertmanager's refusals of a configuration, as problems at their locations."""

from __future__ import annotations

from collections.abc import Mapping

from reliability.alertmanager.validation.refusal import Refusal
from reliability.finding import Problem
from reliability.load.document import Document, EntryPart


def refused(document: Document, refusal: Refusal) -> Problem:
    """Convert a refusal to a problem, located at a plain value, or else at the key."""
    value = document.values
    for step in refusal.pointer:
        inner = value.get(step) if isinstance(value, Mapping) else None
        value = value[step] if isinstance(value, list) and isinstance(step, int) else inner
    is_plain = not refusal.at_key and not isinstance(value, Mapping | list)
    part = EntryPart.VALUE if is_plain else EntryPart.KEY
    return Problem(document.locate(refusal.pointer, part), refusal.message, refusal.help)
