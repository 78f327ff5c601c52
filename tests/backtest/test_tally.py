"""What notifications do to people: pages, mentions, nights, weekends."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from reliability.alertmanager.routing import parse
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.backtest.tally import (
    AlertKey,
    MessageReader,
    Named,
    NotificationTally,
    SideNotifications,
    count_notifications,
    sent_messages,
)
from tests.alertmanager.simulate.fleet import CHAT, PAGER, QUEUE, config, firing, sent

BOTH = {**PAGER, **CHAT, "name": "both"}
HOUR = 60
TEN_AT_NIGHT = 13 * HOUR
SATURDAY_NOON = (5 * 24 + 3) * HOUR


def alert(*spans: tuple[float, float], **labels: str) -> FiringAlert:
    return firing({"alertname": "Burn", "team": "pay", "tier": "alert", **labels}, *spans)


def told(
    alerts: Sequence[FiringAlert],
    written: Mapping[str, Any],
    zones: Mapping[str, ZoneInfo] | None = None,
) -> SideNotifications:
    named = [
        Named(
            AlertKey("shop", each.labels.get("slo", "checkout"), "", "alert"),
            each,
            each.labels.get("team", ""),
        )
        for each in alerts
    ]
    return count_notifications(
        sent_messages(
            sent(alerts, written),
            MessageReader(alerts=named, routing=parse(written), zones=zones or {}),
        )
    )


def test_a_repeat_mentions_again_and_pages_nobody_anew() -> None:
    found = told([alert((0, 9 * HOUR))], config([BOTH]))
    assert found.tier("alert") == NotificationTally(
        notifications=3, repeats=2, over=1, counted=1, pages=1, mentions=3
    )
    assert found.targets == {
        "both: pages via PagerDuty": 1,
        "both: mentions <!subteam^S1>": 3,
    }


def test_what_joins_an_open_incident_pages_nobody_anew() -> None:
    alerts = [alert((0, 60), slo="pay"), alert((20, 90), slo="search")]
    assert told(alerts, config([PAGER])).tier("alert").pages == 1
    assert told(alerts, config([PAGER], group_by=["slo"])).tier("alert").pages == 2


def test_what_the_log_forgot_is_still_the_same_incident() -> None:
    route = {"group_interval": "1h", "repeat_interval": "10m"}
    found = told([alert((0, 170))], config([PAGER], **route)).tier("alert")
    assert (found.notifications, found.pages) == (3, 1)


def test_a_pager_that_knows_no_incident_pages_each_time() -> None:
    pushover = {"name": "a", "pushover_configs": [{"user_key": "a", "token": "b"}]}
    assert told([alert((0, 9 * HOUR))], config([pushover])).tier("alert").pages == 3


def test_a_queue_neither_pages_nor_mentions() -> None:
    found = told([alert((0, 60))], config([QUEUE]))
    assert found.tier("alert") == NotificationTally(notifications=1, over=1, counted=1)
    assert found.targets == {}


def test_night_and_weekend_are_those_of_the_team() -> None:
    alerts = [alert((TEN_AT_NIGHT, TEN_AT_NIGHT + 30), (SATURDAY_NOON, SATURDAY_NOON + 30))]
    at_home = told(alerts, config()).teams["pay"]
    in_tokyo = told(alerts, config(), {"pay": ZoneInfo("Asia/Tokyo")}).teams["pay"]
    assert (at_home.night, at_home.weekend) == (1, 1)
    assert (in_tokyo.night, in_tokyo.weekend) == (0, 1)


def test_a_message_about_two_alerts_counts_once_for_their_tier_and_for_each_of_them() -> None:
    alerts = [alert((0, 60), slo="pay"), alert((0, 90), slo="search")]
    found = told(alerts, config([CHAT]))
    assert found.tier("alert").notifications == 2
    assert found.receivers["chat"].notifications == 2
    assert found.alerts[AlertKey("shop", "pay", "", "alert")].notifications == 1
    assert found.alerts[AlertKey("shop", "search", "", "alert")].notifications == 2
