"""What Alertmanager refuses of a configuration, as problems on their lines."""

from __future__ import annotations

from collections.abc import Mapping

from reliability.alertmanager.validation.refusal import Refusal
from reliability.finding import Problem
from reliability.load.document import Document, EntryPart


def refused(document: Document, refusal: Refusal) -> Problem:
    """A refusal on its line: at a plain value, else at the key of what is refused."""
    value = document.values
    for step in refusal.pointer:
        inner = value.get(step) if isinstance(value, Mapping) else None
        value = value[step] if isinstance(value, list) and isinstance(step, int) else inner
    is_plain = not refusal.at_key and not isinstance(value, Mapping | list)
    part = EntryPart.VALUE if is_plain else EntryPart.KEY
    return Problem(document.locate(refusal.pointer, part), refusal.message, refusal.help)
