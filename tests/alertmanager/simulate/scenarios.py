"""Scenarios of grouping, repeats and routes, and the list of all."""

from typing import Final

from tests.alertmanager.simulate.scenario import LONG, Scenario, alert, timing, together
from tests.alertmanager.simulate.scenarios_muted import (
    INHIBITIONS,
    REMOVED,
    SILENCES,
    SILENT,
    TIMES,
)
from tests.alertmanager.simulate.scenarios_newer import NEWER

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
        [alert("a", (0, 4), (5, 9), (10, 11), (12, 19), (24, 26))],
        timing(interval="2s"),
    ),
    Scenario(
        "an end is told again and again while others fire",
        [alert("a", (0, 4)), alert("b", (0, LONG)), alert("c", (6, LONG)), alert("d", (14, 20))],
        together(),
    ),
)

CLOCK: Final = Scenario(
    "sent every two seconds", [alert("a", (0, LONG))], timing(interval="2s", repeat="1s")
)
"""Its notifications are due two seconds apart, which shows how late a server is."""

REPEATS: Final = (
    CLOCK,
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


SCENARIOS: Final = (
    *GROUPING,
    *REPEATS,
    *TREES,
    *INHIBITIONS,
    *SILENCES,
    *TIMES,
    *REMOVED,
    *SILENT,
    *NEWER,
)
