"""Alertmanager's notification log: whether a flush notifies, and for which reason.

Semantics: `needsUpdate` in notify/dedup_stage.go (0.28: notify/notify.go), nflog/nflog.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, Literal

from reliability.alertmanager.routing import Receiver
from reliability.alertmanager.simulate.moments import not_before

Reason = Literal["first", "more", "fewer", "over", "repeat"]
"""First of the group; another alert fires; one is resolved; all are resolved; repeat interval."""

RESOLVED_IS_OPT_IN: Final = frozenset(
    ("slack_configs", "email_configs", "wechat_configs", "rocketchat_configs")
)
"""Integrations whose `send_resolved` is false by default (config/notifiers.go)."""


@dataclass(frozen=True, slots=True)
class IntegrationGroup:
    """The integrations of a receiver that agree on `send_resolved`, by their indexes.

    Each integration has a log entry of its own; those of integrations that agree are equal.
    """

    sends_resolved: bool
    indexes: tuple[int, ...]


def integration_groups(receiver: Receiver) -> tuple[IntegrationGroup, ...]:
    """Return the integrations of a receiver in at most two groups; empty if it has none."""
    by_resolved: dict[bool, tuple[int, ...]] = {}
    for index, (kind, settings) in enumerate(receiver.integrations):
        sends_resolved = _sends_resolved(kind, settings)
        by_resolved[sends_resolved] = (*by_resolved.get(sends_resolved, ()), index)
    return tuple(IntegrationGroup(resolved, indexes) for resolved, indexes in by_resolved.items())


def _sends_resolved(kind: str, settings: Mapping[str, Any]) -> bool:
    written = settings.get("send_resolved")
    # A missing key has a default per integration, not one for all: PagerDuty gets resolved alerts
    # by default, and Slack and email do not (config/notifiers.go).
    return kind not in RESOLVED_IS_OPT_IN if written is None else bool(written)


@dataclass(frozen=True, slots=True)
class LogRetention:
    """Lifetime of entries; expired ones are dropped every `interval` from `start`.

    All values are in milliseconds.
    """

    longest: int
    interval: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """The last notification: its time, its alerts, and when the entry is dropped (`gone`).

    `before` is the entry that it replaced; that one has no `before`.
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
    """Return the entry of a notification.

    It expires after twice the repeat interval, or the log's retention if that is shorter
    (`SetNotifiesStage` in notify/notify.go). It still counts until maintenance drops it.
    """
    expires = at + min(kept.longest, 2 * repeat)
    gone = not_before(kept.start, kept.interval, expires)
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


def reason(
    last: LogEntry | None,
    firing: Set[int],
    over: Set[int],
    integrations: IntegrationGroup,
    repeat: int,
    now: int,
) -> Reason | None:
    """Return why a flush notifies; None if it does not.

    A repeat needs a flush later than the repeat interval. If the interval is a multiple of
    `group_interval`, the flush at its very end does not repeat: the log has the time after
    sending, which is later than the flush. So the repeat comes one `group_interval` late.
    """
    # The order of these conditions is that of `needsUpdate`: an alert that is new counts before one
    # that is resolved, so a flush with both has the reason "more".
    if last is None or last.gone <= now:
        return "first" if firing else None
    if not firing <= last.firing:
        # An entry without firing alerts is that of a resolution, so the next firing alert is a
        # first notification and not a new alert in the group (`ReasonFirstNotification`).
        return "more" if last.firing else "first"
    if not firing:
        # Alerts that fired and were resolved between two flushes were never notified about, so
        # their end is not notified about either.
        return "over" if last.firing else None
    # Only integrations that send resolved alerts notify that some are resolved while others fire;
    # for the rest, such a flush is silent until the repeat.
    if integrations.sends_resolved and not over <= last.over:
        return "fewer"

    # `entry.Timestamp.Before(now - repeat)` is strict: at exactly the repeat interval nothing
    # repeats.
    return "repeat" if now - last.at > repeat else None
