"""URLs as Go's `url.Parse` accepts them, with which Alertmanager parses its settings.

Python's `urlsplit` accepts more: spaces, invalid escapes, and any character in a host.
"""

from __future__ import annotations

import re
from typing import Final

SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):", re.ASCII)
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
ESCAPED: Final = re.compile(r"(?:[^%]|%[0-9a-fA-F]{2})*", re.DOTALL)
USER: Final = re.compile(r"[\w.~!$&'()*+,;=:%@-]*", re.ASCII)
BRACKETED: Final = re.compile(r"\[[^\]@/]*\](?::\d*)?", re.ASCII)
HOST: Final = re.compile(
    r"""(?:[\w.~!$&'()*+,;=:\[\]<>"-]|[^\x00-\x7f]|%25|%[89a-fA-F][0-9a-fA-F])*""", re.ASCII
)
PORT: Final = re.compile(r".*:\d*", re.ASCII | re.DOTALL)


def go_url(text: str) -> tuple[str, str] | None:
    """Return the scheme, and the host with its port; None if Go refuses the text.

    Either may be empty.
    """
    plain, _, fragment = text.partition("#")
    if CONTROL.search(text) or not _is_escaped(fragment) or plain[:1] == ":":
        return None if text.strip() else ("", "")

    named = SCHEME.match(plain)
    scheme = named[1].lower() if named else ""
    rest = (plain[named.end() :] if named else plain).partition("?")[0]
    if not rest.startswith("/"):
        if not scheme and ":" in rest.partition("/")[0]:
            return None
        return (scheme, "") if scheme or _is_escaped(rest) else None

    host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        user, _, host = authority.rpartition("@")
        if not (_is_user(user) and _is_host(host)):
            return None
        rest = slash + path
    return (scheme, host) if _is_escaped(rest) else None


def _is_escaped(text: str) -> bool:
    return ESCAPED.fullmatch(text) is not None


def _is_user(text: str) -> bool:
    return USER.fullmatch(text) is not None and _is_escaped(text)


def _is_host(text: str) -> bool:
    if text.startswith("["):
        return BRACKETED.fullmatch(text) is not None
    return HOST.fullmatch(text) is not None and (
        ":" not in text or PORT.fullmatch(text) is not None
    )
