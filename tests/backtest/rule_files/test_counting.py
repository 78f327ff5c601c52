"""What people would have got: messages, repeats, nights and weekends, by receiver and alert."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pytest

from reliability.alertmanager.routing import parse
from reliability.backtest.rule_files.counting import RuleRoutes, received
from reliability.backtest.rule_files.reach import (
    Reach,
    ReachMapping,
    by_severity,
    of_alert,
    of_receiver,
    strongest,
)
from reliability.backtest.rule_files.result import Received, SideReceived
from reliability.errors import ReliabilityError
from reliability.promql.evaluate.replay import Alert, States
from reliability.promql.evaluate.rules import Alerting, read
from reliability.timespan import EPOCH, TimeSpan

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


def fired(*spans: tuple[float, float], name: str = "A", **labels: str) -> Alert:
    """An alert that fired from and to these hours after Friday, evaluated each minute."""
    times = np.arange(-24 * 60, 72 * 60, dtype=np.int64)
    firing = np.zeros(len(times), dtype=bool)
    for first, last in spans:
        firing |= (times >= first * 60) & (times < last * 60)
    start = (FRIDAY - EPOCH) // MINUTE
    return Alert(
        rule=Alerting(
            name=name, tree=read("x > 1"), labels=labels, after=timedelta(0), keep=timedelta(0)
        ),
        every=MINUTE,
        labels=tuple(sorted({**labels, "alertname": name}.items())),
        times=(times + start) * 60_000,
        states=States(pending=firing, firing=firing),
    )


def counted(
    alerts: Iterable[Alert], mapping: ReachMapping | None = None, rows: tuple[int, ...] = ()
) -> SideReceived:
    every = list(alerts)
    numbers = rows or tuple(range(len(every)))
    routes = RuleRoutes(routing=parse(ROUTES), mapping=mapping or ReachMapping())
    return received(list(zip(numbers, every, strict=True)), routes, SPAN)


def tally(messages: int, repeats: int, counts: int, night: int = 0, weekend: int = 0) -> Received:
    return Received(
        messages=messages, repeats=repeats, counted=counts, night=night, weekend=weekend
    )


def test_a_page_counts_once_and_its_repeats_do_not() -> None:
    """Nine hours from 10:00 on: at first, and after four and eight hours."""
    known = counted([fired((10, 19), severity="page")])
    assert known == SideReceived(
        reaches={"page": tally(3, 2, 1), "ticket": tally(3, 2, 1)},
        receivers={"pager": tally(3, 2, 1), "queue": tally(3, 2, 1)},
        alerts={0: tally(6, 4, 2)},
        by_receiver={(0, "pager"): 3, (0, "queue"): 3},
        receiver_reaches={"pager": "page", "queue": "ticket"},
    )


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
    assert known.receivers["pager"] == tally(1, 0, 1, night, weekend)


def test_chat_mail_and_webhooks_count_each_message() -> None:
    known = counted(
        [
            fired((10, 19)),
            fired((10, 19), name="B", severity="mail"),
            fired((10, 19), name="C", severity="hook"),
            fired((10, 19), name="D", severity="none"),
        ]
    )
    assert known.reaches == {
        "chat": tally(3, 2, 3),
        "mail": tally(3, 2, 3),
        "unknown": tally(3, 2, 3),
    }
    assert known.by_receiver == {(0, "chat"): 3, (1, "mail"): 3, (2, "hook"): 3}


def test_what_fired_before_the_span_opens_its_incident_before_it() -> None:
    known = counted([fired((-1, 9), severity="page")])
    assert known.receivers["pager"] == tally(2, 2, 0)
    again = counted([fired((-1, 1), (3, 4), severity="page")])
    assert again.receivers["pager"] == tally(1, 0, 1, night=1)


def test_a_message_about_two_alerts_counts_for_each_row() -> None:
    alerts = [
        fired((10, 11), severity="page", zone="a"),
        fired((10, 11), severity="page", zone="b"),
        fired((12, 13), severity="page", name="B"),
    ]
    known = counted(alerts, rows=(7, 8, 7))
    assert known.receivers["pager"] == tally(2, 0, 2)
    assert known.alerts == {7: tally(4, 0, 4), 8: tally(2, 0, 2)}
    assert known.by_receiver == {
        (7, "pager"): 2,
        (7, "queue"): 2,
        (8, "pager"): 1,
        (8, "queue"): 1,
    }


def test_a_mapping_says_what_alerts_do_whatever_their_receivers_are() -> None:
    mapping = ReachMapping.of([("mail", 'zone="a"'), ("page", "zone!=b"), ("mention", "zone=b")])
    known = counted([fired((10, 19), severity="hook", zone="a")], mapping)
    assert known.reaches == {"mail": tally(3, 2, 3)}
    known = counted([fired((10, 19), severity="hook", zone="c")], mapping)
    assert known.reaches == {"page": tally(3, 2, 1)}
    assert known.receiver_reaches == {"hook": "page"}
    both = [fired((10, 11), severity="hook", zone=zone) for zone in "ab"]
    assert counted(both, mapping).reaches == {"mention": tally(1, 0, 1)}


def test_nothing_that_fires_is_nothing() -> None:
    assert counted([]) == SideReceived()
    assert counted([fired()]) == SideReceived()


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
        ("nobody", "nobody"),
    ],
)
def test_a_receiver_does_the_strongest_of_its_integrations(name: str, reach: Reach) -> None:
    assert of_receiver(parse(ROUTES).receivers[name]) == reach


def test_a_part_of_a_receiver_does_what_its_integrations_do() -> None:
    receiver = parse(ROUTES).receivers["both"]
    kinds = [kind for kind, _ in receiver.integrations]
    reaches = {kind: of_receiver(receiver, [place]) for place, kind in enumerate(kinds)}
    assert reaches == {"slack_configs": "chat", "pagerduty_configs": "page"}
    assert of_receiver(receiver, []) == "nobody"
    assert strongest(["mail", "ticket", "chat"]) == "ticket"


@pytest.mark.parametrize(
    ("severity", "reach"),
    [
        *((word, "page") for word in ("page", "pager", "critical", "emergency", "P1")),
        *((word, "ticket") for word in ("ticket", "warning", "error", "high", "P2")),
        *((word, "nobody") for word in ("", "info", "P3", "pages", "xpage")),
    ],
)
def test_without_a_configuration_the_severity_decides(severity: str, reach: Reach) -> None:
    labels = {"alertname": "A", "severity": severity}
    assert of_alert(labels, by_severity(), ReachMapping()) == reach
    other: tuple[Reach, str] = ("mail", "alertname=A, severity=other")
    mapped = ReachMapping.of([other, ("chat", "alertname=A"), ("page", "alertname=A")])
    assert of_alert(labels, by_severity(), mapped) == "chat"


def test_a_matcher_that_cannot_be_read_names_its_option() -> None:
    with pytest.raises(ReliabilityError, match=r"^--page: "):
        ReachMapping.of([("page", "a=~(")])
