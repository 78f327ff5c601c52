"""Guess of the kind of an imported alert: symptom, cause, saturation or heartbeat.

Symptom and cause as in Ewaschuk, "My Philosophy on Alerting"; saturation as in the four golden
signals of the Google SRE book, chapter 6. Everything else is a cause.
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
    """Split a name such as `HostOutOfDiskSpace` or `http_requests_total` into lower-case words."""
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
COMPOUND: Final = re.compile(
    r"load.?(?:balanc\w+|tim\w+|test\w*)|page.?load\w*|full.?(?:sync\w*|back.?up\w*|outage|scan|text)"
    r"|queue.?manager|(?:pull|merge).?requests?|slow.?log",
    re.IGNORECASE,
)
"""Names of things, in which a word of saturation or a request says nothing about their state."""

BROKEN: Final = frozenset(words_of("faults degraded corruption corrupted"))
FAILING: Final = frozenset(words_of("error errors failed failure failures failing success"))
REQUESTS: Final = frozenset(words_of("http https grpc request requests api rpc"))


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind, and the reason that is written next to it."""

    kind: str
    reason: str


def guess_kind(name: str, expr: str) -> Guess:
    """Guess the kind of an alert from its name and the metrics in its expression."""
    if HEARTBEAT.match(expr):
        return Guess("heartbeat", "it always fires")
    bare = STRINGS.sub("", expr)
    named = words_of(COMPOUND.sub(" ", name))
    metrics = frozenset(word for part in bare.split() for word in words_of(part))
    if symptom := next((word for word in named if word in SYMPTOM), None):
        word = "an HTTP status" if symptom == "xx" else symptom
        return Guess("symptom", f"its name mentions {word}")

    failing = next((word for word in named if word in FAILING), None)
    requests = REQUESTS.intersection(named) or REQUESTS & metrics
    if failing and requests:
        return Guess("symptom", f"it mentions {failing} and {min(requests)}")
    if "predict_linear" in bare:
        return Guess("saturation", "it predicts when a resource runs out")

    broken = failing or next((word for word in named if word in BROKEN), None)
    if not broken and (full := next((word for word in named if word in SATURATION), None)):
        return Guess("saturation", f"its name mentions {full}")
    if "absent" in bare or re.search(r"\bup\b", bare):
        return Guess("cause", "it checks whether a target or series exists")

    return Guess("cause", "no word for user impact or saturation")
