"""What is wrong with a noise besides its tier: flapping, doubled, without owner, never fired, dead.

Flapping after Konflux's rule of ten minutes: alerts of which more than 30 % end within them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reliability.onboarding.triage.tally import Figures

FLAPS: Final = 0.3
FLAPS_FROM: Final = 5
REPEATS: Final = 0.3
WITHOUT_OWNER: Final = "without owner"
FLAGS: Final = ("flapping", "duplicate", WITHOUT_OWNER, "never fired", "cannot fire")


@dataclass(frozen=True, slots=True)
class Flag:
    """One of FLAGS, and what was seen."""

    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class FlagEvidence:
    """What flags are told by; `dead` is why a rule cannot fire."""

    figures: Figures
    is_declared: bool
    has_owner: bool
    was_evaluated: bool
    dead: str
    places: int


def flags_of(seen: FlagEvidence) -> Iterator[Flag]:
    """Every flag of a noise, in the order of FLAGS."""
    figures = seen.figures
    if figures.ended >= FLAPS_FROM and figures.short_share > FLAPS:
        reason = f"{figures.short:,} of {figures.ended:,} ended within ten minutes"
        yield Flag("flapping", reason)
    if figures.notifications >= FLAPS_FROM and figures.repeats > REPEATS * figures.notifications:
        reason = (
            f"{figures.repeats:,} of {figures.notifications:,} said the same within five minutes"
        )
        yield Flag("duplicate", reason)
    if not seen.has_owner:
        yield Flag(WITHOUT_OWNER, "no label, tag or file names a team")
    if seen.dead:
        yield Flag("cannot fire", seen.dead)
    elif seen.is_declared and seen.was_evaluated and not (figures.fired or figures.notifications):
        yield Flag(
            "never fired", "the server evaluates it, and it did not fire in the time that was read"
        )
