"""Words for user impact, in English and in Japanese.

They are searched in the line of a message, a summary or a field; never in labels.
"""

from __future__ import annotations

from typing import Final

from reliability.onboarding.triage.words import pattern

REPORTED: Final = pattern("reported")
IMPACT: Final = pattern("impact")
IMPACT_JA: Final = pattern("impact_ja")
NO_IMPACT: Final = pattern("no_impact")
LIMITED: Final = pattern("limited")
"""Not production, or one person or host."""

BEHIND: Final = pattern("behind")
"""Background work or one component: a failure there has no user impact yet."""


def user_impact(text: str) -> str | None:
    """Return the words of a text that report user impact; None if there are none."""
    for line in text.splitlines():
        if NO_IMPACT.search(line) or LIMITED.search(line):
            continue
        match = REPORTED.search(line)
        if match is None and (match := IMPACT.search(line)) and BEHIND.search(line[: match.end()]):
            match = None
        if match is None and not BEHIND.search(line):
            match = IMPACT_JA.search(line)
        if match is not None:
            return " ".join(match[0].split())
    return None
