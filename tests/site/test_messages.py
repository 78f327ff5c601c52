"""Counts of messages by team, week and hour, their receivers, and the days of alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, NoAlert, OutcomeRow, Replayed
from reliability.backtest.tally import AlertKey, Named, NotificationTally, SentMessage
from reliability.history.series import NoHistory
from reliability.site.measuring import alert_days
from reliability.site.notified import (
    HOURS,
    TOTALS,
    WEEKDAYS,
    CountedMessages,
    Counts,
    MessageIndex,
    counted,
    is_by_service,
    no_counts,
    packed_counts,
)
from reliability.timespan import TimeSpan
from tests.site.test_worlds import FILES, FULL, INHIBITION
from tests.site.worlds import SiteWorld, at

WEEKS: Final = (date(2026, 9, 7), date(2026, 9, 14))
TOKYO: Final = ZoneInfo("Asia/Tokyo")
NO_ALERT: Final = FiringAlert({}, ())
START: Final = at("2026-09-08T10:00")


def named(service: str, tier: str = "alert", team: str = "web") -> Named:
    return Named(AlertKey(service, f"{service}-slo", "", tier), NO_ALERT, team)


def message(
    text: str, *about: Named, receiver: str = "reliability/web/alert", **tally: int
) -> SentMessage:
    """A message at a local time in Tokyo about a firing alert, unless `over` is given."""
    numbers = tally if "over" in tally else {"notifications": 1, **tally}
    return SentMessage(
        local=datetime.fromisoformat(text).replace(tzinfo=TOKYO),
        receiver=receiver,
        effect="page",
        about=about,
        called=(),
        tally=NotificationTally(**numbers),
    )


MESSAGES: Final = (
    # Sunday before the first week, Monday at its beginning, and Sunday at the end of the second.
    message("2026-09-06T23:59", named("a"), pages=1, night=1, weekend=1),
    message("2026-09-07T00:00", named("a"), named("a", "ticket"), pages=1, night=1),
    message("2026-09-20T23:59", named("b", "ticket", "data"), night=1, weekend=1),
    message("2026-09-21T00:00", named("b", "log", "data"), named("a"), pages=2),
    message("2026-09-09T12:00", named("a"), over=1),
    message("2026-09-09T12:00", named("a", "other")),
)
IMPACTS: Final = {
    "a": [TimeSpan(at("2026-09-06T14:59"), at("2026-09-06T15:00"))],
    "b": [TimeSpan(at("2026-09-20T15:00"), at("2026-09-20T16:00"))],
}


def shown(counts: Counts, weeks: Sequence[date] = WEEKS) -> list[str]:
    """The counts other than zero, by name."""
    hours = [f"hour {day}-{hour}" for day in range(WEEKDAYS) for hour in range(HOURS)]
    tiers = [f"{tier} {week:%m-%d}" for tier in ("alert", "ticket", "log") for week in weeks]
    values = zip((*TOTALS, *hours, *tiers), counts.tolist(), strict=True)
    return [f"{name}: {value}" for name, value in values if value]


def test_messages_are_counted_by_week_and_hour() -> None:
    assert shown(counted(MESSAGES, WEEKS, IMPACTS)) == [
        "total: 5",
        "with_incident: 3",
        "pages: 4",
        "night: 2",
        "weekend: 1",
        *("hour 0-0: 3", "hour 6-23: 1"),
        *("alert 09-07: 1", "ticket 09-07: 1", "ticket 09-14: 1"),
    ]
    assert shown(counted(MESSAGES[:1], (), {}), ()) == [
        *("total: 1", "pages: 1", "night: 1", "weekend: 1", "hour 6-23: 1")
    ]
    assert shown(counted((), WEEKS, IMPACTS)) == []


def test_messages_count_once_for_each_of_their_teams() -> None:
    made = CountedMessages.of(MESSAGES, WEEKS, IMPACTS)
    assert made.index is not None
    assert {team: shown(counts)[0] for team, counts in made.teams.items()} == {
        "web": "total: 4",
        "data": "total: 2",
    }
    assert shown(made.whole) == shown(counted(MESSAGES, WEEKS, IMPACTS))
    assert shown(made.of_team("nobody")) == []
    of_team = [("web", packed_counts(counted(MESSAGES[:2], WEEKS, IMPACTS))), ("data", b"")]
    summed = CountedMessages.summed([*of_team, of_team[0]], WEEKS)
    assert summed.index is None
    assert [*summed.teams] == ["web"]
    assert shown(summed.whole)[:3] == ["total: 4", "with_incident: 4", "pages: 4"]
    assert (CountedMessages.summed([], WEEKS).whole == no_counts(WEEKS)).all()


def test_receivers_are_those_of_messages_about_a_service_in_a_span() -> None:
    index = MessageIndex.of(
        (
            message("2026-09-08T19:00", named("a"), named("b")),
            message("2026-09-08T20:00", named("a"), receiver="theirs"),
            message("2026-09-08T20:30", named("a")),
            message("2026-09-08T20:30", named("a"), receiver="resolved", over=1),
        )
    )
    hour = timedelta(hours=1)
    assert index.receivers("a", TimeSpan(START, START + hour)) == ("web/alert", "theirs")
    assert index.receivers("a", TimeSpan(START, START + 2 * hour)) == ("web/alert", "theirs")
    assert index.receivers("b", TimeSpan(START, START + hour)) == ("web/alert",)
    assert index.receivers("b", TimeSpan(START + hour / 60, START + hour)) == ()
    assert index.receivers("a", TimeSpan(START - hour, START - hour / 60)) == ()
    assert index.receivers("c", TimeSpan(START, START + hour)) == ()


def by_service(**files: str) -> bool:
    paths = {
        "base": "policies/alertmanager.base.yml",
        "policy": "policies/notification.yaml",
        "unowned": "services/lonely/alerts.yaml",
        "alerts": "services/shop/alerts.yaml",
    }
    more = {paths[name]: text for name, text in files.items()}
    return is_by_service(SiteWorld(files={**FILES, **more}).inputs().context)


def test_alerts_of_services_are_apart_unless_a_group_or_an_inhibition_has_several() -> None:
    assert by_service()
    assert not by_service(base=INHIBITION)
    assert by_service(base=INHIBITION.replace("[team]", "[team, service]"))
    assert not by_service(base=INHIBITION.replace("equal: [team]", "equal: []"))
    prefixed = FILES["policies/notification.yaml"].replace("plain ", "prefixed ")
    assert by_service(policy=prefixed)
    assert not by_service(policy=prefixed, base=INHIBITION.replace("team", "service"))
    # Alerts of a service without an owner are in one group of the root route.
    unowned = FILES["services/shop/alerts.yaml"].replace("shop", "lonely")
    unowned = unowned.replace("lonely-buy, objective: served", "lonely-one").replace(
        "lonely-look", "lonely-one"
    )
    assert not by_service(unowned=unowned)
    heartbeat = "    - {name: Alive, kind: heartbeat, tier: alert, expr: vector(1)}\n"
    assert by_service(alerts=FILES["services/shop/alerts.yaml"] + heartbeat)
    without_teams = {path: text for path, text in FILES.items() if "teams" not in path}
    assert not is_by_service(replace(FULL, files=without_teams).inputs().context)


def outcome(*spans: tuple[str, str]) -> OutcomeRow:
    episodes = tuple(Episode(TimeSpan(at(start), at(end)), {}, 0.0) for start, end in spans)
    new = AlertFirings(episodes, timedelta(0), 1.0)
    return OutcomeRow(service="a", slo="b", objective="", tier="alert", old=NoAlert(), new=new)


def days_of(*rows: OutcomeRow) -> list[str]:
    replayed = Replayed(
        service="a",
        slo="b",
        objective="",
        target="0.9",
        history=NoHistory(""),
        rows=rows,
        verdicts=(),
    )
    return [f"{day:%m-%d}" for day in alert_days(replayed)]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-10-01T10:00", "2026-10-01T11:00", ["10-01"]),
        ("2026-10-01T10:00", "2026-10-02T00:00", ["10-01"]),
        ("2026-10-01T10:00", "2026-10-02T00:01", ["10-01", "10-02"]),
        ("2026-10-01T00:00", "2026-10-01T00:00", []),
        ("2026-09-30T23:59", "2026-10-02T12:00", ["09-30", "10-01", "10-02"]),
    ],
)
def test_an_alert_fires_on_each_day_that_it_touches(start: str, end: str, days: list[str]) -> None:
    assert days_of(outcome((start, end))) == days
    assert days_of(outcome(), outcome((start, end), (start, end))) == days * 2
    assert days_of(replace(outcome(), new=NoHistory("none"))) == []
