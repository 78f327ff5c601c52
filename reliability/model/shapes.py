"""Patterns of names, handles and channels, and the message for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.message import Message

NAME: Final = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
HANDLE: Final = r"^@[A-Za-z0-9][-A-Za-z0-9_/.]*$"
LABEL: Final = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
SIGNAL: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
CHANNEL: Final = r"^#[^\s#@]+$"
MENTION: Final = r"^(<!subteam\^[A-Z0-9]+>|<@[A-Z0-9]+>|<!here>|<!channel>)$"
DATADOG_HANDLE: Final = r"^@[A-Za-z0-9][-A-Za-z0-9_.@+]*$"
PAGERDUTY_ID: Final = r"^[A-Z0-9]{5,20}$"
REPOSITORY: Final = r"^[\w.-]+/[\w.-]+$"
RULE: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FINGERPRINT: Final = r"^[0-9a-f]{16}$"

EXPECTED: Final[Mapping[str, Message]] = {
    NAME: Message(
        "a name of at most 63 lower-case letters, digits and dashes, without a dash at either end"
    ),
    HANDLE: Message("a handle such as @name or @organization/team"),
    LABEL: Message("a label name of letters, digits and _ that does not start with a digit"),
    SIGNAL: Message("an alert name of letters, digits and _ that does not start with a digit"),
    CHANNEL: Message("a Slack channel such as #shop-alerts, without spaces"),
    MENTION: Message("a Slack mention: <!subteam^ID>, <@ID>, <!here> or <!channel>"),
    DATADOG_HANDLE: Message("a Datadog handle such as @pagerduty-shop or @slack-acme-shop-alerts"),
    PAGERDUTY_ID: Message("the ID of an object in PagerDuty, such as PABC123"),
    REPOSITORY: Message("a repository such as owner/name"),
    RULE: Message("a rule id of lower-case letters, digits and single dashes"),
    FINGERPRINT: Message("a fingerprint of 16 hexadecimal digits"),
}
"""Expected form of a text, by the pattern that it does not match."""
