"""Message and help for a value that pydantic refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from reliability.load.rewrite import one_near
from reliability.message import Message
from reliability.model.shapes import EXPECTED

LONGEST: Final = 80
"""Limit of characters of a value in a message; one scalar may have a megabyte."""

ALLOWED: Final = re.compile(r"'([^']+)'")
"""Matches each choice in pydantic's list of them: `'alert', 'ticket' or 'log'`."""

TIERS: Final = {"page": "alert", "critical": "alert", "warning": "ticket", "info": "log"}
"""Tiers by the names that other tools give them."""

_STRING: Final = Message("a string")
_WHOLE: Final = Message("a whole number")
_NUMBER: Final = Message("a number")
_BOOLEAN: Final = Message("true or false")
_MAPPING: Final = Message("a mapping")
_TYPES: Final[Mapping[str, Message]] = {
    "string_type": _STRING,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "bool_parsing": _BOOLEAN,
    "bool_type": _BOOLEAN,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": Message("a list"),
}
"""Expected kind of value for each type of pydantic's error."""


def value_message(error: Any, path: str) -> tuple[Message, Message | None]:
    """Return the message of one pydantic error at a path, and help if there is any."""
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "value":
        reason = context["message"]
        message = Message("{key}: {reason}", key=path, reason=reason) if path else reason
        return message, context["help"] or None

    if kind in _TYPES:
        needs_quotes = kind == "string_type" and isinstance(value, bool | int | float)
        help_text = Message("put it in quotes") if needs_quotes else None
        return _expected(path, value, _TYPES[kind]), help_text

    if kind == "literal_error":
        first, *others = ALLOWED.findall(context["expected"])
        choices = Message("one of {choices}", choices=", ".join([first, *others]))
        return _expected(path, value, choices if others else first), _did_you_mean(error)
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        expected = EXPECTED.get(pattern, Message("a text that matches {pattern}", pattern=pattern))
        return _expected(path, value, expected), _did_you_mean(error)

    if kind.startswith("datetime_"):
        return _expected(path, value, Message("a time")), Message("write 2026-01-31T09:00:00Z")

    shown = _shown(value)
    message = _bound(kind, context, path, value=shown) or _length(kind, context, path, value=shown)
    reason = f"{error['msg'][:1].lower()}{error['msg'][1:]}"
    return message or Message("{key}: {reason}", key=path, reason=reason), None


def meant(error: Any) -> str | None:
    """Return the value that is probably meant by a text; None if that is not clear."""
    written = error["input"]
    if not isinstance(written, str):
        return None
    if error["type"] == "literal_error":
        choices = ALLOWED.findall(error["ctx"]["expected"])
        tier = TIERS.get(written.lower())
        return tier if tier in choices else one_near(written, choices)
    if error["type"] == "string_pattern_mismatch":
        lower = written.lower()
        return lower if re.fullmatch(error["ctx"]["pattern"], lower) else None
    return None


def _did_you_mean(error: Any) -> Message | None:
    word = meant(error)
    return Message("did you mean {name}?", name=word) if word is not None else None


def _expected(path: str, value: object, expected: str) -> Message:
    return Message(
        "{key} is {value}; expected {expected}", key=path, value=_shown(value), expected=expected
    )


def _bound(kind: str, context: Mapping[str, Any], key: str, value: str) -> Message | None:
    """Return the message of a number outside its bounds, or None for other errors."""
    match kind:
        case "greater_than":
            return Message(
                "{key} is {value}; it must be greater than {limit}",
                key=key,
                value=value,
                limit=context["gt"],
            )
        case "greater_than_equal":
            return Message(
                "{key} is {value}; it must be at least {limit}",
                key=key,
                value=value,
                limit=context["ge"],
            )
        case "less_than":
            return Message(
                "{key} is {value}; it must be less than {limit}",
                key=key,
                value=value,
                limit=context["lt"],
            )
        case "less_than_equal":
            return Message(
                "{key} is {value}; it must be at most {limit}",
                key=key,
                value=value,
                limit=context["le"],
            )
        case _:
            return None


def _length(kind: str, context: Mapping[str, Any], key: str, value: str) -> Message | None:
    """Return the message of a text or list that is too short or too long, or None."""
    match kind:
        case "string_too_short":  # no text of the models needs more than one character
            return Message("{key} must not be empty", key=key)
        case "string_too_long":
            return Message(
                "{key} is {value}; it must have at most {limit} characters",
                key=key,
                value=value,
                limit=context["max_length"],
            )
        case "too_short":
            return Message.plural(
                "{key} is {value}; it must have at least {count} item",
                "{key} is {value}; it must have at least {count} items",
                context["min_length"],
                key=key,
                value=value,
            )
        case "too_long":
            return Message.plural(
                "{key} is {value}; it must have at most {count} item",
                "{key} is {value}; it must have at most {count} items",
                context["max_length"],
                key=key,
                value=value,
            )
        case _:
            return None


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return _MAPPING
    if isinstance(value, list | tuple):
        if not value:
            return Message("an empty list")
        return Message.plural("a list of {count} item", "a list of {count} items", len(value))
    if value is None:
        return Message("empty")
    if isinstance(value, bool):
        return str(value).lower()

    return shortened(repr(value) if isinstance(value, str) else str(value))


def shortened(text: str) -> str:
    """Truncate a value for a message to LONGEST characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
