"""Messages about a changed value: the key, its value at the base, and its new value."""

from __future__ import annotations

from typing import Final

from reliability.message import Message

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
