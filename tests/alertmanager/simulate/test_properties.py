"""What holds of notifications, whatever fires and however it is routed."""

from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as some

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.simulate.muting import Silence
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.alertmanager.simulate.server import Version
from reliability.alertmanager.simulate.simulation import Notification
from tests.alertmanager.simulate.fleet import MINUTE, QUEUE, config, firing, sent, span

RULE = {"source_matchers": ["tier=alert"], "target_matchers": ["tier=ticket"], "equal": ["slo"]}
QUIET = Silence((RouteMatcher("pod", "=", "1"),), span(30, 200))

cuts = some.lists(some.integers(0, 400), min_size=2, max_size=10, unique=True)


@some.composite
def fleets(draw: some.DrawFn) -> list[FiringAlert]:
    """Some alerts of a few names, promises, tiers and pods; each set of labels once."""
    labels = some.fixed_dictionaries(
        {
            "alertname": some.sampled_from("ab"),
            "slo": some.sampled_from("xy"),
            "tier": some.sampled_from(["alert", "ticket"]),
            "pod": some.sampled_from("12"),
        }
    )
    chosen = draw(
        some.lists(
            labels, min_size=1, max_size=8, unique_by=lambda each: tuple(sorted(each.items()))
        )
    )
    return [firing(each, *_spans(sorted(draw(cuts)))) for each in chosen]


def _spans(moments: list[int]) -> list[tuple[float, float]]:
    return [*zip(moments[::2], moments[1::2], strict=False)]


routes = some.fixed_dictionaries(
    {
        "group_by": some.sampled_from([["..."], ["alertname"], ["slo", "tier"]]),
        "group_wait": some.sampled_from(["0s", "30s", "5m"]),
        "group_interval": some.sampled_from(["1m", "5m", "1h"]),
        "repeat_interval": some.sampled_from(["2h", "4h"]),
    }
)
versions = some.sampled_from(Version)

EXAMPLE = [
    firing({"alertname": "a", "slo": "x", "tier": "alert", "pod": "2"}, (0, 90), (120, 300)),
    firing({"alertname": "a", "slo": "x", "tier": "ticket", "pod": "2"}, (10, 400)),
    firing({"alertname": "b", "slo": "y", "tier": "ticket", "pod": "1"}, (5, 250)),
]
ROUTE = {
    "group_by": ["alertname"],
    "group_wait": "30s",
    "group_interval": "5m",
    "repeat_interval": "2h",
}


def fires(alert: FiringAlert, at: datetime) -> bool:
    """Whether an alert is true at a moment."""
    return any(each.start <= at < each.end for each in alert.spans)


def has_just_ended(alert: FiringAlert, at: datetime) -> bool:
    """Whether it ended so lately that not every other alert has been posted since."""
    return any(each.end <= at <= each.end + alert.sending.resend_interval for each in alert.spans)


def test_the_example_of_the_properties_notifies_repeats_and_mutes() -> None:
    written = config([QUEUE], **ROUTE)
    muted = sent(EXAMPLE, written | {"inhibit_rules": [RULE]}, [QUIET])
    everything = sent(EXAMPLE, written)
    news = Counter(notification.reason for notification in everything)
    assert news == {"first": 2, "more": 2, "fewer": 2, "repeat": 2, "over": 2}
    assert 0 < len(muted) < len(everything)


@example(EXAMPLE, ROUTE, Version.NEWER)
@given(fleets(), routes, versions)
def test_nothing_is_told_of_what_is_silent_or_inhibited(
    alerts: list[FiringAlert], route: dict[str, str], version: Version
) -> None:
    """0.33 keeps one source: once that ends, another counts from its next post on."""
    written = config([QUEUE], **route) | {"inhibit_rules": [RULE]}
    for each in sent(alerts, written, [QUIET], version):
        sources = [alert for alert in alerts if alert.labels["tier"] == "alert"]
        firing_sources = {source.labels["slo"] for source in sources if fires(source, each.at)}
        if version is Version.NEWER:
            firing_sources -= {
                source.labels["slo"] for source in sources if has_just_ended(source, each.at)
            }
        for number in (*each.firing, *each.over):
            labels = alerts[number].labels
            assert not (labels["tier"] == "ticket" and labels["slo"] in firing_sources)
            assert not (labels["pod"] == "1" and QUIET.span.start <= each.at < QUIET.span.end)


@example(EXAMPLE, ROUTE, Version.NEWER)
@given(fleets(), routes, versions)
def test_what_is_told_is_true_when_it_is_told(
    alerts: list[FiringAlert], route: dict[str, str], version: Version
) -> None:
    for each in sent(alerts, config([QUEUE], **route), version=version):
        assert all(fires(alerts[number], each.at) for number in each.firing)
        assert not any(fires(alerts[number], each.at) for number in each.over)
        groups = {tuple(sorted(each.group.items()))}
        for number in (*each.firing, *each.over):
            labels = alerts[number].labels
            groups.add(tuple(sorted((name, labels[name]) for name in each.group)))
        assert len(groups) == 1


@example(EXAMPLE, ROUTE, Version.NEWER)
@given(fleets(), routes, versions)
def test_a_group_is_told_that_all_is_over_once_after_it_was_told_that_something_fires(
    alerts: list[FiringAlert], route: dict[str, str], version: Version
) -> None:
    for of_group in by_group(sent(alerts, config([QUEUE], **route), version=version)):
        assert of_group[0].reason == "first"
        for before, after in pairwise(of_group):
            assert (after.reason == "first") == (before.reason == "over")


@example(EXAMPLE, ROUTE)
@given(fleets(), routes)
def test_notifications_of_a_group_are_an_interval_apart_unless_it_was_emptied(
    alerts: list[FiringAlert], route: dict[str, str]
) -> None:
    interval = {"1m": 1, "5m": 5, "1h": 60}[route["group_interval"]] * MINUTE
    for of_group in by_group(sent(alerts, config([QUEUE], **route))):
        for before, after in pairwise(of_group):
            assert before.reason == "over" or after.at - before.at >= interval


@example(EXAMPLE, "30s")
@given(fleets(), some.sampled_from(["0s", "30s", "5m"]))
def test_an_alert_alone_is_told_once_its_wait_is_over(alerts: list[FiringAlert], wait: str) -> None:
    written = config([QUEUE], group_by=["..."], group_wait=wait)
    length = {"0s": 0, "30s": 0.5, "5m": 5}[wait] * MINUTE
    told = {(each.at, number) for each in sent(alerts, written) for number in each.firing}
    for number, alert in enumerate(alerts):
        begins = alert.spans[0].start + length
        assert ((begins, number) in told) == fires(alert, begins)


@settings(max_examples=30)
@given(some.integers(1, 60), some.integers(0, 60), some.integers(1, 600))
def test_what_fires_on_is_told_less_often_with_a_longer_repeat(
    interval: int, repeat: int, more: int
) -> None:
    """Holds where a repeat is as long as an interval, as Alertmanager wants it."""
    alerts = [firing({"alertname": "a"}, (0, 1000))]
    times = (interval + repeat, interval + repeat + more)
    route = {"group_interval": f"{interval}m"}
    often, seldom = (
        sent(alerts, config([QUEUE], **route, repeat_interval=f"{each}m")) for each in times
    )
    assert len(often) >= len(seldom)


def by_group(notifications: list[Notification]) -> list[list[Notification]]:
    """Those of each group, in the order of time."""
    found: defaultdict[tuple[tuple[str, str], ...], list[Notification]] = defaultdict(list)
    for each in notifications:
        found[tuple(sorted(each.group.items()))].append(each)
    return [*found.values()]
