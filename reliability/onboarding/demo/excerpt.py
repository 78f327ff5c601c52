"""Excerpts of generated files: one alert rule, and the routing tree with its receivers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reliability.alertmanager.routing import Receiver, Route, parse
from reliability.errors import DemoError
from reliability.resolve.alerts import BURN
from reliability.resource import Resource

MATCHERS: Final = re.compile(r"\{[^{}]*\}")
MENTION: Final = re.compile(r"<[!@][^>]*>")
COLUMN: Final = 24
"""The column of the recipients."""
ALERT: Final = f"- alert: {BURN}"


def rule_lines(text: str, slo: str) -> Iterator[str]:
    """Yield the first alert of an SLO in a rule file, shortened.

    Raises:
        DemoError: the file has no such alert.
    """
    lines = text.splitlines()
    starts = [k for k, line in enumerate(lines) if line.lstrip().startswith(ALERT)]
    for start in starts:
        depth = _indent(lines[start])
        rule = [lines[start]]
        for line in lines[start + 1 :]:
            if line.strip() and _indent(line) <= depth:
                break
            rule.append(line)
        if any(line.strip() == f"slo: {slo}" for line in rule):
            yield from _without_annotations(rule, depth)
            return

    raise DemoError(f"no alert of {slo} was built")


def _without_annotations(rule: Sequence[str], depth: int) -> Iterator[str]:
    """Yield a rule without annotations, and without what follows each `or`."""
    outermost = min((_indent(line) for line in rule if line.strip() == "or"), default=0)
    joint: int | None = None
    for line in rule:
        if line.strip() == "annotations:":
            yield f"{line[depth:]} ...    # user impact, failures, error budget, runbook"
            return
        if joint is not None and _indent(line) >= joint:
            continue
        joint = _indent(line) if line.strip() == "or" else None
        what = "the other windows" if joint == outermost else "the last ratio, if data are missing"
        shown = line if joint is None else f"{line} ...    # {what}"
        yield MATCHERS.sub("{...}", shown[depth:])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def tree_lines(resource: Resource, team: str) -> Iterator[str]:
    """Yield the routes of a team in an Alertmanager configuration, one line per node."""
    routing = parse(resource.body)
    for child in routing.root.routes:
        if f'team="{team}"' in map(str, child.matchers):
            yield from _node(child, routing.receivers, 0)
    receiver = routing.receivers[routing.root.receiver]
    yield f"{'no matching route':{COLUMN}}{_recipients(receiver)}"


def _node(route: Route, receivers: Mapping[str, Receiver], depth: int) -> Iterator[str]:
    condition = "  " * depth + ", ".join(str(matcher) for matcher in route.matchers)
    if route.routes:
        yield condition
    else:
        yield f"{condition:{COLUMN - 1}} {_recipients(receivers[route.receiver])}"
    for child in route.routes:
        yield from _node(child, receivers, depth + 1)


def _recipients(receiver: Receiver) -> str:
    names = (_recipient(kind, settings) for kind, settings in receiver.integrations)
    return " and ".join(dict.fromkeys(names)) or "no one"


def _recipient(kind: str, settings: Mapping[str, Any]) -> str:
    if "channel" not in settings:
        return kind.removesuffix("_configs")
    mention = MENTION.search(str(settings.get("pretext", "")))
    return f"{settings['channel']}{f' with {mention[0]}' if mention else ''}"
