"""Scenarios in which Alertmanager 0.33 differs from 0.28."""

from typing import Final

from tests.alertmanager.simulate.scenario import LONG, Scenario, alert, timing, together
from tests.alertmanager.simulate.scenarios_muted import TIER, inhibit

NEWER: Final = (
    Scenario(
        "the source that is kept ends, and another counts from its next post",
        [
            alert("Burn", (2, LONG), tier="alert", slo="pay", tenant="2"),
            alert("Burn", (0, 11), tier="alert", slo="pay", tenant="1"),
            alert("Slow", (1, LONG), tier="ticket", slo="pay"),
        ],
        timing(interval="2s", group_by=["..."]),
        inhibitions=[inhibit(*TIER, "slo")],
    ),
    Scenario(
        "the source that is kept is the target",
        [
            alert("Both", (1, LONG), slo="pay"),
            alert("Source", (0, LONG), tier="alert"),
        ],
        timing(group_by=["..."]),
        inhibitions=[inhibit(["tier!=ticket"], ["slo=pay"])],
    ),
    Scenario(
        "an empty group_by below a parent",
        [alert("One", (0, LONG)), alert("Other", (0, LONG))],
        timing(routes=[{"receiver": "a", "group_by": [], "matchers": ['nowhere=""']}]),
    ),
    Scenario(
        "an end that is told again makes a group",
        [alert("Again", (0, 1), (2, 4), (10, LONG), team="red")],
        together("team", group_wait="4500ms", group_interval="4s"),
    ),
)
