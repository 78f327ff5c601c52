"""Scenarios in which somebody is silent: inhibited, muted, removed, or Prometheus itself."""

from collections.abc import Sequence
from typing import Final

from tests.alertmanager.simulate.scenario import (
    LONG,
    Played,
    Rule,
    Scenario,
    alert,
    timing,
    together,
)


def inhibit(source: Sequence[str], target: Sequence[str], *equal: str) -> Rule:
    """An inhibition as it is written."""
    return {"source_matchers": [*source], "target_matchers": [*target], "equal": [*equal]}


FAST_OVER_SLOW: Final = inhibit(["window=1h"], ["window=6h"], "slo")
TIER: Final = (["tier=alert"], ["tier=ticket"])
PROMISED: Final = (["tier=alert", "slo=~.+"], ["tier=ticket", "slo=~.+"])


def unrelated(name: str, rule: Rule) -> Scenario:
    """An alert and a ticket that both have no promise, and one that has."""
    return Scenario(
        name,
        [
            alert("NodeDown", (0, 12), tier="alert"),
            alert("CertificateEnds", (1, 20), tier="ticket"),
            alert("Burn", (2, 14), tier="alert", slo="pay"),
            alert("BurnSlowly", (2, 20), tier="ticket", slo="pay"),
        ],
        timing(),
        inhibitions=[rule],
    )


INHIBITIONS: Final = (
    Scenario(
        "the slow pair is told once the fast one is over",
        [
            alert("Burn", (0, 7), window="1h", slo="pay"),
            alert("Burn", (1, 20), window="6h", slo="pay"),
        ],
        together("slo", "window"),
        inhibitions=[FAST_OVER_SLOW],
    ),
    unrelated("labels that both lack are equal", inhibit(*TIER, "slo")),
    unrelated("a promise is asked for", inhibit(*PROMISED, "slo")),
    Scenario(
        "told before it is inhibited, over while it is",
        [alert("Slow", (0, 8), (21, LONG), tier="ticket"), alert("Fast", (4, 14), tier="alert")],
        timing(),
        inhibitions=[inhibit(*TIER)],
    ),
    Scenario(
        "what is on both sides does not silence itself",
        [alert("a", (0, 9), slo="pay"), alert("b", (0, 9), slo="pay")],
        timing(),
        inhibitions=[inhibit(["slo=pay"], ["slo=pay"], "slo")],
    ),
    Scenario(
        "of two that silence, one ends before",
        [
            alert("Fast", (0, 6), tier="alert", pod="1"),
            alert("Fast", (0, 13), tier="alert", pod="2"),
            alert("Slow", (1, 20), tier="ticket"),
        ],
        timing(),
        inhibitions=[inhibit(*TIER)],
    ),
)

SILENCES: Final = (
    Scenario(
        "silent from before until later",
        [alert("a", (0, 20))],
        timing(),
        silences=[({"alertname": "a"}, -1.0, 8.2)],
    ),
    Scenario(
        "silent for a while, and nothing is new",
        [alert("a", (0, 24))],
        timing(),
        silences=[({"alertname": "a"}, 4.2, 12.2)],
    ),
    Scenario(
        "its end is silent, and so is its next beginning",
        [alert("a", (0, 6), (17, LONG))],
        timing(),
        silences=[({"alertname": "a"}, 2.2, 14.2)],
    ),
    Scenario(
        "one of a group is silent",
        [alert("a", (0, 20)), alert("b", (0, 14))],
        together(),
        silences=[({"alertname": "b"}, -1.0, 9.2)],
    ),
)

TIMES: Final = (
    Scenario(
        "muted until the minute ends",
        [alert("a", (0, LONG))],
        timing(mute_time_intervals=["now"]),
    ),
    Scenario(
        "muted once the minute ends",
        [alert("a", (0, 29))],
        timing(mute_time_intervals=["then"]),
    ),
    Scenario(
        "active until the minute ends",
        [alert("a", (0, 29)), alert("b", (27, LONG))],
        timing(active_time_intervals=["now"]),
    ),
    Scenario(
        "active once the minute ends",
        [alert("a", (0, LONG))],
        timing(active_time_intervals=["then"]),
    ),
    Scenario(
        "active and muted",
        [alert("a", (0, LONG))],
        timing(active_time_intervals=["now", "then"], mute_time_intervals=["then"]),
    ),
)

REMOVED: Final = (
    Scenario(
        "an empty group keeps its clock",
        [alert("a", (0, 2), (14, LONG))],
        timing(interval="4s"),
    ),
    Scenario(
        "a removed group begins with the wait",
        [alert("a", (0, 2), (24, LONG))],
        timing(interval="4s"),
    ),
    Scenario(
        "an old end enters a new group",
        [alert("a", (0, 21)), alert("b", (22.5, LONG))],
        together(wait="1500ms", interval="4s"),
    ),
)

SILENT: Final = (
    Scenario(
        "Prometheus falls silent",
        [Played({"alertname": "a"}, [(0, 5)], [(0, 5)]), alert("b", (2, 16))],
        together(),
    ),
    Scenario(
        "Prometheus is back before anybody notices",
        [Played({"alertname": "a"}, [(0, 5), (7, 14)], [(0, 5)])],
        timing(),
    ),
    Scenario(
        "Prometheus is back later",
        [Played({"alertname": "a"}, [(0, 5), (13, 20)], [(0, 5)])],
        timing(),
    ),
)
