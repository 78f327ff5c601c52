"""Messages about a changed value: the key, its value at the base, and its new value."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Final

from reliability.message import Message
from reliability.render.numbers import significant_percent
from reliability.scalars import duration_text

NOT_SET: Final = Message("not set")


def changed_text(key: str, was: object, now: object) -> Message:
    """Describe a changed value."""
    return Message("{key} changed from {was} to {now}", key=key, was=was, now=now)


def raised_text(key: str, was: object, now: object) -> Message:
    """Describe a number or a length of time that is greater than at the base."""
    return Message("{key} was raised from {was} to {now}", key=key, was=was, now=now)


def lowered_text(key: str, was: object, now: object) -> Message:
    """Describe a number or a length of time that is less than at the base."""
    return Message("{key} was lowered from {was} to {now}", key=key, was=was, now=now)


def value_text(value: object) -> str:
    """Return a value as people write it; `...` stands for a missing key."""
    if value is None or value is ...:
        return NOT_SET
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(map(value_text, value))}]"
        case timedelta():
            return duration_text(value)
        case Fraction():
            return significant_percent(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
