"""Flags of an alert: flapping, duplicate, without owner, never fired, cannot fire.

Flapping as in Konflux's ten-minute rule: more than 30 % of the notifications resolve within ten
minutes.
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
OF_NOTIFICATIONS: Final = ("flapping", "never fired")
"""Flags that say how often an alert fired."""
FLAGS: Final = ("flapping", "duplicate", WITHOUT_OWNER, "never fired", "cannot fire")


@dataclass(frozen=True, slots=True)
class Flag:
    """One of FLAGS, and the evidence."""

    word: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEvidence:
    """The facts that flags are derived from; `dead` is the reason why a rule cannot fire."""

    figures: Figures
    is_declared: bool
    has_owner: bool
    was_evaluated: bool
    dead: str
    locations: int


def flags_of(seen: FlagEvidence) -> Iterator[Flag]:
    """Yield the flags of an alert, in the order of FLAGS."""
    figures = seen.figures
    if figures.ended >= FLAPS_FROM and figures.short_share > FLAPS:
        reason = f"{figures.short:,} of {figures.ended:,} resolved within ten minutes"
        yield Flag("flapping", reason)

    if figures.notifications >= FLAPS_FROM and figures.repeats > REPEATS * figures.notifications:
        reason = (
            f"{figures.repeats:,} of {figures.notifications:,} repeated the same text within "
            "five minutes"
        )
        yield Flag("duplicate", reason)

    if not seen.has_owner:
        yield Flag(WITHOUT_OWNER, "no label, tag or file names a team")
    if seen.dead:
        yield Flag("cannot fire", seen.dead)
    elif seen.is_declared and seen.was_evaluated and not (figures.fired or figures.notifications):
        yield Flag("never fired", "the server evaluates it, but it did not fire in the period read")
