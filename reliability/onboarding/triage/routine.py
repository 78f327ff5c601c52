"""Notifications that need nobody: reports of success, recoveries, and what people and tools do.

Some say so by themselves, whatever else they say: the type of a Kubernetes event, the result of a
build, a recovery, a pull request. Others are routine if they have no word of trouble.
"""

from __future__ import annotations

from typing import Final

from reliability.onboarding.triage.words import pattern

EXPLICIT: Final = pattern("explicit")
ROUTINE: Final = pattern("routine")
HARMLESS: Final = pattern("harmless")
NEUTRAL: Final = pattern("neutral")
TROUBLE: Final = pattern("trouble")
"""Words that no report of routine work contains."""


def explicit_news(text: str) -> str | None:
    """Return the words by which a text says of itself that nobody has to act; None without any."""
    match = EXPLICIT.search(text)
    return " ".join(match[0].split()) if match else None


def good_news(text: str, body: str = "") -> str | None:
    """Return the words by which a text reports success or routine work; None if it does not.

    `body` is the rest of the message, which must not tell of trouble either.
    """
    harmless = HARMLESS.search(text)
    rest, more = (NEUTRAL.sub(" ", HARMLESS.sub(" ", each)) for each in (text, body))
    has_trouble = TROUBLE.search(rest) or TROUBLE.search(more)
    match = None if has_trouble else ROUTINE.search(rest) or harmless
    return " ".join(match[0].split()) if match else None
