"""What people would have got: messages, repeats, nights and weekends, by receiver and alert."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from reliability.alertmanager.routing import parse
from reliability.alertmanager.simulate.posts import FiringAlert, Sending
from reliability.backtest.effects import (
    EffectMapping,
    NotificationEffect,
    by_severity,
    of_alert,
    of_receiver,
    strongest,
)
from reliability.backtest.rule_files.counting import RuleRoutes, side_notifications
from reliability.backtest.tally import (
    AlertKey,
    Named,
    NotificationTally,
    SideNotifications,
)
from reliability.errors import ReliabilityError
from reliability.timespan import TimeSpan

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
FRIDAY: Final = datetime(2026, 10, 2, tzinfo=UTC)
SPAN: Final = TimeSpan(FRIDAY, FRIDAY + timedelta(days=3))
ROUTES: Final[Mapping[str, Any]] = {
    "route": {
        "receiver": "chat",
        "group_by": ["alertname"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "4h",
        "routes": [
            {"receiver": "pager", "matchers": ['severity="page"'], "continue": True},
            {"receiver": "queue", "matchers": ['severity=~"page|ticket"']},
            {"receiver": "mail", "matchers": ['severity="mail"']},
            {"receiver": "hook", "matchers": ['severity="hook"']},
            {"receiver": "nobody", "matchers": ['severity="none"']},
        ],
    },
    "receivers": [
        {"name": "pager", "pagerduty_configs": [{"routing_key": "k"}]},
        {"name": "queue", "jira_configs": [{"project": "p", "issue_type": "t"}]},
        {"name": "chat", "slack_configs": [{"channel": "#a", "api_url": "http://a/b"}]},
        {"name": "mail", "email_configs": [{"to": "a@b.c"}]},
        {"name": "hook", "webhook_configs": [{"url": "http://a/b"}]},
        {"name": "mentions", "slack_configs": [
            {"channel": "#a", "api_url": "http://a/b", "text": "<!here> look"}
        ]},
        {"name": "both", "slack_configs": [{"channel": "#a", "api_url": "http://a/b"}],
         "pagerduty_configs": [{"routing_key": "k"}]},
        {"name": "nobody"},
    ],
}  # fmt: skip


def fired(*spans: tuple[float, float], name: str = "A", **labels: str) -> FiringAlert:
    """An alert that fired from and to these hours after Friday, evaluated each minute."""
    firing = [TimeSpan(FRIDAY + first * HOUR, FRIDAY + last * HOUR) for first, last in spans]
    return FiringAlert({**labels, "alertname": name}, firing, Sending(MINUTE))


def key(number: int) -> AlertKey:
    return AlertKey("", f"{number}")


def counted(
    alerts: Iterable[FiringAlert],
    mapping: EffectMapping | None = None,
    rows: tuple[int, ...] = (),
    others: tuple[FiringAlert, ...] = (),
) -> SideNotifications:
    every = list(alerts)
    numbers = rows or tuple(range(len(every)))
    routes = RuleRoutes(routing=parse(ROUTES), mapping=mapping or EffectMapping())
    named = [Named(key(number), alert, "") for number, alert in zip(numbers, every, strict=True)]
    named += [Named(AlertKey("", ""), alert, "") for alert in others]
    return side_notifications(named, routes, SPAN)


def tally(
    messages: int, repeats: int, counts: int, night: int = 0, weekend: int = 0
) -> NotificationTally:
    """The counts that all effects have; resolved messages, pages and the like are left out."""
    return NotificationTally(
        notifications=messages, repeats=repeats, counted=counts, night=night, weekend=weekend
    )


def common(tallies: Mapping[Any, NotificationTally]) -> dict[Any, NotificationTally]:
    return {
        name: replace(of, over=0, pages=0, tickets=0, mentions=0) for name, of in tallies.items()
    }


def test_a_page_counts_once_and_its_repeats_do_not() -> None:
    """Nine hours from 10:00 on: at first, and after four and eight hours."""
    known = counted([fired((10, 19), severity="page")])
    assert common(known.effects) == {"page": tally(3, 2, 1), "ticket": tally(3, 2, 1)}
    assert common(known.receivers) == {"pager": tally(3, 2, 1), "queue": tally(3, 2, 1)}
    assert common(known.alerts) == {key(0): tally(6, 4, 2)}
    assert known.alert_receivers == {key(0): {"pager": 3, "queue": 3}}
    assert known.receiver_effects == {"pager": "page", "queue": "ticket"}
    assert (known.alerts[key(0)].pages, known.alerts[key(0)].tickets) == (1, 1)


@pytest.mark.parametrize(
    ("span", "night", "weekend"),
    [
        ((21.9, 21.95), 0, 0),
        ((21.995, 22.1), 1, 0),
        ((22, 22.1), 1, 0),
        ((5.9, 5.95), 1, 0),
        ((6, 6.1), 0, 0),
        ((24, 24.1), 1, 1),
        ((36, 36.1), 0, 1),
        ((71, 71.1), 1, 1),
    ],
)
def test_nights_and_weekends_are_in_utc(
    span: tuple[float, float], night: int, weekend: int
) -> None:
    known = counted([fired(span, severity="page")])
    assert common(known.receivers)["pager"] == tally(1, 0, 1, night, weekend)


def test_chat_mail_and_webhooks_count_each_message() -> None:
    known = counted(
        [
            fired((10, 19)),
            fired((10, 19), name="B", severity="mail"),
            fired((10, 19), name="C", severity="hook"),
            fired((10, 19), name="D", severity="none"),
        ]
    )
    assert common(known.effects) == {
        "chat": tally(3, 2, 3),
        "mail": tally(3, 2, 3),
        "unknown": tally(3, 2, 3),
    }
    assert known.alert_receivers == {
        key(0): {"chat": 3},
        key(1): {"mail": 3},
        key(2): {"hook": 3},
    }


def test_what_fired_before_the_span_opens_its_incident_before_it() -> None:
    known = counted([fired((-1, 9), severity="page")])
    assert common(known.receivers)["pager"] == tally(2, 2, 0)
    again = counted([fired((-1, 1), (3, 4), severity="page")])
    assert common(again.receivers)["pager"] == tally(1, 0, 1, night=1)


def test_a_message_about_two_alerts_counts_for_each_row() -> None:
    alerts = [
        fired((10, 11), severity="page", zone="a"),
        fired((10, 11), severity="page", zone="b"),
        fired((12, 13), severity="page", name="B"),
    ]
    known = counted(alerts, rows=(7, 8, 7))
    assert common(known.receivers)["pager"] == tally(2, 0, 2)
    assert common(known.alerts) == {key(7): tally(4, 0, 4), key(8): tally(2, 0, 2)}
    assert known.alert_receivers == {
        key(7): {"pager": 2, "queue": 2},
        key(8): {"pager": 1, "queue": 1},
    }


def test_a_mapping_says_what_alerts_do_whatever_their_receivers_are() -> None:
    mapping = EffectMapping.of([("mail", 'zone="a"'), ("page", "zone!=b"), ("mention", "zone=b")])
    known = counted([fired((10, 19), severity="hook", zone="a")], mapping)
    assert common(known.effects) == {"mail": tally(3, 2, 3)}
    known = counted([fired((10, 19), severity="hook", zone="c")], mapping)
    assert common(known.effects) == {"page": tally(3, 2, 1)}
    assert known.receiver_effects == {"hook": "page"}
    both = [fired((10, 11), severity="hook", zone=zone) for zone in "ab"]
    assert common(counted(both, mapping).effects) == {"mention": tally(1, 0, 1)}


def test_what_shares_a_group_or_inhibits_is_simulated_and_not_counted() -> None:
    """An open group lets a page join it a group interval later, and opens no other incident."""
    other = fired((9.9, 12), severity="page", zone="b")
    known = counted([fired((10, 11), severity="page", zone="a")], others=(other,))
    assert common(known.receivers)["pager"] == tally(1, 0, 0)
    assert [*known.alerts] == [key(0)]


def test_nothing_that_fires_is_nothing() -> None:
    assert counted([]) == SideNotifications()
    assert counted([fired()]) == SideNotifications()


@pytest.mark.parametrize(
    ("name", "reach"),
    [
        ("pager", "page"),
        ("queue", "ticket"),
        ("chat", "chat"),
        ("mail", "mail"),
        ("hook", "unknown"),
        ("mentions", "mention"),
        ("both", "page"),
        ("nobody", "no one"),
    ],
)
def test_a_receiver_does_the_strongest_of_its_integrations(
    name: str, reach: NotificationEffect
) -> None:
    assert of_receiver(parse(ROUTES).receivers[name]) == reach


def test_a_part_of_a_receiver_does_what_its_integrations_do() -> None:
    receiver = parse(ROUTES).receivers["both"]
    kinds = [kind for kind, _ in receiver.integrations]
    reaches = {kind: of_receiver(receiver, [place]) for place, kind in enumerate(kinds)}
    assert reaches == {"slack_configs": "chat", "pagerduty_configs": "page"}
    assert of_receiver(receiver, []) == "no one"
    assert strongest(["mail", "ticket", "chat"]) == "ticket"


@pytest.mark.parametrize(
    ("severity", "reach"),
    [
        *((word, "page") for word in ("page", "pager", "critical", "emergency", "P1")),
        *((word, "ticket") for word in ("ticket", "warning", "error", "high", "P2")),
        *((word, "no one") for word in ("", "info", "P3", "pages", "xpage")),
    ],
)
def test_without_a_configuration_the_severity_decides(
    severity: str, reach: NotificationEffect
) -> None:
    labels = {"alertname": "A", "severity": severity}
    assert of_alert(labels, by_severity(), EffectMapping()) == reach
    other: tuple[NotificationEffect, str] = ("mail", "alertname=A, severity=other")
    mapped = EffectMapping.of([other, ("chat", "alertname=A"), ("page", "alertname=A")])
    assert of_alert(labels, by_severity(), mapped) == "chat"


def test_a_matcher_that_cannot_be_read_names_its_option() -> None:
    with pytest.raises(ReliabilityError, match=r"^--page: "):
        EffectMapping.of([("page", "a=~(")])
