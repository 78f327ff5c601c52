"""What is played to real Alertmanagers and to the simulation, in seconds for minutes.

Posts come at whole seconds, flushes at halves, so that none of them coincide. Left out is what
Alertmanager itself leaves to chance: two nodes that look alike and are flushed at one moment, and
a repeat that falls due at the very flush. Empty
groups are removed at `UPKEEP`, 30 seconds after the server's start, as 0.28 does without a flag.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

LENGTH: Final = 32.0
UPKEEP: Final = 22.0
KEPT: Final = 5
LONG: Final = 100.0
"""The end of what still fires when all is over."""

Spans = Sequence[tuple[float, float]]
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """One alert: its labels beside `scenario`, when it fires, and which ends nobody tells."""

    labels: Mapping[str, str]
    spans: Spans
    lost: Spans = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Routes below one that takes its alerts alone; `receivers` say whether ends are told.

    `silences` are (matchers, start, end); `boundary` is "mute" or "active" where the route has
    the interval that ends with the minute.
    """

    name: str
    alerts: Sequence[Played]
    route: Mapping[str, Any] = field(default_factory=dict)
    receivers: Mapping[str, Sequence[bool]] = field(default_factory=lambda: {"a": (True,)})
    inhibitions: Sequence[Rule] = ()
    silences: Sequence[tuple[Mapping[str, str], float, float]] = ()


def alert(name: str, *spans: tuple[float, float], **labels: str) -> Played:
    """An alert of a name."""
    return Played({"alertname": name, **labels}, spans)


def timing(wait: str = "500ms", interval: str = "3s", repeat: str = "60s", **more: Any) -> Rule:
    """The route of a scenario, as it is written."""
    route = {"group_wait": wait, "group_interval": interval, "repeat_interval": repeat}
    return {"group_by": ["alertname"], **route, **more}


def together(*labels: str, **more: Any) -> Rule:
    """A route that groups by these labels."""
    return timing(group_by=list(labels) or ["scenario"], **more)


GROUPING: Final = (
    Scenario("fires and ends", [alert("a", (0, 5))], timing()),
    Scenario("fires on", [alert("a", (1, LONG))], timing()),
    Scenario(
        "what begins within the wait is told at once",
        [alert("a", (0, 9)), alert("b", (1, 14)), alert("c", (4, 14))],
        together(wait="2500ms"),
    ),
    Scenario("over within the wait", [alert("a", (0, 1))], timing(wait="2500ms")),
    Scenario(
        "one over within the wait, the other not",
        [alert("a", (0, 1)), alert("b", (0, 12))],
        together(wait="2500ms"),
    ),
    Scenario(
        "every alert alone",
        [alert("a", (0, 9), pod="1"), alert("a", (0, 14), pod="2")],
        timing(group_by=["..."]),
    ),
    Scenario(
        "grouped by one label",
        [alert(name, (0, 9), team=team) for name in "abc" for team in ("red", "blue")],
        together("team"),
    ),
    Scenario(
        "the same grouped by two",
        [alert(name, (0, 9), team=team) for name in "abc" for team in ("red", "blue")],
        together("team", "alertname"),
    ),
    Scenario(
        "a label that some lack",
        [alert("a", (0, 9), team="red"), alert("b", (2, 9))],
        together("team"),
    ),
    Scenario("flaps within the interval", [alert("a", (0, 1), (2, 3), (4, 5), (6, 7))], timing()),
    Scenario(
        "flaps faster and slower than it is looked at",
        [alert("a", (0, 4), (5, 9), (10, 11), (12, 19), (25, 27))],
        timing(interval="2s"),
    ),
    Scenario(
        "an end is told again and again while others fire",
        [alert("a", (0, 4)), alert("b", (0, LONG)), alert("c", (6, LONG)), alert("d", (14, 20))],
        together(),
    ),
)

REPEATS: Final = (
    Scenario("repeats after its interval", [alert("a", (0, LONG))], timing(repeat="7s")),
    Scenario(
        "news begin the repeat anew",
        [alert("a", (0, LONG)), alert("b", (8, 14))],
        together(repeat="7s"),
    ),
    Scenario("repeats at each look", [alert("a", (0, 20))], timing(repeat="1s", interval="4s")),
    Scenario(
        "what was told is forgotten after two repeats",
        [alert("a", (0, 6), (15, LONG))],
        timing(repeat="4s"),
        silences=[({"alertname": "a"}, 2.2, 13.2)],
    ),
)

TREES: Final = (
    Scenario(
        "continue reaches two",
        [alert("a", (0, 6))],
        timing(routes=[{"receiver": "a", "continue": True}, {"receiver": "b"}]),
        {"a": (True,), "b": (True,)},
    ),
    Scenario(
        "what the first of two told is no news to the second",
        [alert("a", (0, 6)), alert("b", (3, LONG))],
        together(
            routes=[
                {"receiver": "a", "continue": True},
                {"receiver": "a", "group_wait": "1500ms"},
            ]
        ),
    ),
    Scenario(
        "a child with times of its own",
        [alert("a", (0, 9), tier="ticket"), alert("a", (0, 9), tier="alert")],
        timing(
            routes=[
                {"receiver": "b", "matchers": ["tier=ticket"], "group_wait": "4500ms"},
                {"receiver": "a", "matchers": ["tier=~alert|page"], "group_interval": "2s"},
            ]
        ),
        {"a": (True,), "b": (True,)},
    ),
    Scenario("ends are not told", [alert("a", (0, 5), (9, 13))], timing(), {"a": (False,)}),
    Scenario(
        "one integration is told of ends, the other not",
        [alert("a", (0, 5), (14, LONG)), alert("b", (2, 9))],
        together(repeat="8s"),
        {"a": (True, False)},
    ),
    Scenario("a receiver that reaches nobody", [alert("a", (0, 5))], timing(), {"a": ()}),
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

SCENARIOS: Final = (
    *GROUPING,
    *REPEATS,
    *TREES,
    *INHIBITIONS,
    *SILENCES,
    *TIMES,
    *REMOVED,
    *SILENT,
)
