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
    """Yield the first alert of an SLO in a rule file, without annotations and matchers.

    Raises:
        DemoError: the file has no such alert.
    """
    lines = text.splitlines()
    starts = [k for k, line in enumerate(lines) if line.lstrip().startswith(ALERT)]
    for start in starts:
        depth = len(lines[start]) - len(lines[start].lstrip())
        rule = [lines[start]]
        for line in lines[start + 1 :]:
            if line.strip() and len(line) - len(line.lstrip()) <= depth:
                break
            rule.append(line)
        if any(line.strip() == f"slo: {slo}" for line in rule):
            yield from _without_annotations(rule, depth)
            return

    raise DemoError(f"no alert of {slo} was built")


def _without_annotations(rule: Sequence[str], depth: int) -> Iterator[str]:
    for line in rule:
        if line.strip() == "annotations:":
            yield f"{line[depth:]} ...    # user impact, failures, remaining budget, runbook"
            return
        yield MATCHERS.sub("{...}", line[depth:])


def tree_lines(resource: Resource) -> Iterator[str]:
    """Yield the routing tree of an Alertmanager configuration, one line per node."""
    routing = parse(resource.body)
    for child in routing.root.routes:
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
