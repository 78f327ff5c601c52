"""Types of values of Alertmanager's settings, as its YAML parser (yaml.v2) checks them.

yaml.v2 accepts a number or `true` for a text field, but never quoted text for a number or a
boolean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from reliability.alertmanager.configuration import LONGEST, UNITS, text
from reliability.alertmanager.validation.calendar_values import (
    is_month_days,
    is_months,
    is_time,
    is_weekdays,
    is_years,
    is_zone,
)
from reliability.alertmanager.validation.fields import FIELDS
from reliability.alertmanager.validation.go_url import go_url
from reliability.message import Message

TEXT: Final = Message("text")
A_MAPPING: Final = Message("a mapping")
MASKED: Final = "<secret>"
"""Text that Alertmanager prints instead of a secret, and accepts in place of one."""

MAX_INT64: Final = 2**63 - 1
MILLISECOND: Final = timedelta(milliseconds=1)
DURATION: Final = re.compile(
    "0|(?=.)" + "".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in UNITS), re.ASCII
)
GO_UNITS: Final = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}
GO_PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
GO_DURATION: Final = re.compile(
    r"[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII
)
SHOWN: Final = frozenset(
    (
        *("duration", "go-duration", "text-duration", "time", "zone"),
        *("weekdays", "month-days", "months", "years"),
    )
)
"""Types whose wrong values are shown in messages: times and durations, which are never secrets."""

PLACEHOLDER: Final = re.compile(r"\$\{\w+\}|^\$\w+$", re.ASCII)
"""`${NAME}` anywhere, or `$NAME` alone, as envsubst replaces them; Alertmanager does not."""

ADDRESS: Final = re.compile(r"(?:[^:\[\]]*|\[[^\[\]]*\]):[^:]+")


def is_set(value: Any) -> bool:
    """Return whether a value counts as set; null and empty text do not."""
    return value is not None and value != ""


def is_placeholder(value: Any) -> bool:
    """Return whether another program replaces a part of a value before Alertmanager reads it."""
    return isinstance(value, str) and PLACEHOLDER.search(value) is not None


def has_placeholder(value: Any) -> bool:
    """Return whether there is a placeholder anywhere in a configuration."""
    if isinstance(value, Mapping):
        return any(map(has_placeholder, value.values()))
    return any(map(has_placeholder, value)) if isinstance(value, list) else is_placeholder(value)


def wrong_value(kind: str, key: str, value: Any) -> tuple[Message | None, bool]:
    """Return why a value does not have its type, and whether only Alertmanager 0.28 refuses it.

    The reason is None if the type is correct; keys in a mapping are not checked here. A message
    names the type of a value instead of the value, because a misplaced value may be a secret.
    """
    if value is None or kind == "any":
        return None, False
    if kind == "template-url" and "{{" in str(value) and not _is_url(value):
        return Message("{key} must be an address, not a template", key=key), True
    if kind in CHECKS:
        return _checked(kind, key, value), False
    if kind in ("map-or-any", "text-or-map"):
        return _of_two(kind, key, value)
    if kind in FIELDS:
        is_mapping = isinstance(value, Mapping)
        return None if is_mapping else _mismatch(key, A_MAPPING, _type_of(value)), False

    raise KeyError(kind)


def _checked(kind: str, key: str, value: Any) -> Message | None:
    check, expected = CHECKS[kind]
    if is_placeholder(value) or check(value):
        return None
    shown = repr(value) if kind in SHOWN and _is_text(value) else _type_of(value)
    if shown == TEXT:
        return Message("{key} must be {expected}", key=key, expected=expected)
    return _mismatch(key, expected, shown)


def _mismatch(key: str, expected: str, actual: str) -> Message:
    return Message(
        "{key} must be {expected}, not {actual}", key=key, expected=expected, actual=actual
    )


def _of_two(kind: str, key: str, value: Any) -> tuple[Message | None, bool]:
    """Return why a value does not have one of two types, if 0.28 accepts only one of them."""
    if kind == "text-or-map":
        if isinstance(value, Mapping):
            return _mismatch(key, TEXT, _type_of(value)), True
        return (None if _is_text(value) else _mismatch(key, TEXT, _type_of(value))), False

    if not isinstance(value, Mapping):
        return _mismatch(key, A_MAPPING, _type_of(value)), False
    if all(_is_text(inner) for inner in value.values()):
        return None, False
    return Message("{key} must be a mapping of texts", key=key), True


def _type_of(value: Any) -> Message:
    match value:
        case Mapping():
            return A_MAPPING
        case list():
            return Message("a list")
        case bool():
            return Message("true or false")
        case int() | float():
            return Message("a number")
        case _:
            return TEXT


def _is_text(value: Any) -> bool:
    return value is None or not isinstance(value, Mapping | list)


def _is_texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_text, value)))


def _is_url(value: Any) -> bool:
    """Return whether Alertmanager's `ParseURL` accepts a value: HTTP or HTTPS, with a host."""
    parts = go_url(text(value)) if _is_text(value) else None
    return parts is not None and parts[0] in ("http", "https") and bool(parts[1])


def _is_whole(value: Any) -> bool:
    """Return whether a value is accepted as a whole number; yaml.v2 drops a fraction."""
    return _is_number(value) and value <= MAX_INT64


def _is_count(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= MAX_INT64 * 2 + 2  # as yaml.v2 rounds the limit


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_duration(value: Any) -> bool:
    """Return whether `ParseDuration` of prometheus/common accepts a value: whole units, y to ms."""
    written = DURATION.fullmatch(text(value)) if _is_text(value) else None
    if written is None:
        return False
    parts = written.groupdict(default="0")
    milliseconds = sum(int(parts[unit]) * (one // MILLISECOND) for unit, one in UNITS.items())
    return milliseconds <= LONGEST // MILLISECOND


def _is_go_duration(value: Any) -> bool:
    """Return whether a value is a duration of Go's `time`, or a number of nanoseconds."""
    return _is_whole(value) or _is_text_duration(value)


def _is_text_duration(value: Any) -> bool:
    if not _is_text(value) or GO_DURATION.fullmatch(text(value)) is None:
        return False
    seconds = (float(number) * GO_UNITS[unit] for number, unit in GO_PART.findall(text(value)))
    return sum(seconds) <= LONGEST.total_seconds()


CHECKS: Final[Mapping[str, tuple[Callable[[Any], bool], Message]]] = {
    "text": (_is_text, TEXT),
    "bool": (lambda value: isinstance(value, bool), Message("true or false")),
    "whole": (_is_whole, Message("a whole number")),
    "count": (_is_count, Message("a whole number of 0 or more")),
    "url": (_is_url, Message("an address with http:// or https:// and a host")),
    "secret-url": (
        lambda value: value == MASKED or _is_url(value),
        Message("an address with http:// or https:// and a host"),
    ),
    "template-url": (
        lambda value: value in (MASKED, "") or _is_url(value),
        Message("an address with http:// or https:// and a host"),
    ),
    "address": (
        lambda value: value == "" or (_is_text(value) and bool(ADDRESS.fullmatch(text(value)))),
        Message("an address with a port, such as mail.example.com:587"),
    ),
    "duration": (_is_duration, Message("a duration such as 5m")),
    "number": (_is_number, Message("a number")),
    "loose-url": (
        lambda value: _is_text(value) and go_url(text(value)) is not None,
        Message("an address such as http://proxy.example.com:3128"),
    ),
    "go-duration": (_is_go_duration, Message("a duration such as 90s or 1h30m")),
    "text-duration": (_is_text_duration, Message("a duration such as 90s or 1h30m")),
    "map": (
        lambda value: isinstance(value, Mapping) and all(map(_is_text, value.values())),
        Message("a mapping of texts"),
    ),
    "any-map": (lambda value: isinstance(value, Mapping), A_MAPPING),
    "texts": (_is_texts, Message("a list of texts")),
    "map-of-texts": (
        lambda value: isinstance(value, Mapping) and all(map(_is_texts, value.values())),
        Message("a mapping of lists of texts"),
    ),
    "weekdays": (
        is_weekdays,
        Message("a weekday such as monday, or a range such as monday:friday"),
    ),
    "month-days": (
        is_month_days,
        Message("a day from 1 to 31 or -31 to -1, or a range such as 1:-1"),
    ),
    "months": (is_months, Message("a month such as january or 1, or a range such as march:may")),
    "years": (is_years, Message("a year, or a range such as 2026:2027")),
    "time": (is_time, Message("a time from 00:00 to 24:00")),
    "zone": (is_zone, Message("a time zone such as Asia/Tokyo or UTC")),
}
"""For each type, whether a value has it, and its name in messages."""
