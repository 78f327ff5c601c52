"""The list of tickets in other repositories: one issue here that reveals transfers.

A transferred issue is no longer listed by its old repository. Only its number shows that it
existed, which prevents opening it a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.forge.known import remembered_lines
from reliability.forge.marker import Marker
from reliability.forge.notes import IssueDraft
from reliability.render.markdown import code
from reliability.render.words import Words
from reliability.review.figures import table, title

KIND: Final = "tickets-elsewhere"
MARKER: Final = Marker(KIND, "here")

Known = Mapping[int, Marker]
"""The tickets of a queue by number, including those that were transferred out of it."""


def list_of_tickets(queues: Mapping[str, Known], words: Words) -> IssueDraft:
    """Return the draft of the list; `queues` has the tickets of each repository by name."""
    return IssueDraft(
        marker=MARKER,
        title=title(words("Reliability: tickets in other repositories")),
        text="\n".join(_lines(queues, words)),
        on_reopening=words("This list is updated again."),
    )


def _lines(queues: Mapping[str, Known], words: Words) -> Iterator[str]:
    for name, known in queues.items():
        yield from remembered_lines(known, name)
    yield words(
        "Each run of `reliability tickets` updates this list, so that a transferred ticket is not "
        "opened a second time."
    )
    counts = [(code(name), str(len(known))) for name, known in queues.items()]
    yield from table((words("repository"), words("tickets")), counts, numbers=1)
