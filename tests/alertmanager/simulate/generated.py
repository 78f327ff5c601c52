"""Trees and alerts made from a seed, of shapes in which versions of Alertmanager differ.

Sources that end while others fire, sources that are targets too, an empty `group_by` below a
parent, ends that are told again, time intervals, nested nodes that continue. Every node has a
matcher of its own, since nodes that look alike share a log.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.alertmanager.simulate.scenario import LENGTH, LONG, Played, Rule, Scenario

LABELS: Final = {
    "tier": ("alert", "ticket"),
    "slo": ("pay", "view"),
    "pod": ("1", "2", "3"),
    "team": ("red", "blue"),
}
GROUPINGS: Final[tuple[list[str], ...]] = (
    [],
    [],
    ["..."],
    ["alertname"],
    ["slo"],
    ["team", "tier"],
    ["pod", "nowhere"],
)
WAITS: Final = ("500ms", "1500ms", "2500ms", "4500ms")
INTERVALS: Final = ("2s", "3s", "4s", "6s")
REPEATS: Final = ("5300ms", "7300ms", "13300ms", "61300ms")
SOURCES: Final = (
    (["tier=alert"], ["tier=ticket"]),
    (["tier=alert"], ["slo=~.+"]),
    (["slo=~.+"], ["slo=~.+"]),
    (["tier!=ticket"], ["slo=pay"]),
    (["alertname=~a|b"], ["alertname=~b|c"]),
    (["pod=~.+"], ["pod="]),
)
EQUAL: Final = ((), ("slo",), ("team",), ("slo", "team"), ("alertname",))


@dataclass
class Maker:
    """One seed's scenarios."""

    random: random.Random
    nodes: int = 0
    made: list[Scenario] = field(default_factory=list)

    def scenario(self, name: str) -> Scenario:
        """One tree with its alerts."""
        choose = self.random.choice
        receivers = {
            "a": choose(((True,), (False,), (True, False))),
            "b": choose(((True,), (False,), ())),
        }
        route: Rule = {
            "receiver": "a",
            "group_by": choose((["alertname"], ["slo"], ["..."], ["tier"])),
            "group_wait": choose(WAITS),
            "group_interval": choose(INTERVALS),
            "repeat_interval": choose(REPEATS),
            "routes": [self.node(1) for _ in range(self.random.randint(0, 3))],
        }
        rules = [*self.rules()]
        return Scenario(name, self.alerts(), route, receivers, rules)

    def node(self, depth: int) -> Rule:
        """A node below the root, and what is below it."""
        chance, choose = self.random.random, self.random.choice
        self.nodes += 1
        label = choose(list(LABELS))
        node: dict[str, Any] = {
            "receiver": choose("ab"),
            "continue": chance() < 0.5,
            "matchers": [f'node{self.nodes}=""'],
        }
        if chance() < 0.6:
            node["matchers"].append(f"{label}{choose(('=', '!='))}{choose(LABELS[label])}")
        for key, values in (
            ("group_by", GROUPINGS),
            ("group_wait", WAITS),
            ("group_interval", INTERVALS),
            ("repeat_interval", REPEATS),
        ):
            if chance() < 0.5:
                node[key] = choose(values)
        if chance() < 0.3:
            node[choose(("mute_time_intervals", "active_time_intervals"))] = [
                choose(("now", "then"))
            ]
        if depth < 3 and chance() < 0.5:
            node["routes"] = [self.node(depth + 1) for _ in range(self.random.randint(1, 2))]
        return node

    def rules(self) -> Iterator[Rule]:
        """Inhibitions, most of whose bonds have several sources."""
        for _ in range(self.random.choice((0, 1, 1, 2))):
            source, target = self.random.choice(SOURCES)
            yield {
                "source_matchers": [*source],
                "target_matchers": [*target],
                "equal": [*self.random.choice(EQUAL)],
            }

    def alerts(self) -> list[Played]:
        """Alerts that begin and end at whole seconds, each set of labels once."""
        made: dict[tuple[tuple[str, str], ...], Played] = {}
        for _ in range(self.random.randint(3, 8)):
            labels = {"alertname": self.random.choice("abc")}
            for name, values in LABELS.items():
                if self.random.random() < 0.7:
                    labels[name] = self.random.choice(values)
            made[tuple(sorted(labels.items()))] = Played(labels, [*self.spans()])
        return [*made.values()]

    def spans(self) -> Iterator[tuple[float, float]]:
        """When an alert fires: short and long, with gaps in which its end is told again."""
        at = float(self.random.choice((0, 0, 1, 2, 3, 7)))
        while at < LENGTH - 2:
            length = self.random.choice((1, 2, 3, 5, 8, 13, LONG))
            yield at, at + length
            at += length + self.random.choice((1, 2, 3, 6, 9))


def generated(seed: int, trees: int) -> list[Scenario]:
    """So many scenarios of one seed."""
    maker = Maker(random.Random(seed))
    return [maker.scenario(f"made {seed} {number}") for number in range(trees)]
