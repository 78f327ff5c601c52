"""What Alertmanager's notification log makes of a flush: whether there is news, and its kind.

Semantics: `needsUpdate` in notify/dedup_stage.go (0.28: notify/notify.go), nflog/nflog.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, Literal

from reliability.alertmanager.routing import Receiver
from reliability.alertmanager.simulate.moments import not_before

News = Literal["first", "more", "fewer", "over", "repeat"]
"""Nothing fired before; something new fires; something is over; all is over; nothing changed."""

UNLESS_ASKED: Final = frozenset(
    ("slack_configs", "email_configs", "wechat_configs", "rocketchat_configs")
)
"""Integrations that tell of an end only where `send_resolved` says so."""


@dataclass(frozen=True, slots=True)
class SendPath:
    """The integrations of a receiver that are told alike: of ends too, or of firing alone.

    `places` are theirs among the receiver's integrations.
    """

    tells_ends: bool
    places: tuple[int, ...]


def ways(receiver: Receiver) -> tuple[SendPath, ...]:
    """The ways of a receiver; none where it reaches nobody."""
    by_resolved: dict[bool, tuple[int, ...]] = {}
    for place, (kind, settings) in enumerate(receiver.integrations):
        tells = _tells_ends(kind, settings)
        by_resolved[tells] = (*by_resolved.get(tells, ()), place)
    return tuple(SendPath(tells, places) for tells, places in by_resolved.items())


def _tells_ends(kind: str, settings: Mapping[str, Any]) -> bool:
    written = settings.get("send_resolved")
    return kind not in UNLESS_ASKED if written is None else bool(written)


@dataclass(frozen=True, slots=True)
class LogRetention:
    """How long the log remembers, and when it looks for what is too old: every `look` from 0."""

    longest: int
    look: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What was told last, and when it was; `gone` is when it is forgotten.

    `before` is the entry that it replaced, without its own.
    """

    at: int
    firing: frozenset[int]
    over: frozenset[int]
    gone: int
    before: LogEntry | None


def entry(
    at: int,
    firing: Set[int],
    over: Set[int],
    repeat: int,
    kept: LogRetention,
    before: LogEntry | None,
) -> LogEntry:
    """The log's entry; it is kept for two repeats, or as long as the log keeps anything."""
    expires = at + min(kept.longest, 2 * repeat)
    gone = not_before(kept.start, kept.look, expires)
    replaced = (
        LogEntry(
            at=before.at, firing=before.firing, over=before.over, gone=before.gone, before=None
        )
        if before
        else None
    )

    return LogEntry(
        at=at, firing=frozenset(firing), over=frozenset(over), gone=gone, before=replaced
    )


def news(
    last: LogEntry | None, firing: Set[int], over: Set[int], way: SendPath, repeat: int, now: int
) -> News | None:
    """What a flush has to tell; None for nothing.

    A repeat comes at the first flush that is later than the interval: one that falls due at the
    very flush waits for the next, since what was sent is noted once it was sent.
    """
    if last is None or last.gone <= now:
        return "first" if firing else None
    if not firing <= last.firing:
        return "more" if last.firing else "first"
    if not firing:
        return "over" if last.firing else None
    if way.tells_ends and not over <= last.over:
        return "fewer"

    return "repeat" if now - last.at > repeat else None
