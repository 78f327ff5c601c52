"""What an imported alert seems to be: symptom, cause, saturation or heartbeat; a guess, with why.

The words are those of Ewaschuk's "My philosophy on alerting": a symptom is what users feel, a
saturation is what runs full, all else is a cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HEARTBEAT: Final = re.compile(r"^\s*\(?\s*vector\s*\(\s*1\s*\)\s*\)?\s*(?:[>=]=?\s*[01])?\s*$")
STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|#[^\n]*')
WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name such as `HostOutOfDiskSpace` or `http_requests_total`, in lower case."""
    return tuple(word.lower() for word in WORDS.findall(text))


SATURATION: Final = frozenset(
    words_of(
        "disk memory mem cpu filesystem inode inodes quota space full filling fill capacity usage "
        "utilization utilisation utilized saturation saturated pressure throttling throttled "
        "backlog queue queued lag pool overcommit exhausted exhaustion swap heap "
        "descriptors load storage volume used oom busy limit descriptor"
    )
)
SYMPTOM: Final = frozenset(
    words_of("latency slow slowing availability unavailable xx probe apdex response")
)
BROKEN: Final = frozenset(words_of("faults degraded corruption corrupted"))
FAILING: Final = frozenset(words_of("error errors failed failure failures failing success"))
ASKED: Final = frozenset(words_of("http https grpc request requests api rpc"))


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind and why."""

    kind: str
    reason: str


def guess_kind(name: str, expr: str) -> Guess:
    """What the name and the metrics of an alert speak of."""
    if HEARTBEAT.match(expr):
        return Guess("heartbeat", "it always fires")
    bare = STRINGS.sub("", expr)
    named = words_of(name)
    metrics = frozenset(word for part in bare.split() for word in words_of(part))
    if symptom := next((word for word in named if word in SYMPTOM), None):
        spoken = "an HTTP status" if symptom == "xx" else symptom
        return Guess("symptom", f"its name speaks of {spoken}")
    failing = next((word for word in named if word in FAILING), None)
    asked = ASKED.intersection(named) or ASKED & metrics
    if failing and asked:
        return Guess("symptom", f"it speaks of {failing} and of {min(asked)}")
    if "predict_linear" in bare:
        return Guess("saturation", "it predicts when something runs full")
    broken = failing or next((word for word in named if word in BROKEN), None)
    if not broken and (full := next((word for word in named if word in SATURATION), None)):
        return Guess("saturation", f"its name speaks of {full}")
    if "absent" in bare or re.search(r"\bup\b", bare):
        return Guess("cause", "it asks whether something is there at all")
    return Guess("cause", "neither what users feel nor what runs full")
