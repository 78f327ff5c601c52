"""Moments and lengths as exports write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any, Final

MILLISECONDS_FROM: Final = 100_000_000_000
FORMS: Final = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def moment(written: Any) -> datetime | None:
    """A moment of ISO 8601, of seconds or milliseconds since 1970, or of a table; else None.

    What names no offset is taken for UTC.
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        return _since_1970(float(written))
    if not isinstance(written, str) or not written.strip():
        return None
    text = written.strip().removesuffix(" UTC")
    with contextlib.suppress(ValueError):
        return _since_1970(float(text))
    with contextlib.suppress(ValueError):
        return _aware(datetime.fromisoformat(text))
    for form in FORMS:
        with contextlib.suppress(ValueError):
            return _aware(datetime.strptime(text, form))  # noqa: DTZ007 - made aware at once
    return None


def _since_1970(seconds: float) -> datetime | None:
    if seconds >= MILLISECONDS_FROM:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _aware(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
