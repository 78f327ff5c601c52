"""Effects of receivers on people: pages, mentions, messages that they read, and tickets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.alertmanager.configuration import texts_below
from reliability.alertmanager.routing import Receiver
from reliability.location import Pointer
from reliability.message import Message

PAGERS: Final = {
    "pagerduty_configs": "PagerDuty",
    "opsgenie_configs": "Opsgenie",
    "victorops_configs": "VictorOps",
    "incidentio_configs": "incident.io",
    "pushover_configs": "Pushover",
}
READ: Final = {
    "slack_configs": "Slack",
    "email_configs": "email",
    "discord_configs": "Discord",
    "mattermost_configs": "Mattermost",
    "msteams_configs": "Teams",
    "msteamsv2_configs": "Teams",
    "rocketchat_configs": "Rocket.Chat",
    "sns_configs": "SNS",
    "telegram_configs": "Telegram",
    "webex_configs": "Webex",
    "wechat_configs": "WeChat",
}
WEBHOOK: Final = "webhook_configs"
QUEUES: Final = frozenset(("jira_configs", WEBHOOK))
"""Integrations that keep tickets. A webhook is most often a bridge to a ticket system."""

GROUP: Final = r"<!(?:here|channel|everyone|subteam\^[^>\s]+)>|<@[&!]?[A-Za-z0-9]+>|<at>[^<]+</at>"
WORD: Final = r"(?<![\w.@])@(?:here|channel|everyone|all|group)\b(?![.@])"
MENTION: Final = re.compile(f"{GROUP}|{WORD}")
LINKED: Final = re.compile(rf"{MENTION.pattern}|(?<![\w.@])@[a-z0-9][\w.-]*(?!@)")
"""Mentions if `link_names` is set: Slack then reads any name after an at sign as one."""

NO_TEXT: Final = frozenset(("http_config", "api_url", "api_url_file", "to", "from", "smarthost"))


@dataclass(frozen=True, slots=True)
class NotifyingPart:
    """A part of a receiver that notifies people; `pointer` leads to it from the receiver."""

    pointer: Pointer
    words: Message


def mentions_in(text: str) -> Iterator[str]:
    """Yield the mentions in a text, as they are written."""
    yield from (match[0] for match in MENTION.finditer(text))


def notifying_parts(receiver: Receiver) -> Iterator[NotifyingPart]:
    """Yield the parts of a receiver that page or mention people."""
    for kind, index, settings in _numbered(receiver):
        if kind in PAGERS:
            yield NotifyingPart((kind, index), Message("pages via {pager}", pager=PAGERS[kind]))
        elif kind in READ:
            yield from _mentions((kind, index), settings)


def _mentions(pointer: Pointer, settings: Mapping[str, Any]) -> Iterator[NotifyingPart]:
    channel = settings.get("channel")
    if isinstance(channel, str) and channel.startswith("@"):
        yield NotifyingPart(
            (*pointer, "channel"), Message("sends direct messages to {channel}", channel=channel)
        )
    pattern = LINKED if settings.get("link_names") is True else MENTION
    for inner, text in texts_below(settings, pointer, _has_no_text):
        match = pattern.search(text)
        # A `channel` that begins with `#` or `@` addresses the message; it does not mention anybody
        # in it.
        if match is not None and inner[-1] != "channel":
            yield NotifyingPart(inner, Message("mentions {mention}", mention=match[0]))


def _has_no_text(key: str, _value: Any) -> bool:
    return key in NO_TEXT


def read_by_people(receiver: Receiver) -> Iterator[NotifyingPart]:
    """Yield the parts of a receiver that people read, with or without a page or a mention."""
    for kind, index, _ in _numbered(receiver):
        if kind in PAGERS:
            yield NotifyingPart((kind, index), Message("pages via {pager}", pager=PAGERS[kind]))
        elif kind in READ:
            yield NotifyingPart(
                (kind, index), Message("is read by people ({channel})", channel=READ[kind])
            )


def may_notify_at_once(receiver: Receiver) -> bool:
    """Return whether a receiver has a pager, a mention, or a webhook, which may lead to either."""
    # What a webhook does with a notification is not in the configuration, so it counts as if it
    # paged.
    has_program = any(kind == WEBHOOK for kind, _ in receiver.integrations)
    return has_program or next(notifying_parts(receiver), None) is not None


def keeps(receiver: Receiver) -> bool:
    """Return whether a receiver keeps a ticket until it is closed."""
    return any(kind in QUEUES for kind, _ in receiver.integrations)


def _numbered(receiver: Receiver) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Yield the integrations that have settings, each with its index among those of its kind."""
    numbers: Counter[str] = Counter()
    for kind, settings in receiver.integrations:
        if isinstance(settings, Mapping):
            yield kind, numbers[kind], settings
        # An entry without settings is counted although it is skipped: the index is part of a
        # pointer into the file, where the entry is written.
        numbers[kind] += 1
