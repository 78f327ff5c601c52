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
