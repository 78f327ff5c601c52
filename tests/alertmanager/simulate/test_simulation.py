"""Notifications over days: the traps that the policy avoids, and what people can set."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.simulate.inhibition import OneSource
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.posts import FiringAlert, Post, Sending
from reliability.alertmanager.simulate.server import Version
from tests.alertmanager.simulate.fleet import (
    CHAT,
    PAGER,
    QUEUE,
    config,
    firing,
    minutes,
    sent,
    span,
)

FAST = {"alertname": "Burn", "window": "1h", "slo": "pay"}
SLOW = {"alertname": "Burn", "window": "6h", "slo": "pay"}
OVER_SLOW = {
    "source_matchers": ["window=1h"],
    "target_matchers": ["window=6h"],
    "equal": ["slo"],
}


def test_the_slow_pair_pages_again_after_recovery_where_pairs_are_alerts_of_their_own() -> None:
    alerts = [firing(FAST, (5, 15)), firing(SLOW, (8, 40))]
    written = config(group_by=["slo", "window"]) | {"inhibit_rules": [OVER_SLOW]}
    found = sent(alerts, written)
    assert minutes(found) == [(5.5, "first"), (15.5, "over"), (18.5, "first"), (43.5, "over")]


def test_an_alert_that_never_fired_sends_nothing() -> None:
    assert sent([firing(FAST)], config()) == []
    assert len(sent([firing(FAST), firing(SLOW, (5, 15))], config())) == 2


def test_one_alert_for_both_pairs_pages_once() -> None:
    found = sent([firing({"alertname": "Burn", "slo": "pay"}, (5, 40))], config())
    assert minutes(found) == [(5.5, "first"), (40.5, "over")]


def test_an_alert_without_a_promise_silences_no_ticket_where_one_is_asked_for() -> None:
    alerts = [
        firing({"alertname": "NodeDown", "tier": "alert"}, (0, 60)),
        firing({"alertname": "CertificateEnds", "tier": "ticket"}, (5, 60)),
    ]
    rule = {"source_matchers": ["tier=alert"], "target_matchers": ["tier=ticket"], "equal": ["slo"]}
    guarded = {
        **rule,
        "source_matchers": ["tier=alert", "slo=~.+"],
        "target_matchers": ["tier=ticket", "slo=~.+"],
    }
    assert {
        n for each in sent(alerts, config() | {"inhibit_rules": [rule]}) for n in each.firing
    } == {0}
    assert {
        n for each in sent(alerts, config() | {"inhibit_rules": [guarded]}) for n in each.firing
    } == {0, 1}


def test_a_repeat_that_falls_due_at_a_look_waits_for_the_next() -> None:
    found = sent([firing({"alertname": "a"}, (0, 600))], config())
    assert minutes(found) == [(0.5, "first"), (245.5, "repeat"), (490.5, "repeat"), (600.5, "over")]


def test_flapping_within_the_interval_is_told_at_each_look() -> None:
    flapping = firing({"alertname": "a"}, *((at, at + 1) for at in range(0, 20, 2)))
    assert len(sent([flapping], config(group_interval="30m"))) == 2
    assert len(sent([flapping], config(group_interval="1m"))) == 20


def test_what_began_and_ended_within_the_wait_is_never_told() -> None:
    assert sent([firing({"alertname": "a"}, (0, 4))], config(group_wait="5m")) == []


def test_an_end_under_a_silence_leaves_the_next_beginning_untold() -> None:
    quiet = Silence((RouteMatcher("alertname", "=", "a"),), span(5, 60))
    found = sent([firing({"alertname": "a"}, (0, 20), (90, 120))], config(), [quiet])
    assert minutes(found) == [(0.5, "first"), (120.5, "over")]


def test_an_end_that_prometheus_still_tells_when_a_silence_ends_is_told() -> None:
    quiet = Silence((RouteMatcher("alertname", "=", "a"),), span(5, 25))
    found = sent([firing({"alertname": "a"}, (0, 20))], config(), [quiet])
    assert [each.reason for each in found] == ["first", "over"]


def test_a_receiver_that_is_not_told_of_ends_is_told_of_each_beginning() -> None:
    silent = {"name": "chat", "slack_configs": [{"channel": "#a"}]}
    found = sent([firing({"alertname": "a"}, (0, 20), (60, 80))], config([silent]))
    assert minutes(found) == [(0.5, "first"), (60.5, "first")]


def test_integrations_that_are_told_alike_are_told_at_once() -> None:
    both = {**PAGER, **QUEUE, **CHAT, "name": "both"}
    found = sent([firing({"alertname": "a"}, (0, 20))], config([both]))
    assert [each.integrations for each in found] == [(0, 1, 2), (0, 1, 2)]


def test_an_emptied_group_keeps_its_clock_in_older_servers_until_their_upkeep() -> None:
    alerts = [firing({"alertname": "a"}, (0, 5), (5.9, 60))]
    written = config(group_wait="45s")
    older, newer = (minutes(sent(alerts, written, version=each)) for each in Version)
    assert older[:3] == [(0.75, "first"), (5.75, "over"), (10.75, "first")]
    assert newer[:3] == [(0.75, "first"), (5.75, "over"), (6.65, "first")]


def test_what_is_repeated_far_more_often_than_it_is_looked_at_is_forgotten_before_its_end() -> None:
    alerts = [firing({"alertname": "a"}, (0, 100))]
    found = sent(alerts, config(group_interval="1h", repeat_interval="10m"))
    assert minutes(found) == [(0.5, "first"), (60.5, "first")]


def test_a_flush_one_millisecond_after_the_repeat_interval_repeats() -> None:
    alerts = [firing({"alertname": "a"}, (0, 3))]
    found = sent(alerts, config(group_interval="1m1ms", repeat_interval="1m", group_wait="0s"))
    millisecond = 1 / 60_000
    assert minutes(found)[:3] == [
        (0, "first"),
        (pytest.approx(1 + millisecond), "repeat"),
        (pytest.approx(2 + 2 * millisecond), "repeat"),
    ]
    exact = sent(alerts, config(group_interval="1m", repeat_interval="1m", group_wait="0s"))
    assert minutes(exact) == [(0, "first"), (2, "repeat"), (3, "over")]


@pytest.mark.parametrize("version", Version)
def test_an_empty_group_with_time_intervals_is_not_flushed_any_more(version: Version) -> None:
    written = config(
        routes=[{"active_time_intervals": ["always"], "matchers": ["alertname=a"]}],
    ) | {"time_intervals": [{"name": "always", "time_intervals": [{"weekdays": ["0:6"]}]}]}
    found = sent([firing({"alertname": "a"}, (0, 5), (60.9, 62))], written, version=version)
    assert minutes(found) == [
        *((0.5, "first"), (5.5, "over"), (61.4, "first"), (66.4, "over")),
    ]


def test_prometheus_tells_again_after_whole_evaluations_that_exceed_its_delay() -> None:
    seconds = [15, 30, 60, 120]
    intervals = [
        Sending(timedelta(seconds=each)).resend_interval.total_seconds() for each in seconds
    ]
    assert intervals == [75, 90, 120, 120]


def test_a_prometheus_that_falls_silent_lets_its_alerts_end_four_minutes_later() -> None:
    alone = firing({"alertname": "a"}, (0, 21))
    lost = FiringAlert(alone.labels, alone.spans, lost=frozenset(alone.spans))
    assert minutes(sent([lost], config())) == [(0.5, "first"), (25.5, "over")]
    assert minutes(sent([alone], config(group_interval="1m"))) == [(0.5, "first"), (21.5, "over")]
    assert minutes(sent([lost], config(group_interval="1m"))) == [(0.5, "first"), (24.5, "over")]


@pytest.mark.parametrize(("after", "end"), [(0, 22.5), (1, 24.5)])
def test_a_post_counts_until_prometheus_falls_silent(after: int, end: float) -> None:
    """It posts every two minutes; the last post is that of minute 18, or of minute 20."""
    alone = firing({"alertname": "a"}, (0, 20 + after / 60_000))
    lost = FiringAlert(alone.labels, alone.spans, lost=frozenset(alone.spans))
    found = sent([lost], config(group_interval="1m"))
    assert minutes(found) == [(0.5, "first"), (end, "over")]


def test_the_source_that_posted_last_is_the_indexed_one() -> None:
    """Both post every 100 ms; two alerts that are source and target do not inhibit each other."""
    group = OneSource(both={1, 2}, targets=[1])
    for number, at in ((0, 0), (2, 50)):
        group.take(Post(at=at, number=number, began=at, resend_interval=100, validity=400))
    moments = (50, 99, 100, 149, 150, 199, 200)
    assert [group.inhibits(1, moment) for moment in moments] == [
        *(False, False, True, True, False, False, True),
    ]


@pytest.mark.parametrize("version", Version)
def test_a_source_that_begins_again_while_it_is_lost_inhibits_once(version: Version) -> None:
    """Its end was never told, so that it begins twice, and ends once."""
    lost = firing({"alertname": "Source", "tier": "alert"}, (0, 3), (5, 20))
    lost = replace(lost, lost=frozenset(lost.spans[:1]))
    target = firing({"alertname": "Target", "tier": "ticket"}, (1, 100))
    rule = {"source_matchers": ["tier=alert"], "target_matchers": ["tier=ticket"]}
    written = config([QUEUE], group_by=["alertname"]) | {"inhibit_rules": [rule]}
    about = [each for each in sent([lost, target], written, version=version) if 1 in each.firing]
    assert about
    assert about[0].at >= lost.spans[1].end


def test_equal_routes_flushed_in_one_millisecond_both_notify_each_time() -> None:
    """They share a log key, and each reads the log before the other has written."""
    twice = [{"matchers": ["a=1"], "receiver": "pager", "continue": True} for _ in range(2)]
    alerts = [firing({"alertname": "Burn", "a": "1"}, (5, 400))]
    assert minutes(sent(alerts, config(routes=twice))) == [
        (5.5, "first"),
        (5.5, "first"),
        (250.5, "repeat"),
        (250.5, "repeat"),
        (400.5, "over"),
        (400.5, "over"),
    ]


def test_equal_routes_flushed_at_other_times_share_what_was_notified() -> None:
    routes = [
        {"matchers": ["a=1"], "receiver": "pager", "continue": True, "group_wait": wait}
        for wait in ("30s", "31s")
    ]
    alerts = [firing({"alertname": "Burn", "a": "1"}, (5, 400))]
    found = minutes(sent(alerts, config(routes=routes)))
    assert [(round(minute, 2), reason) for minute, reason in found] == [
        (5.5, "first"),
        (245.52, "repeat"),  # of the second route: for the first, it is due at its look
        (400.5, "over"),
    ]
