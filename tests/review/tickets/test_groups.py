"""Which alerts belong into one ticket, and what tells them apart."""

import pytest

from reliability.alert_labels import PLAIN
from reliability.providers.fired import FiredAlert
from reliability.review.tickets.groups import (
    GroupActivity,
    SignalGroup,
    group_of,
    grouped,
    what_differs,
)
from tests.review.issues.office import HOUR, MINUTE, catalog, fired, span


@pytest.mark.parametrize(
    ("group", "key"),
    [
        (SignalGroup("shop", "Slow"), "shop/Slow"),
        (SignalGroup("shop", "a b/c"), "shop/a%20b%2Fc"),
        (
            SignalGroup("shop", "Burn", (("slo", "x/y"), ("re/gion", "z"))),
            "shop/Burn/slo=x%2Fy/re/gion=z",
        ),
    ],
)
def test_a_group_is_one_word_that_begins_with_its_service(group: SignalGroup, key: str) -> None:
    assert group.key == key


def test_a_group_without_an_slo_is_about_none() -> None:
    assert SignalGroup("shop", "Slow", (("objective", "x"),)).slo == ""
    assert SignalGroup("shop", "Burn", (("objective", "x"), ("slo", "checkout"))).slo == "checkout"


@pytest.mark.parametrize(
    ("labels", "group"),
    [
        ({}, SignalGroup("", "")),
        ({"service": "shop", "alertname": "Slow", "pod": "p"}, SignalGroup("shop", "Slow")),
        (
            {"service": "shop", "slo": "pay", "objective": "ok", "region": "a", "zone": ""},
            SignalGroup("shop", "", (("slo", "pay"), ("objective", "ok"), ("region", "a"))),
        ),
        (
            {"service": "shop", "slo": "other", "region": "a"},
            SignalGroup("shop", "", (("slo", "other"),)),
        ),
        (
            {"service": "store", "slo": "pay", "region": "a"},
            SignalGroup("store", "", (("slo", "pay"),)),
        ),
    ],
)
def test_the_labels_that_split_a_budget_are_those_of_its_slo(
    labels: dict[str, str], group: SignalGroup
) -> None:
    assert group_of(labels, {("shop", "pay"): ("region", "zone")}, PLAIN) == group


def test_what_tells_an_alert_apart_are_labels_that_its_group_does_not_have() -> None:
    labels = {
        **dict.fromkeys(PLAIN.all, "x"),
        "alertname": "Burn",
        "region": "a",
        "pod": "p",
        "zone": "z",
        "instance": "i",
    }
    group = SignalGroup("x", "Burn", (("slo", "x"), ("region", "a")))
    alert = FiredAlert(labels, ())
    assert (
        what_differs(alert, GroupActivity(group, (), (alert,))) == 'instance="i", pod="p", zone="z"'
    )
    alike = FiredAlert({"alertname": "Burn", "tier": "ticket", "region": "a"}, ())
    assert what_differs(alike, GroupActivity(group, (), (alike,))) == ""


def test_alerts_are_grouped_by_signal_without_heartbeats_and_those_of_others() -> None:
    first, second = span(3 * HOUR), span(3 * HOUR - MINUTE)
    slow = [fired(first, signal="Slow", pod="a"), fired(second, signal="Slow", pod="b")]
    full = fired(first, signal="Full")
    others = [fired(first, service="elsewhere"), FiredAlert({"alertname": "Nameless"}, (first,))]
    found = grouped([*slow, full, *others, fired(first, kind="heartbeat")], catalog())
    both = span(3 * HOUR, 2 * MINUTE)
    assert found.activities == (
        GroupActivity(SignalGroup("shop", "Full"), (first,), (full,)),
        GroupActivity(SignalGroup("shop", "Slow"), (both,), tuple(slow)),
    )
    assert found.foreign == 2
