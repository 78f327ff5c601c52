"""Writes JSON-like values as YAML that every parser reads alike: block style, careful quotes.

Written by hand: it is five to fifteen times as fast as the libraries, which write the string `y`
unquoted (Go reads a bool) and anchors for shared objects. YAML 1.1 and 1.2 agree on this text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from reliability.resource import Json
from reliability.tuning import SharedList

PLAIN: Final = re.compile(
    r"(?:[A-Za-z_][!-~]*|/[!-~]+|[0-9]+(?:ms|[smhdwy]))(?: [!-~]+)*", re.ASCII
)
"""Printable ASCII that starts with a letter, `_`, `/` or a duration."""

PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that some parser reads as a bool or null, in any case of their letters."""

NOT_PRINTABLE: Final = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that need escapes in quotes or in a block: controls, line separators, BOM."""

LONGEST_PLAIN_KEY: Final = 500
"""A key on one line may have 1,024 characters; longer ones are written with `?`."""

ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def yaml_text(body: Mapping[str, Json]) -> str:
    """Return a mapping as a YAML document, indented by two spaces, with a newline at the end."""
    if not body:
        return "{}\n"
    lines: list[str] = []
    _write_mapping(body, "", "", write=lines.append)
    lines.append("")
    return "\n".join(lines)


def _write_mapping(
    body: Mapping[str, Json], first: str, indent: str, write: Callable[[str], None]
) -> None:
    """Write each pair on its line; `first` replaces `indent` on the first one (`- `)."""
    lead = first or indent
    for key, value in body.items():
        name = _key(key)
        if len(name) > LONGEST_PLAIN_KEY:
            write(f"{lead}? {name}")
            lead, name = indent, ""

        if isinstance(value, str):
            shown = _several_lines(value, indent) if "\n" in value else _one_line(value)
            write(f"{lead}{name}: {shown}")
        else:
            _write_value(value, f"{lead}{name}:", indent, write=write)

        lead = indent


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    plain = PLAIN_KEY.fullmatch(text) and text.lower() not in RESERVED
    return text if plain else _quoted(text)


def _write_value(value: Json, lead: str, indent: str, write: Callable[[str], None]) -> None:
    """Write a value behind `lead`, which is `key:` or `-` with its indentation."""
    if isinstance(value, Mapping) and value:
        write(lead)
        _write_mapping(value, "", indent + "  ", write=write)
    elif isinstance(value, SharedList) and value:
        write(lead)
        write(_indented(_shared(value), indent + "  "))
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        write(lead)
        _write_sequence(value, "", indent + "  ", write=write)
    else:
        write(f"{lead} {_scalar(value, indent)}")


def _write_sequence(
    values: Sequence[Json], first: str, indent: str, write: Callable[[str], None]
) -> None:
    dash = first or indent
    for value in values:
        if isinstance(value, Mapping) and value:
            _write_mapping(value, f"{dash}- ", indent + "  ", write=write)
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            _write_sequence(value, f"{dash}- ", indent + "  ", write=write)
        else:
            write(f"{dash}- {_scalar(value, indent)}")
        dash = indent


@lru_cache(maxsize=1)
def _shared(values: SharedList[Json]) -> str:
    """Return the lines of a list that occurs in several bodies, most often consecutively."""
    lines: list[str] = []
    _write_sequence(values, "", "", write=lines.append)
    return "\n".join(lines)


def _indented(text: str, indent: str) -> str:
    """Return the lines with more indentation; empty lines of literal blocks stay empty."""
    moved = indent + text.replace("\n", f"\n{indent}")
    while f"\n{indent}\n" in moved:
        moved = moved.replace(f"\n{indent}\n", "\n\n")
    return moved.removesuffix(indent) if moved.endswith(f"\n{indent}") else moved


def _scalar(value: Json, indent: str) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value, indent)
        case float():
            return _float(value)
        case int():
            return str(value)
        case Mapping():
            return "{}"
        case _:
            return "[]"


def _float(value: float) -> str:
    """Return a float with a point, since YAML 1.1 reads `1e+16` as a string."""
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        return text.replace("inf", ".inf").replace("nan", ".nan")
    mantissa, exponent, power = text.partition("e")
    return text if "." in mantissa else f"{mantissa}.0{exponent}{power}"


def _string(text: str, indent: str) -> str:
    return _several_lines(text, indent) if "\n" in text else _one_line(text)


def _several_lines(text: str, indent: str) -> str:
    """Return a text with newlines as a literal block, or double-quoted if that is impossible.

    A block cannot hold characters that need escapes. If the text starts with a space or a newline,
    or has a line of spaces only, its indentation cannot be distinguished from the block's.
    """
    if text[0] in " \n" or not _is_printable(text):
        return _double_quoted(text)
    body = text.rstrip("\n")
    lines = body.split("\n")
    if any(line and not line.strip(" ") for line in lines):
        return _double_quoted(text)
    return _literal(lines, len(text) - len(body), f"{indent}  ")


def _literal(lines: list[str], ends_in: int, indent: str) -> str:
    """Return a literal block; the sign after the bar is for the newlines at the end."""
    sign = "-" if ends_in == 0 else "" if ends_in == 1 else "+"
    shown = [indent + line if line else "" for line in lines]
    return "\n".join([f"|{sign}", *shown, *[""] * (ends_in - 1)])


@lru_cache(maxsize=4096)
def _one_line(text: str) -> str:
    """Return a text without a newline, quoted if necessary.

    The results are cached, because the rules of one service repeat labels and expressions.
    """
    return text if _is_plain(text) else _quoted(text)


def _is_plain(text: str) -> bool:
    if not PLAIN.fullmatch(text) or text.endswith(":"):
        return False
    return ": " not in text and " #" not in text and text.lower() not in RESERVED


def _quoted(text: str) -> str:
    if "\n" in text or not _is_printable(text):
        return _double_quoted(text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _is_printable(text: str) -> bool:
    """Return whether a text needs no escapes; `isprintable` takes half the time of the regex."""
    if text.isascii():
        return text.replace("\n", "").isprintable()
    return not NOT_PRINTABLE.search(text)


def _double_quoted(text: str) -> str:
    escaped = "".join(ESCAPES.get(character, character) for character in text)
    return '"' + NOT_PRINTABLE.sub(_escape, escaped) + '"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
