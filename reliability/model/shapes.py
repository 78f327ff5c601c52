"""The shapes of names, handles and channels: their patterns, and what each is in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAME: Final = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
HANDLE: Final = r"^@[A-Za-z0-9][-A-Za-z0-9_/.]*$"
LABEL: Final = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
SIGNAL: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
CHANNEL: Final = r"^#[^\s#@]+$"
MENTION: Final = r"^(<!subteam\^[A-Z0-9]+>|<@[A-Z0-9]+>|<!here>|<!channel>)$"
REPOSITORY: Final = r"^[\w.-]+/[\w.-]+$"
RULE: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FINGERPRINT: Final = r"^[0-9a-f]{16}$"

IN_WORDS: Final[Mapping[str, str]] = {
    NAME: "a name is lower-case letters, digits and dashes, 63 at most, no dash first or last",
    HANDLE: "a handle is @ and a name, such as @one or @organisation/team",
    LABEL: "a label's name is letters, digits and _, and no digit is first",
    SIGNAL: "a signal's name is letters, digits and _, and no digit is first",
    CHANNEL: "a channel is # and a name without spaces, such as #shop-alerts",
    MENTION: "a mention is <!subteam^ID>, <@ID>, <!here> or <!channel>",
    REPOSITORY: "a queue of issues is a repository, such as owner/name",
    RULE: "an id is lower-case words and digits, joined by dashes",
    FINGERPRINT: "a fingerprint is 16 digits from 0 to f",
}
"""What a text of each shape is, to be said of one that is not."""
