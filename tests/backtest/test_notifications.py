"""A backtest's episodes through the routes of the repository: what people are sent."""

from typing import Final

from reliability.arrays import FloatArray
from reliability.backtest.notifications import with_notifications
from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.outcome import AlertFirings, Backtest
from reliability.backtest.report import json as json_report
from reliability.backtest.report import text
from reliability.backtest.report.slos import slo_report
from reliability.backtest.tally import NotificationTally, SideNotifications
from reliability.load.catalog import Catalog
from tests.backtest.repository import burst, catalog, day, policy, quiet, replay, slo

TEAM: Final = """
apiVersion: reliability/v1
kind: Team
metadata: {name: pay}
spec:
  members: ["@lead"]
  timeZone: Asia/Tokyo
  onCall:
    pagerduty: {routingKey: file:/etc/key}
    mention: "<!subteam^S01PAY>"
  channels:
    alert: {slack: "#pay-alerts"}
    ticket: {webhook: {url: file:/etc/tickets}}
"""

OWNED: Final = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec: {team: pay, criticality: critical, lifecycle: production}
"""


def notifying(repeat: str = "4h", interval: str = "5m") -> str:
    """A notification policy that pages and mentions for alerts."""
    return f"""
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {{name: notification}}
spec:
  slack: {{apiUrl: file:/etc/slack}}
  tiers:
    alert:
      mention: true
      page: true
      grouping: {{wait: 30s, interval: {interval}, repeat: {repeat}}}
    ticket: {{ticket: true}}
    log: {{}}
"""


def shop(*more: str, target: str = "0.999") -> Catalog:
    return catalog(slo("checkout", target), policy("checkout"), TEAM, OWNED, *more)


def outage(minutes: int = 30, hour: int = 10) -> FloatArray:
    """Two days on which half of all requests fail for a while."""
    bad = quiet()
    for number in (3, 12):
        burst(bad, day(number, hour, minutes), share=0.5)
    return bad


def played(new: Catalog, bad: FloatArray, old: Catalog | None = None) -> Backtest:
    return with_notifications(replay(new, {"checkout": bad}, old=old), old, new)


def side(found: SideNotifications | UnknownNotifications) -> SideNotifications:
    assert isinstance(found, SideNotifications)
    return found


def test_a_short_outage_pages_and_mentions_once_and_the_ticket_waits() -> None:
    found = side(played(shop(notifying()), outage()).notifications.new)
    assert found.tier("alert") == NotificationTally(
        notifications=2, over=2, counted=2, pages=2, mentions=2
    )
    assert found.targets == {
        "reliability/pay/alert: pages via PagerDuty": 2,
        "reliability/pay/alert: mentions <!subteam^S01PAY>": 2,
    }
    assert found.tier("ticket").pages == found.tier("ticket").mentions == 0


def test_each_side_is_sent_what_fired_by_its_own_target() -> None:
    strict, loose = shop(notifying()), shop(notifying(), target="0.9")
    loosened = played(loose, outage(), old=strict).notifications
    tightened = played(strict, outage(), old=loose).notifications
    assert [each.pages for each in loosened.tiers("alert")] == [2, 0]
    assert [each.pages for each in tightened.tiers("alert")] == [0, 2]


def test_tickets_are_told_too_and_wake_nobody() -> None:
    result = played(shop(notifying()), outage())
    [_, ticket] = (row.new for row in result.objectives[0].rows)
    assert isinstance(ticket, AlertFirings)
    assert len(ticket.episodes) == 2
    sent = side(result.notifications.new).tier("ticket")
    assert (sent.notifications, sent.over) == (2, 2)


def test_a_long_outage_is_mentioned_again_after_the_repeat_and_paged_once() -> None:
    bad = outage(minutes=10 * 60)
    often, seldom = shop(notifying(repeat="1h")), shop(notifying(repeat="6h"))
    result = played(seldom, bad, old=often)
    before, after = result.notifications.tiers("alert")
    assert before.mentions > after.mentions > after.pages == before.pages == 2
    assert (before.repeats, after.repeats) == (before.mentions - 2, after.mentions - 2)


def test_night_is_night_where_the_team_is() -> None:
    ten_at_night_in_tokyo = played(shop(notifying()), outage(hour=13))
    assert ten_at_night_in_tokyo.notifications.tiers("alert")[1].night == 2
    assert played(shop(notifying()), outage(hour=3)).notifications.tiers("alert")[1].night == 0


def test_the_text_tells_both_sides() -> None:
    said = text.text(
        slo_report(played(shop(notifying("6h")), outage(600), old=shop(notifying("1h"))))
    )
    [line] = [each for each in said.splitlines() if each.startswith("  alert: ")]
    assert " notifications (" in line
    assert " 2 pages, " in line
    assert " -> " in line


def test_without_a_way_to_reach_anybody_the_reason_is_told() -> None:
    result = played(catalog(slo("checkout"), policy("checkout")), outage())
    assert "no notifications: there is no Alertmanager configuration" in text.text(
        slo_report(result)
    )
    assert set(json_report.document(result)["notifications"]["new"]) == {"not_simulated"}


def test_the_json_holds_every_way_of_counting() -> None:
    said = json_report.document(played(shop(notifying()), outage()))["notifications"]
    assert said["old"] is None
    assert set(said["new"]) == {"effects", "tiers", "alerts", "receivers", "teams", "recipients"}
    assert said["new"]["tiers"]["alert"]["pages"] == 2
    assert {each["tier"] for each in said["new"]["alerts"]} == {"alert", "ticket"}
    assert said["new"]["teams"]["pay"]["pages"] == 2
