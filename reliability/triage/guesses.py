"""What a noise seems to be by its words: the guess of `import`, and what messages say."""

from __future__ import annotations

import re
from typing import Final

from reliability.convert.prometheus_rules.kinds import Guess, guess_kind, words_of

BEAT: Final = re.compile(r"watchdog|dead.?man|heartbeat", re.IGNORECASE)
SUFFERING: Final = re.compile(
    r"\b(?:customers?|users?|buyers?|members?|employees?|checkouts?|payments?|log.?ins?"
    r"|sign.?ins?|orders?)\b"
    r"[^.;]{0,60}\b(?:cannot|can't|can not|unable|fail\w*|declined|affected|unavailable|down"
    r"|rejected)\b"
    r"|\b(?:outage|(?:site|website|service|api|page) (?:is )?(?:down|unavailable))\b",
    re.IGNORECASE,
)
"""What people write when users feel it; of messages, which have no expression to look at."""

RATE: Final = re.compile(
    r"(?:error|failure|success|fault)s?[\s_-]?(?:rate|ratio)|budget[\s_-]?burn|burn[\s_-]?rate"
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

WELL: Final = re.compile(
    r"\b(?:finished|succeeded|successful(?:ly)?|completed?|deployed|merged|passed|healthy|warmed)\b",
    re.IGNORECASE,
)
ILL: Final = re.compile(
    r"fail|error|warn|critical|fatal|not |n't|unable|timeout|exceed|\bbad\b|\bno\b", re.IGNORECASE
)
"""Words of good news, and words that no good news has."""

CLIENTS: Final = re.compile(r"4xx", re.IGNORECASE)


def guess_of(name: str, declared: Guess | None) -> Guess:
    """What a noise is; `declared` is the guess by its rule's expression, where it has a rule."""
    guess = declared or _of_words(name)
    if guess.kind == "cause":
        guess = _of_rate(name) or guess
    if guess.kind == "symptom" and (part := _part(name)):
        return Guess("cause", f"it is about a part, {part}")
    return guess


def good_news(text: str) -> str | None:
    """The word by which a text says that something went well; None where it does not."""
    found = None if ILL.search(text) else WELL.search(text)
    return found[0] if found else None


def speaks_of_clients(text: str) -> bool:
    """Whether it is about requests that were refused, often for what clients did."""
    return CLIENTS.search(text) is not None


def _of_words(text: str) -> Guess:
    if BEAT.search(text):
        return Guess("heartbeat", "its words are those of a heartbeat")
    if found := SUFFERING.search(text):
        return Guess("symptom", f"it says what users feel: {' '.join(found[0].split())}")
    return guess_kind(text, "")


def _part(name: str) -> str | None:
    """The part that an alert's name speaks of; a sentence is taken by what it says."""
    if " " in name:
        return None
    return next((word for word in words_of(name) if word in PARTS), None)


def _of_rate(text: str) -> Guess | None:
    found = RATE.search(text)
    return Guess("symptom", f"it speaks of {found[0]}") if found else None
