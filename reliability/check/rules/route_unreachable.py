"""A route of Alertmanager that no alert reaches.

## What it does

Finds two kinds of routes in `policies/alertmanager.base.yml`:

- routes after a sibling that matches all their alerts and does not set `continue`
- routes whose matchers contradict each other, or the matchers of a parent route

## Why it matters

Alertmanager accepts such a route, and its receiver never gets a notification.

## Example

```yaml bad
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: mail
    - receiver: chat  # <- route-unreachable
      matchers: [severity=critical]
receivers:
  - name: mail
  - name: chat
```

```yaml good
# policies/alertmanager.base.yml
route:
  receiver: mail
  routes:
    - receiver: chat
      matchers: [severity=critical]
    - receiver: mail
receivers:
  - name: mail
  - name: chat
```

## Source

Alertmanager's `dispatch/route.go`: child routes are tried in order, and the first that matches gets
the alert, unless it sets `continue`. amlint: unreachable and shadowed routes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, combinations
from typing import Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Route, RoutingRefusedError, parse
from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Label, Problem, Severity
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document, EntryPart
from reliability.message import Message

MANY: Final = 6
"""A route with more matchers is only compared with routes that have none, one or all of them.

Comparing it with each subset of its matchers would take exponential time.
"""


@catalog_rule(severity=Severity.WARNING, since="0.1")
def route_unreachable(context: Context) -> Iterator[Problem]:
    """Walk the routing tree of the base configuration.

    `routing-refused` reports a configuration that Alertmanager would refuse.
    """
    base = context.catalog.raw.get(BASE_ALERTMANAGER)
    if base is None or not isinstance(base.values, Mapping):
        return

    try:
        root = parse(base.values).root
    except RoutingRefusedError:
        return

    yield from _below(base, root, {})


def _below(base: Document, parent: Route, fixed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the routes below a node that no alert reaches.

    `fixed` are the labels that every alert at the node has, by the `=` matchers above it.
    """
    catching: dict[frozenset[RouteMatcher], Route] = {}
    for route in parent.routes:
        equal = (matcher for matcher in route.matchers if matcher.operator == "=")
        own = {**fixed, **{matcher.name: matcher.value for matcher in equal}}
        contradicting = [matcher for matcher in route.matchers if _contradicts(matcher, own, fixed)]
        before = _before(route, catching)

        if contradicting:
            yield _contradiction(base, route, contradicting[0])
        elif before is not None:
            yield _shadowed(base, route, before)
        else:
            if not route.continues:
                catching.setdefault(frozenset(route.matchers), route)
            yield from _below(base, route, own)


def _contradicts(matcher: RouteMatcher, own: Mapping[str, str], fixed: Mapping[str, str]) -> bool:
    """Return whether a matcher refuses the one value that a label can have."""
    known = [labels[matcher.name] for labels in (own, fixed) if matcher.name in labels]
    return not all(matcher.matches({matcher.name: value}) for value in known)


def _before(route: Route, catching: Mapping[frozenset[RouteMatcher], Route]) -> Route | None:
    """Return an earlier route whose matchers are a subset of those of this route."""
    own = tuple(dict.fromkeys(route.matchers))
    sizes = range(len(own) + 1) if len(own) <= MANY else (0, 1, len(own))
    for subset in chain.from_iterable(combinations(own, size) for size in sizes):
        if frozenset(subset) in catching:
            return catching[frozenset(subset)]
    return None


def _contradiction(base: Document, route: Route, matcher: RouteMatcher) -> Problem:
    message = Message(
        "no alert reaches this route: {matcher} contradicts another matcher of the route or of its "
        "parents",
        matcher=str(matcher),
    )
    at = base.locate(route.pointer, EntryPart.KEY)
    return Problem(at, message, Message("remove one of the matchers, or the route"))


def _shadowed(base: Document, route: Route, before: Route) -> Problem:
    message = Message("no alert reaches this route: an earlier route matches all its alerts")
    help_text = Message(
        "move it before the other route, set continue on the other route, or remove this one"
    )
    label = Label(base.locate(before.pointer, EntryPart.KEY), Message("this route matches them"))
    return Problem(base.locate(route.pointer, EntryPart.KEY), message, help_text, related=(label,))
