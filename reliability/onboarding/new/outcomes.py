"""Label values that say whether an event failed: status codes, words, true and false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reliability.onboarding.new.service_kinds import Counts

LABELS: Final = (
    *("result", "outcome", "status", "state", "code", "status_code", "response_code"),
    *("http_status_code", "http_response_status_code", "response_status", "status_class"),
    *("return_code", "error_code", "success", "succeeded", "ok", "error", "failed"),
)
"""Labels that say how an event ended, the most explicit first."""

STATUS_CODE: Final = re.compile(r"[1-5](?:\d\d|xx)", re.IGNORECASE)
BAD: Final = "fail.*|err.*|exception|reject.*|refused|timeout|timed.?out|dead.*|drop.*|lost|invalid"
BAD_WORD: Final = re.compile(BAD, re.IGNORECASE)
GOOD: Final = "ok|success.*|succeed.*|succeeded|good|done|complete.*|processed|delivered|accepted"
GOOD_WORD: Final = re.compile(GOOD, re.IGNORECASE)
NEGATIVE: Final = ("error", "failed")
"""Labels whose bad value is `true`."""


@dataclass(frozen=True, slots=True)
class OutcomeMatcher:
    """A matcher of the good or the bad events (`counts`), without the name of the label."""

    counts: Counts
    matcher: str


def outcome_of(label: str, values: Sequence[str]) -> OutcomeMatcher | None:
    """Return a matcher of good or bad events; None if the values do not tell them apart.

    The matcher selects a class of values instead of today's values, so a new value counts too.
    """
    words = [value.lower() for value in values if value]
    if any(STATUS_CODE.fullmatch(word) for word in words):
        return OutcomeMatcher("good", '!~"5.."')
    if words and set(words) <= {"true", "false"}:
        return OutcomeMatcher("bad", f'="{"true" if label in NEGATIVE else "false"}"')
    if any(BAD_WORD.fullmatch(word) for word in words):
        return OutcomeMatcher("bad", f'=~"(?i:{BAD})"')
    if any(GOOD_WORD.fullmatch(word) for word in words):
        return OutcomeMatcher("good", f'=~"(?i:{GOOD})"')

    return None
