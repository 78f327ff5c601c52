"""What a scalar of YAML 1.2's core schema means, and whether older YAML readers differ."""

import re
from dataclasses import dataclass
from typing import Final

Scalar = str | int | float | bool | None

WORDS: Final[dict[str, Scalar]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
"""Every plain scalar with a meaning of its own that is not a number in digits."""

NUMBER_STARTS: Final = frozenset("0123456789+-.")
TAG: Final = "tag:yaml.org,2002:"

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SAME_DIGIT = re.compile(r"[-+]?0*[0-7]")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")


def scalar(text: str) -> Scalar:
    """Give the value of a plain scalar.

    Raises ValueError for an integer of more digits than Python reads (4,300).
    """
    if text in WORDS:
        return WORDS[text]
    return number(text) if text[0] in NUMBER_STARTS else text


def number(text: str) -> str | int | float:
    """Give the value of a plain scalar that starts like a number, or the text if it is none."""
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _RADIX.fullmatch(text):
        return int(text, 0)
    return text


def tagged(tag: str, text: str) -> Scalar:
    """Give the value of a scalar with an explicit tag of the core schema, or `!`, which is text.

    Raises LookupError for any other tag, ValueError for a text that the tag does not allow.
    """
    name = tag.removeprefix(TAG)
    if name in ("str", "!"):
        return text
    if name not in ("int", "float", "bool", "null"):
        raise LookupError(tag)

    value = scalar(text)
    match name, value:
        case ("bool", bool()) | ("null", None) | ("float", float()):
            return value
        case ("int", int()) if not isinstance(value, bool):
            return value
        case ("float", int()) if not isinstance(value, bool):
            return float(value)

    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class OlderReading:
    """What YAML 1.1 makes of a scalar, in words, and how to write the same for all readers."""

    words: str
    instead: str | None = None


_TRUE: Final = OlderReading("true", "true")
_FALSE: Final = OlderReading("false", "false")

OLDER_WORDS: Final[dict[str, OlderReading]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), _TRUE),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), _FALSE),
    "=": OlderReading("a value of a type of its own"),
}
"""Plain scalars that are text in YAML 1.2, and in YAML 1.1 a boolean or what stops a reader."""

_OLDER_NUMBERS: Final = tuple(
    (re.compile(pattern), OlderReading(words))
    for pattern, words in (
        (r"[-+]?0[0-7_]*[0-7]", "an octal number"),
        (r"[-+]?0[0-9]+|0o[0-7]+", "text"),
        (r"[-+]?0b[01_]+", "a binary number"),
        (r"[-+]?0x(?=[0-9a-fA-F]*_)[0-9a-fA-F_]+", "a number"),
        (r"[-+]?(?=[0-9.]+_)[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+][0-9]+)?)?", "a number"),
        (r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+", "a number to the base 60"),
        (r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", "a number to the base 60"),
    )
)


def older_reading(text: str) -> OlderReading | None:
    """Say what readers of YAML 1.1 take a plain scalar for, or nothing if they agree with us.

    Two differences are left out, as the Go readers of this field do not have them: dates, which
    are text here, and numbers such as `1e3`, which have an exponent and no point.
    """
    if text in OLDER_WORDS:
        return OLDER_WORDS[text]
    return older_number(text) if text[:1] in NUMBER_STARTS else None


def older_number(text: str) -> OlderReading | None:
    """Say what readers of YAML 1.1 take a scalar that starts like a number for, if they differ."""
    if _SAME_DIGIT.fullmatch(text):
        return None
    for pattern, reading in _OLDER_NUMBERS:
        if pattern.fullmatch(text):
            return reading
    return None
