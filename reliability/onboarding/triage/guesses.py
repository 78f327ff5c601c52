"""What a noise seems to be by its words: the guess of `import`, and what messages say."""

from __future__ import annotations

import re
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess, guess_kind, words_of
from reliability.onboarding.triage.impact_words import what_users_feel

BEAT: Final = re.compile(r"watchdog|dead.?man|heartbeat", re.IGNORECASE)
RATE: Final = re.compile(
    r"(?:error|failure|success|fault)s?[\s_-]?(?:rate|ratio)|\b(?:fast|slow) burn\b"
    r"|budget[\s_-]?burn|burn[\s_-]?rate"
    r"|\bp(?:50|75|9\d{1,2})\b",
    re.IGNORECASE,
)
"""A part of all that was asked for, or how long it took, where no word says what was."""

PARTS: Final = frozenset(
    {
        *("node", "instance", "replica", "member", "broker", "osd", "pg", "shard", "partition"),
        *("disk", "volume", "pod", "container", "store", "kv", "cache", "memcached", "raft"),
        *("exporter", "scrape", "scraping", "replicate", "compaction", "backup"),
    }
)
"""Words of an alert's name for what users do not see as such: parts, and work behind the scenes."""

CLIENTS: Final = re.compile(r"4xx", re.IGNORECASE)


def guess_of(name: str, declared: Guess | None, body: str = "") -> Guess:
    """What a noise is.

    `declared` is the guess by its rule's expression, if it has a rule; `body` is what people wrote
    besides: a summary, a field of a message.
    """
    guess = declared or _of_words(name)
    if guess.kind == "cause":
        guess = _of_rate(name) or guess
    if guess.kind == "symptom" and (part := _part(name)):
        guess = Guess("cause", f"it is about a part, {part}")
    if guess.kind in ("cause", "saturation") and (words := what_users_feel(body)):
        return Guess("symptom", f"its text says what users feel: {words}")
    return guess


def speaks_of_clients(text: str) -> bool:
    """Whether it is about requests that were refused, often for what clients did."""
    return CLIENTS.search(text) is not None


def _of_words(text: str) -> Guess:
    if BEAT.search(text):
        return Guess("heartbeat", "its words are those of a heartbeat")
    if word := what_users_feel(text):
        return Guess("symptom", f"it says what users feel: {word}")
    return guess_kind(text, "")


def _part(name: str) -> str | None:
    """The part that an alert's name speaks of; a sentence is taken by what it says."""
    if " " in name:
        return None
    return next((word for word in words_of(name) if word in PARTS), None)


def _of_rate(text: str) -> Guess | None:
    match = RATE.search(text)
    return Guess("symptom", f"it speaks of {match[0]}") if match else None
