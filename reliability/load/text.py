"""The bytes of a file become text that YAML can hold, or the reason why not."""

import re
from itertools import islice
from typing import Final

from reliability.load.trouble import UNREADABLE, Trouble

STRANGE: Final = (
    "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What no YAML file holds, and U+0085, U+2028, U+2029: a line break to some readers only."""
STRANGE_ASCII: Final = re.compile(r"[^\t\n\r -~]")
"""The same for ASCII, which most files are; the whole of it takes milliseconds to compile."""
DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)
DIRECTIVES: Final = 100
SPLIT: Final = "split the file"


def text_of(data: bytes, most: int) -> tuple[str, Trouble | None]:
    """Decode UTF-8 of so many bytes at most; give the text as far as it is good, and the trouble.

    A byte order mark at the beginning is left out.
    """
    if len(data) > most:
        return "", Trouble(UNREADABLE, 0, 0, too_large(len(data), most), SPLIT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        message = f"byte 0x{data[error.start]:02x} is no UTF-8"
        at = len(before)
        return before, Trouble(UNREADABLE, at, at, message, "save the file as UTF-8")

    return text, strange_character(text) or many_directives(text)


def too_large(size: int, most: int) -> str:
    """Say that a file has more bytes than are read."""
    return f"{size:,} bytes in a file, and the limit is {most:,}"


def many_directives(text: str) -> Trouble | None:
    """Refuse lines of directives without end: the parser compares each with all before it."""
    match = next(islice(DIRECTIVE.finditer(text), DIRECTIVES, None), None)
    if match is None:
        return None
    message = f"more than {DIRECTIVES} lines that begin with `%`, which is the limit of a file"
    return Trouble(UNREADABLE, match.start(), match.end(), message, "leave out the directives")


def strange_character(text: str) -> Trouble | None:
    """Find the first character that has no place in a YAML file."""
    match = STRANGE_ASCII.search(text) if text.isascii() else re.search(STRANGE, text)
    if match is None:
        return None
    message = f"character U+{ord(match[0]):04X} stands in the text, and YAML has no place for it"
    advice = "take it out, or write it as an escape in double quotes"
    return Trouble(UNREADABLE, match.start(), match.end(), message, advice)
