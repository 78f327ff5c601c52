"""Random configurations that a team may have, our routes merged into them, and random alerts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.compile.alertmanager_cases import BASE, TWO_TEAMS, config

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "service": ("shop", "lake", "other"),
    "team": ("web", "data", "strangers"),
    "tier": ("alert", "ticket", "log", "page"),
    "kind": ("cause", "symptom", "heartbeat"),
    "severity": ("critical", "warning", "info"),
    "slo": ("shop-checkout", "other"),
    "cluster": ("west", "east"),
}
PATTERNS: Final = (".+", ".*", "", "a.*|w.*", ".*t", "[c-t].*", "(?i)WEB", "alert|ticket", "^west$")


@dataclass(frozen=True, slots=True)
class Trees:
    """A source of trees and alerts, the same for the same seed."""

    random: Random

    def base(self) -> dict[str, Any]:
        """A configuration whose nodes each have a receiver of their own, or inherit one."""
        names: list[str] = ["root"]
        routes = [self._route(names, 3) for _ in range(self.random.randint(1, 4))]
        return {
            "route": {"receiver": "root", "routes": routes},
            "receivers": [{"name": name} for name in names],
        }

    def merged(self) -> dict[str, Any]:
        """Our routes inside of such a configuration."""
        return config({**TWO_TEAMS, BASE: json.dumps(self.base())})

    def labels(self) -> dict[str, str]:
        """The labels of an alert; any may be missing."""
        return {
            name: self.random.choice(values)
            for name, values in VALUES.items()
            if self.random.random() < 0.7
        } or {"service": "shop"}

    def _route(self, names: list[str], depth: int) -> dict[str, Any]:
        some, route = self.random.random, dict[str, Any]()
        if some() < 0.7:
            names.append(f"r{len(names)}")
            route["receiver"] = names[-1]
        if some() < 0.8:
            route["matchers"] = [self._matcher() for _ in range(self.random.randint(0, 3))]
        if some() < 0.2:
            route["match"] = dict([self._pair()])
        if some() < 0.2:
            route["match_re"] = {self._pair()[0]: self.random.choice(PATTERNS)}
        if some() < 0.4:
            route["continue"] = True
        if depth and some() < 0.6:
            below = range(self.random.randint(1, 3))
            route["routes"] = [self._route(names, depth - 1) for _ in below]
        return route

    def _matcher(self) -> str:
        name, value = self._pair()
        if self.random.random() < 0.4:
            sign, value = self.random.choice(("=~", "!~")), self.random.choice(PATTERNS)
        else:
            sign = self.random.choice(("=", "!="))
            value = self.random.choice((value, value, ""))
        return f'{name}{sign}"{value}"'

    def _pair(self) -> tuple[str, str]:
        name = self.random.choice(tuple(VALUES))
        return name, self.random.choice(VALUES[name])


def planted(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """Many configurations as one, in which an alert walks each: their receivers are numbered.

    So that one call of amtool answers for all of them.
    """
    routes = [
        {**_numbered(each["route"], number), "continue": True} for number, each in enumerate(trees)
    ]
    names = [f"{n}|{each['name']}" for n, tree in enumerate(trees) for each in tree["receivers"]]
    return {
        "route": {"receiver": "nobody", "routes": routes},
        "receivers": [{"name": name} for name in ("nobody", *names)],
    }


def _numbered(route: Mapping[str, Any], number: int) -> dict[str, Any]:
    own = {"receiver": f"{number}|{route['receiver']}"} if "receiver" in route else {}
    routes = [_numbered(each, number) for each in route.get("routes", ())]
    return {**route, **own, "routes": routes}
