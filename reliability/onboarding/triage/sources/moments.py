"""Reads times in the forms that exports use."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any, Final

from reliability.scalars import ScalarError, read_day, read_moment, read_number, since_1970

MILLISECONDS_FROM: Final = 100_000_000_000
LONGEST: Final = 64
"""The maximum length of a time, in characters."""
FORMS: Final = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def moment(written: Any) -> datetime | None:
    """Read a time in ISO 8601, in seconds or milliseconds since 1970, or in a form of FORMS.

    A time without an offset is UTC. The result is None if the text is not a time.
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        return _since_1970(written)
    if not isinstance(written, str) or not written.strip() or len(written) > LONGEST:
        return None

    text = written.strip().removesuffix(" UTC")
    for read in (_seconds, read_moment, _day, *map(_formed, FORMS)):
        with contextlib.suppress(ValueError):
            at = read(text)
            return None if at is None else _aware(at)

    return None


def _seconds(text: str) -> datetime | None:
    return _since_1970(read_number(text))


def _day(text: str) -> datetime:
    return datetime.combine(read_day(text), time())


def _formed(form: str) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        if not text.isascii():
            raise ValueError(text)
        at = datetime.strptime(text, form)  # noqa: DTZ007 - made aware by who calls
        read_day(f"{at:%Y-%m-%d}")
        return at

    return read


def _since_1970(seconds: float) -> datetime | None:
    try:
        if MILLISECONDS_FROM <= seconds < MILLISECONDS_FROM * 1000:
            seconds /= 1000
        return since_1970(seconds)
    except ScalarError:
        return None


def _aware(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
