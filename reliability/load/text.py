"""Decoding of a file's bytes to text that YAML allows."""

import re
from itertools import islice
from typing import Final

from reliability.load.faults import UNREADABLE, TextFault
from reliability.message import Message

STRANGE: Final = (
    "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that YAML forbids (YAML 1.2, 5.1), and U+0085, U+2028 and U+2029.

These three are line breaks in YAML 1.1 and plain characters in 1.2, so line numbers would differ.
"""
STRANGE_ASCII: Final = re.compile(r"[^\t\n\r -~]")
"""Same characters in ASCII text, as most files are; the full pattern compiles slowly."""
DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)
DIRECTIVES: Final = 100
SPLIT: Final = Message("split the file")


def text_of(data: bytes, most: int) -> tuple[str, TextFault | None]:
    """Decode at most `most` bytes of UTF-8; return the text up to the first fault, and the fault.

    A byte order mark at the start is removed.
    """
    if len(data) > most:
        return "", TextFault(
            rule=UNREADABLE, start=0, end=0, message=too_large(len(data), most), help=SPLIT
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Decode again up to the fault: its column counts characters, and the error counts bytes.
        before = data[: error.start].decode("utf-8-sig")
        message = Message("byte {byte} is not valid UTF-8", byte=f"0x{data[error.start]:02x}")
        at = len(before)
        return before, TextFault(
            rule=UNREADABLE,
            start=at,
            end=at,
            message=message,
            help=Message("save the file as UTF-8"),
        )

    return text, strange_character(text) or many_directives(text)


def too_large(size: int, most: int) -> Message:
    """Return the message on a file larger than the limit."""
    return Message(
        "the file has {size} bytes; the limit is {limit}", size=f"{size:,}", limit=f"{most:,}"
    )


def many_directives(text: str) -> TextFault | None:
    """Return a fault if there are too many lines of directives, or None.

    libyaml compares each directive with all before it.
    """
    match = next(islice(DIRECTIVE.finditer(text), DIRECTIVES, None), None)
    if match is None:
        return None

    message = Message(
        "the file has more than {limit} lines that start with `%`, which is the limit",
        limit=DIRECTIVES,
    )
    return TextFault(
        rule=UNREADABLE,
        start=match.start(),
        end=match.end(),
        message=message,
        help=Message("remove the directives"),
    )


def strange_character(text: str) -> TextFault | None:
    """Return a fault at the first character that is not allowed in a YAML file, or None."""
    # Most files are ASCII, for which the smaller class is enough.
    match = STRANGE_ASCII.search(text) if text.isascii() else re.search(STRANGE, text)
    if match is None:
        return None

    message = Message(
        "character {character} is not allowed in YAML", character=f"U+{ord(match[0]):04X}"
    )
    advice = Message("remove it, or write it as an escape in double quotes")
    return TextFault(
        rule=UNREADABLE, start=match.start(), end=match.end(), message=message, help=advice
    )
