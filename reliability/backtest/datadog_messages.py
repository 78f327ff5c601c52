"""Messages of Datadog's monitors: one when an alert begins to fire, and one when it recovers.

Datadog groups nothing, and has no inhibition. A monitor without `renotify_interval` repeats nothing
(the description of its API: null by default), and none is written with it. One message goes to all
handles in the text of the monitor (https://docs.datadoghq.com/monitors/notify/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Final

from reliability.backtest.effects import NotificationEffect
from reliability.backtest.tally import (
    TICKET_TIER,
    Named,
    NotificationTally,
    SentMessage,
    is_night,
    is_weekend,
)
from reliability.timespan import TimeSpan

PAGING: Final = ("@pagerduty", "@opsgenie", "@victorops", "@oncall-")
"""Beginnings of handles that open an incident of an on-call engineer."""


def datadog_messages(
    alerts: Iterable[Named], span: TimeSpan, zones: Mapping[str, tzinfo]
) -> Iterator[SentMessage]:
    """Yield the messages within a span; `zones` are the time zones of teams, UTC for others.

    A monitor without handles notifies nobody.
    """
    for named in alerts:
        if not named.handles:
            continue
        receiver = f"Datadog: {' '.join(named.handles)}"
        paged = [handle for handle in named.handles if handle.startswith(PAGING)]
        is_ticket = named.key.tier == TICKET_TIER
        effect: NotificationEffect = "page" if paged else "ticket" if is_ticket else "chat"
        for episode in named.alert.spans:
            local = episode.start.astimezone(zones.get(named.team, UTC))
            yield SentMessage(
                local=local,
                receiver=receiver,
                effect=effect,
                about=(named,),
                called=tuple(f"pages by {handle}" for handle in paged),
                tally=NotificationTally(
                    notifications=1,
                    counted=1,
                    pages=int(effect == "page"),
                    tickets=int(effect == "ticket"),
                    night=int(is_night(local)),
                    weekend=int(is_weekend(local)),
                ),
            )
            if episode.end < span.end:
                yield SentMessage(
                    local=episode.end.astimezone(local.tzinfo),
                    receiver=receiver,
                    effect=effect,
                    about=(named,),
                    called=(),
                    tally=NotificationTally(over=1),
                )
