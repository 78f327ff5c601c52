"""Whole configurations as they are parsed: every setting of every route, and every refusal.

`pytest tests/alertmanager/test_whole_trees.py --update-golden` rewrites the golden file.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from reliability.alertmanager.routing import Route, RoutingRefusedError, parse
from reliability.location import pointer_text
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "trees.txt"
CONFIGURATIONS: Final[Mapping[str, str]] = {
    "the least": "{route: {receiver: a}, receivers: [{name: a}]}",
    "inherited and set again": """
        route:
          receiver: a
          group_by: [x, y]
          group_wait: 1s
          routes:
          - {receiver: b, group_by: [], group_wait: 0s, matchers: [a=b, 'c!="d"'], continue: true}
          - group_interval: 7m
            repeat_interval: 1d
            match: {t: 5, u: true, v: null}
            match_re: {w: x.*}
            mute_time_intervals: [n]
            routes:
            - {active_time_intervals: [n, m], matchers: ['{e=~"f|g",h!~i}'], continue: "true"}
            - {group_by: ['...'], repeat_interval: 90m, routes: [{group_by: [z]}, {}]}
        receivers: [{name: a}, {name: b, slack_configs: [{channel: '#c'}, null], x_configs: []}]
        time_intervals: [{name: n}]
        mute_time_intervals: [{name: m}]
        inhibit_rules:
        - {source_matchers: [a=b], target_match: {c: d}, target_match_re: {e: f}, equal: [g, h]}
        - {}
        """,
    "no route": "{receivers: [{name: a}]}",
    "nothing": "{}",
    "a root that is a list": "{route: [], receivers: [{name: a}]}",
    "every part of another type": """
        {route: {receiver: a, routes: x}, receivers: {name: a}, inhibit_rules: 5,
         time_intervals: x, mute_time_intervals: {}}
        """,
    "entries of another type": """
        route: {receiver: a, routes: [null, x, {matchers: {}}, {group_by: [[]]}]}
        receivers: [null, a, {}, {name: ''}, {name: a}, {name: a}, {name: b, slack_configs: x},
                    {name: c, slack_configs: [x, 5, null]}]
        inhibit_rules: [null, x, {equal: x}, {equal: ['', a, null]}, {source_match: []}]
        time_intervals: [null, x, {}, {name: n}, {name: n}, {name: ''}]
        mute_time_intervals: [{name: n}, {name: o}]
        """,
    "a root with what it cannot have": """
        route:
          {matchers: [a=b], match: {a: b}, match_re: {a: b}, continue: true,
           mute_time_intervals: [n], active_time_intervals: [o], group_by: ['']}
        receivers: [{name: a}]
        """,
    "a root with empty lists": """
        {route: {receiver: a, matchers: [], match: {}, mute_time_intervals: []},
         receivers: [{name: a}]}
        """,
    "a root with an empty matcher": """
        {route: {receiver: a, matchers: ['']}, receivers: [{name: a}]}
        """,
    "names that are not declared": """
        route:
          receiver: x
          routes:
          - {receiver: y, routes: [{}, {receiver: y}, {receiver: x}, {receiver: a}]}
          - {mute_time_intervals: [n, m], active_time_intervals: [m, o], routes: [{receiver: z}]}
        receivers: [{name: a}]
        time_intervals: [{name: n}]
        """,
    "wrong matchers": """
        route:
          receiver: a
          routes:
          - {matchers: [a, 'b=~(', c=d, null]}
          - {match: {a-b: c, 1a: b, d: [e], f: {}, g: null}, match_re: {h: '(', i: null, j: k}}
          - {matchers: [5, true]}
        receivers: [{name: a}]
        inhibit_rules: [{source_matchers: [x], target_matchers: ['y=~['], source_match: {'': a}}]
        """,
    "wrong lengths and groups": """
        route:
          receiver: a
          group_wait: 5
          group_interval: 0s
          repeat_interval: 300y
          routes:
          - {group_by: [a, b, a], group_wait: 1h1d}
          - {group_by: [..., a], group_interval: 1s}
          - {group_by: [..., ...], repeat_interval: 0}
          - {group_by: x}
        receivers: [{name: a}]
        """,
}


def test_configurations_as_they_are_parsed(golden: Golden) -> None:
    texts = [
        "".join([f"{name}\n", *(f"  {line}\n" for line in parsed(yaml.safe_load(text)))])
        for name, text in CONFIGURATIONS.items()
    ]
    golden.check(GOLDEN, "\n".join(texts))


def parsed(values: Any) -> Iterator[str]:
    try:
        routing = parse(values)
    except RoutingRefusedError as refused:
        for error in (refused, *refused.others):
            yield f"{pointer_text(error.pointer)}: {error.message}; {error.help}"
        return
    yield from described(routing.root, "")
    for receiver in routing.receivers.values():
        yield f"receiver {receiver.name}: {[*receiver.integrations]}"
    for rule in routing.inhibitions:
        source, target = (", ".join(map(str, side)) for side in (rule.source, rule.target))
        yield f"inhibition: {source or 'all'} over {target or 'all'}, equal {[*rule.equal]}"


def described(route: Route, indent: str) -> Iterator[str]:
    """A route on a line, and those below it."""
    parts = [
        f"{pointer_text(route.pointer)} to {route.receiver}",
        " and ".join(map(str, route.matchers)) or "all",
        f"by {[*route.group_by]}",
        f"wait {route.group_wait}, interval {route.group_interval}, repeat {route.repeat_interval}",
    ]
    if route.newer_group_by != route.group_by:
        parts.append(f"newer by {[*route.newer_group_by]}")
    if route.continues:
        parts.append("continues")
    if route.mute_time_intervals:
        parts.append(f"muted in {[*route.mute_time_intervals]}")
    if route.active_time_intervals:
        parts.append(f"active in {[*route.active_time_intervals]}")
    yield f"{indent}{'; '.join(parts)}"
    for child in route.routes:
        yield from described(child, f"{indent}  ")
