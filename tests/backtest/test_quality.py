"""How good an alert is, how sure that is, and what a change does to its episodes."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reliability.backtest.budget import Budget
from reliability.backtest.confidence import confidence as confidence_of
from reliability.backtest.difference import EpisodeDifference, Moved, difference
from reliability.backtest.episodes import Episode
from reliability.backtest.firing import ReplayTerms, fire
from reliability.backtest.kernel import PrefixSums
from reliability.backtest.outcome import AlertFirings, Confidence, NoAlert
from reliability.backtest.quality import Delay, Quality, quality
from reliability.history.series import NoHistory
from reliability.timespan import TimeSpan
from tests.backtest.replaying import burn_alert, minutes, pair, series
from tests.backtest.repository import burst, catalog, day, incident, policy, quiet, replay, slo

HOUR = timedelta(hours=1)
TEAM = """
apiVersion: reliability/v1
kind: Team
metadata: {name: shop-team}
spec: {members: ["@a"], timeZone: Asia/Tokyo}
"""
OWNERSHIP = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: shop}
spec: {team: shop-team, criticality: standard}
"""


def episode(first: int, last: int, **labels: str) -> Episode:
    return Episode(minutes(first, last), labels, 0.1)


def at(text: str, lasts: int = 30) -> Episode:
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Episode(TimeSpan(start, start + timedelta(minutes=lasts)), {}, 0.1)


def test_night_and_weekend_are_by_the_clocks_of_the_team() -> None:
    friday_evening = at("2026-11-20T15:30")
    assert quality([friday_evening], [], "UTC").night == 0
    assert quality([friday_evening], [], "UTC").weekend == 0
    in_tokyo = quality([friday_evening], [], "Asia/Tokyo")
    assert (in_tokyo.night, in_tokyo.weekend) == (1, 1)


def test_an_hour_that_clocks_skip_or_repeat_is_no_trouble() -> None:
    found = quality([at("2026-10-25T00:30"), at("2026-10-25T01:30")], [], "Europe/Berlin")
    assert found.night == 1


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert quality([at("2026-11-20T23:30")], [], "Moon/Sea").night == 1


def test_precision_and_recall_count_what_touches() -> None:
    events = [minutes(100, 200), minutes(1000, 1100)]
    found = quality([episode(110, 130), episode(150, 230), episode(500, 505)], events, "UTC")
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == 0.5
    assert found.short == pytest.approx(1 / 3)
    assert found.detection is not None
    assert found.reset is not None
    assert (found.detection.usual, found.reset.usual) == (HOUR / 6, HOUR / 2)


def test_an_alert_that_was_on_already_took_no_time_to_detect() -> None:
    found = quality([episode(50, 150)], [minutes(100, 200)], "UTC")
    assert found.detection is not None
    assert found.reset is not None
    assert (found.detection.longest, found.reset.longest) == (timedelta(0), timedelta(0))


def test_nothing_to_share_is_no_share() -> None:
    found = quality([], [], "UTC")
    assert (found.short, found.night, found.precision, found.recall) == (None,) * 4


def fired(*episodes: Episode) -> AlertFirings:
    return AlertFirings(episodes, timedelta(0), 1.0)


def test_episodes_are_lost_new_moved_or_as_before() -> None:
    old = fired(episode(0, 10), episode(20, 30), episode(40, 50), episode(60, 70))
    new = fired(episode(0, 10), episode(25, 35), episode(60, 70), episode(90, 95))
    found = difference(old, new)
    assert found is not None
    assert [each.span for each in found.lost] == [minutes(40, 50)]
    assert [each.span for each in found.new] == [minutes(90, 95)]
    [moved] = found.moved
    assert (moved.old.span, moved.new.span) == (minutes(20, 30), minutes(25, 35))
    assert found.same == 2


def test_another_group_at_the_same_time_is_another_episode() -> None:
    found = difference(fired(episode(0, 10, region="a")), fired(episode(0, 10, region="b")))
    assert found is not None
    assert (len(found.lost), len(found.new), found.same) == (1, 1, 0)


def test_an_alert_that_is_gone_loses_every_episode() -> None:
    found = difference(fired(episode(0, 10)), NoAlert())
    assert found is not None
    assert len(found.lost) == 1
    assert difference(fired(episode(0, 10)), NoHistory("nothing is stored")) is None


def test_long_and_short_episodes_that_lie_over_one_another_are_compared_too() -> None:
    old = fired(episode(0, 100), episode(5, 10), episode(50, 60))
    found = difference(old, fired(episode(50, 60)))
    assert found is not None
    assert [each.span for each in found.lost] == [minutes(5, 10)]
    assert found.same == 1


def confidence(bad: np.ndarray, tiers: str = "fast: alert, slow: ticket") -> list[Confidence]:
    result = replay(catalog(slo("checkout"), policy("checkout", tiers)), {"checkout": bad})
    found = [row.new for row in result.rows]
    assert all(isinstance(each, AlertFirings) for each in found)
    return [each.confidence for each in found if isinstance(each, AlertFirings) and each.confidence]


def test_a_window_one_failure_away_from_its_threshold_is_on_the_edge() -> None:
    bad = quiet()
    burst(bad, day(5, minutes=90), 0.0144)
    alert, _ = confidence(bad)
    assert alert.evaluations == 28 * 1440
    assert 25 <= alert.near_threshold <= 100
    clear, _ = confidence(quiet())
    assert clear.near_threshold == 0


@pytest.mark.parametrize(
    ("failures", "near"),
    [(840, 0), (848, 0), (849, 59), (850, 59), (851, 0), (860, 0)],
)
def test_one_failure_more_or_less_is_near_a_threshold(failures: int, near: int) -> None:
    """An hour of 59 increments with 1,000 requests each: above 849.6 failures at 14.4 x 0.1 %."""
    alert = burn_alert(pairs=(pair(HOUR, HOUR, "0.02"),))
    bad = np.zeros(600)
    bad[300] = failures
    of = series(bad.tolist(), [1000.0] * 600)
    terms = ReplayTerms(minutes(100, 600))
    counts = PrefixSums.of(of, HOUR)
    budget = Budget.of(alert.target, alert.period, of, terms.span)
    known = confidence_of(fire(alert, of, counts, terms), of, counts, budget, terms)
    assert (known.evaluations, known.near_threshold, known.phases) == (500, near, ())


def test_only_alerts_that_skip_minutes_have_other_phases() -> None:
    bad = quiet()
    burst(bad, day(5, minutes=90), 0.2)
    alert, ticket = confidence(bad)
    assert alert.phases == ()
    assert [late for late, _ in ticket.phases] == [timedelta(minutes=1)]


def test_what_went_by_without_an_alert_is_told_in_shares_of_the_budget() -> None:
    bad = quiet()
    burst(bad, day(5, minutes=300), 0.004)
    alert, ticket = confidence(bad)
    budget = 0.001 * 1000 * 30 * 1440
    assert alert.unseen == pytest.approx(300 * 4 / budget)
    assert ticket.unseen <= alert.unseen


def test_the_zone_of_the_team_goes_with_the_result() -> None:
    documents = (slo("checkout"), policy("checkout"), incident("Nobody paid", day(3)))
    result = replay(catalog(*documents, TEAM, OWNERSHIP), {"checkout": quiet()})
    assert result.zones == {"shop": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("episodes", "events", "whole"),
    [
        (
            [episode(100, 109), episode(200, 210), episode(300, 400)],
            [minutes(90, 100), minutes(210, 220), minutes(399, 500)],
            Quality(
                short=1 / 3,
                night=1.0,
                weekend=0.0,
                precision=2 / 3,
                recall=2 / 3,
                detection=Delay(timedelta(minutes=10), timedelta(minutes=10)),
                reset=Delay(timedelta(minutes=9), timedelta(minutes=9)),
            ),
        ),
        (
            [episode(10, 20), episode(12, 60), episode(110, 210), episode(330, 340)],
            [minutes(0, 50), minutes(100, 150), minutes(300, 400)],
            Quality(
                short=0.0,
                night=1.0,
                weekend=0.0,
                precision=1.0,
                recall=1.0,
                detection=Delay(timedelta(minutes=10), timedelta(minutes=30)),
                reset=Delay(timedelta(minutes=10), timedelta(minutes=60)),
            ),
        ),
        (
            [episode(10, 20), episode(130, 140)],
            [minutes(0, 30), minutes(100, 135)],
            Quality(
                short=0.0,
                night=1.0,
                weekend=0.0,
                precision=1.0,
                recall=1.0,
                detection=Delay(timedelta(minutes=30), timedelta(minutes=30)),
                reset=Delay(timedelta(minutes=5), timedelta(minutes=5)),
            ),
        ),
        (
            [episode(10, 20)],
            [],
            Quality(
                short=0.0,
                night=1.0,
                weekend=0.0,
                precision=None,
                recall=None,
                detection=None,
                reset=None,
            ),
        ),
        (
            [],
            [minutes(0, 10)],
            Quality(
                short=None,
                night=None,
                weekend=None,
                precision=None,
                recall=0.0,
                detection=None,
                reset=None,
            ),
        ),
    ],
)
def test_quality_is_judged_by_episodes_and_events(
    episodes: list[Episode], events: list[TimeSpan], whole: Quality
) -> None:
    assert quality(episodes, events, "UTC") == whole


def test_episodes_are_compared_in_any_order_and_by_all_labels() -> None:
    old = [episode(60, 70, a="1", b="2"), episode(20, 30, b="2"), episode(0, 10)]
    new = [episode(10, 12), episode(65, 80, b="2", a="1"), episode(20, 30), episode(20, 30, b="2")]
    assert difference(fired(*old), fired(*new)) == EpisodeDifference(
        lost=(episode(0, 10),),
        new=(episode(10, 12), episode(20, 30)),
        moved=(Moved(old[0], new[1]),),
        same=1,
    )
    assert difference(NoAlert(), NoAlert()) == EpisodeDifference((), (), (), same=0)


def test_an_episode_is_compared_with_the_same_span_before_the_first_that_overlaps() -> None:
    old = fired(episode(0, 100), episode(40, 60))
    found = difference(old, fired(episode(30, 50), episode(40, 60)))
    assert found == EpisodeDifference((), (), (Moved(old.episodes[0], episode(30, 50)),), same=1)
    assert not found.is_nothing
    same = difference(old, old)
    assert same == EpisodeDifference((), (), (), same=2)
    assert same.is_nothing
