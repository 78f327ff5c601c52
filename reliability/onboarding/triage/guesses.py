"""The kind of an alert by its words: the guess of `import`, and the words of messages."""

from __future__ import annotations

import re
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess, guess_kind, words_of
from reliability.onboarding.triage.impact_words import BEHIND, LIMITED, user_impact
from reliability.onboarding.triage.routine import TROUBLE
from reliability.onboarding.triage.words import pattern

BEAT: Final = re.compile(r"watchdog|dead.?man|heartbeat|デッドマン", re.IGNORECASE)
RATE: Final = pattern("rate")
"""Words for a ratio or a latency, even without a word for what it measures."""

PARTS: Final = frozenset(
    words_of("node instance replica member broker osd pg shard partition disk volume pod container")
    + words_of("store kv cache memcached raft exporter scrape scraping replicate compaction backup")
)
"""Words of an alert's name for components and background work, which users do not see."""

CLIENTS: Final = re.compile(r"4xx", re.IGNORECASE)
EVERYBODY: Final = pattern("everybody")


def guess_of(name: str, declared: Guess | None, body: str = "") -> Guess:
    """Guess the kind of an alert.

    `declared` is the guess by the expression of its rule, if it has one; `body` is other text: a
    summary, or a field of a message.
    """
    limited = LIMITED.search(f"{name}\n{body}") if declared is None else None
    reported = _reported(name) if declared is None else None
    if reported is not None and (limited is None or reported.kind != "symptom"):
        return reported
    guess = declared or guess_kind(name, "")
    if guess.kind == "cause":
        guess = _of_rate(name) or guess
    if guess.kind == "symptom" and limited is not None:
        guess = Guess("cause", f"its scope is limited: {limited[0]}")
    if guess.kind == "symptom" and (part := _part(name, is_message=declared is None)):
        guess = Guess("cause", f"it is about one component: {part}")
    if guess.kind in ("cause", "saturation") and (words := user_impact(body)):
        return Guess("symptom", f"its text reports user impact: {words}")

    return guess


def mentions_clients(text: str) -> bool:
    """Return whether the text is about HTTP 4xx, which is often the client's error.

    If users cannot log in, or nobody can do something, it is the server's.
    """
    blames = CLIENTS.search(text) is not None
    return blames and not (EVERYBODY.search(text) and user_impact(text))


def _reported(text: str) -> Guess | None:
    if BEAT.search(text):
        if TROUBLE.search(BEAT.sub("", text)):
            return Guess("cause", "its heartbeat is missing")
        return Guess("heartbeat", "it is named like a heartbeat")
    word = user_impact(text)
    return Guess("symptom", f"it reports user impact: {word}") if word else None


def _part(name: str, *, is_message: bool) -> str | None:
    """Return the component in an alert's name, or the background work that a sentence is about."""
    if " " not in name:
        return next((word for word in words_of(name) if word in PARTS), None)
    match = BEHIND.search(name) if is_message else None
    return match[0] if match else None


def _of_rate(text: str) -> Guess | None:
    match = RATE.search(text)
    return Guess("symptom", f"it mentions {match[0]}") if match else None
