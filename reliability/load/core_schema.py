"""Values of plain scalars in the core schema of YAML 1.2, and differences from YAML 1.1.

YAML 1.2.2, section 10.3; for 1.1, the types at yaml.org/type. YAML readers in Go, as in Prometheus
and Kubernetes, still follow 1.1 in part.
"""

import re
from dataclasses import dataclass
from typing import Final

from reliability.message import Message

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
"""Plain scalars that are neither text nor numbers with digits."""

NUMBER_STARTS: Final = frozenset("0123456789+-.")
TAG: Final = "tag:yaml.org,2002:"

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SAME_DIGIT = re.compile(r"[-+]?0*[0-7]")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")


def scalar(text: str) -> Scalar:
    """Return the value of a plain scalar.

    Raises:
        ValueError: it is an integer of more digits than Python parses (4,300).
    """
    if text in WORDS:
        return WORDS[text]
    return number(text) if text[0] in NUMBER_STARTS else text


def number(text: str) -> str | int | float:
    """Return the value of a plain scalar that starts like a number, or else its text."""
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _RADIX.fullmatch(text):
        return int(text, 0)
    return text


def tagged(tag: str, text: str) -> Scalar:
    """Return the value of a scalar with an explicit tag of the core schema; `!` means text.

    Raises:
        LookupError: the tag is not in the core schema.
        ValueError: the text does not fit the tag.
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
    """Interpretation of a scalar in YAML 1.1, and a spelling with one meaning in both versions."""

    words: Message
    instead: str | None = None


_TRUE: Final = OlderReading(Message("true"), "true")
_FALSE: Final = OlderReading(Message("false"), "false")

OLDER_WORDS: Final[dict[str, OlderReading]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), _TRUE),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), _FALSE),
    "=": OlderReading(Message("a default value")),  # tag:yaml.org,2002:value, which PyYAML rejects
}
"""Plain scalars that are text in YAML 1.2, and a boolean or an error in YAML 1.1."""

BASE_60: Final = Message("a base-60 number")
"""Interpretation of `17:00` in YAML 1.1."""

_OLDER_NUMBERS: Final = tuple(
    (re.compile(pattern), OlderReading(words))
    for pattern, words in (
        (r"[-+]?0[0-7_]*[0-7]", Message("an octal number")),
        (r"[-+]?0[0-9]+|0o[0-7]+", Message("text")),
        (r"[-+]?0b[01_]+", Message("a binary number")),
        (r"[-+]?0x(?=[0-9a-fA-F]*_)[0-9a-fA-F_]+", Message("a number")),
        (r"[-+]?(?=[0-9.]+_)[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+][0-9]+)?)?", Message("a number")),
        (r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+", BASE_60),
        (r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", BASE_60),
    )
)
"""Numbers of YAML 1.1 with another value in 1.2; the first matching pattern counts."""


def older_reading(text: str) -> OlderReading | None:
    """Return the interpretation of a plain scalar in YAML 1.1, or None if it is the same in 1.2.

    Two differences are ignored, because Go's YAML readers do not have them: dates, which are text
    in 1.2, and numbers with an exponent but no point, such as `1e3`.
    """
    if text in OLDER_WORDS:
        return OLDER_WORDS[text]
    return older_number(text) if text[:1] in NUMBER_STARTS else None


def older_number(text: str) -> OlderReading | None:
    """Return the YAML 1.1 interpretation of a scalar that starts like a number; None if equal."""
    if _SAME_DIGIT.fullmatch(text):
        return None
    for pattern, reading in _OLDER_NUMBERS:
        if pattern.fullmatch(text):
            return reading
    return None
