"""A route that no alert reaches.

## What it does

Looks at the routes of `policies/alertmanager.base.yml`, and finds those behind a sibling that takes
all that they would take and does not continue, and those whose matchers contradict each other or
those of the routes around them.

## Why it matters

Somebody wrote it to be told. Alertmanager accepts it, and nothing ever arrives there.

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

Alertmanager's `dispatch/route.go`: children are tried in order, and the first that matches takes
the alert unless it continues. amlint: unreachable and shadowed routes.
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

MANY: Final = 6
"""With more matchers than this, a route is only compared with those that have one, none, or all."""


@catalog_rule(severity=Severity.WARNING, since="0.2")
def route_unreachable(context: Context) -> Iterator[Problem]:
    """Walk their tree; what Alertmanager would refuse is the business of routing-refused."""
    theirs = context.catalog.raw.get(BASE_ALERTMANAGER)
    if theirs is None or not isinstance(theirs.values, Mapping):
        return
    try:
        root = parse(theirs.values).root
    except RoutingRefusedError:
        return
    yield from _below(theirs, root, {})


def _below(theirs: Document, parent: Route, fixed: Mapping[str, str]) -> Iterator[Problem]:
    """The routes below a node that no alert reaches; `fixed` are labels of all that come so far."""
    taken: dict[frozenset[RouteMatcher], Route] = {}
    for route in parent.routes:
        here = dict(fixed)
        here.update((each.name, each.value) for each in route.matchers if each.operator == "=")
        never = [each for each in route.matchers if _contradicts(each, here, fixed)]
        before = _before(route, taken)
        if never:
            what = f"{never[0]} contradicts what stands beside or above it"
            yield _problem(theirs, route, what, "take one of the matchers out, or the route")
        elif before is not None:
            label = Label(theirs.locate(before.pointer, EntryPart.KEY), "this one takes them")
            what = "every alert that it would take ends at a route before it"
            help_text = "move it up, let the other continue, or take it out"
            yield _problem(theirs, route, what, help_text, label)
        else:
            if not route.continues:
                taken.setdefault(frozenset(route.matchers), route)
            yield from _below(theirs, route, here)


def _contradicts(matcher: RouteMatcher, here: Mapping[str, str], fixed: Mapping[str, str]) -> bool:
    """Whether a matcher refuses the one value that a label can have."""
    known = [labels[matcher.name] for labels in (here, fixed) if matcher.name in labels]
    return not all(matcher.matches({matcher.name: value}) for value in known)


def _before(route: Route, taken: Mapping[frozenset[RouteMatcher], Route]) -> Route | None:
    """A route before this one whose matchers are all among its own."""
    own = tuple(dict.fromkeys(route.matchers))
    sizes = range(len(own) + 1) if len(own) <= MANY else (0, 1, len(own))
    for some in chain.from_iterable(combinations(own, size) for size in sizes):
        if frozenset(some) in taken:
            return taken[frozenset(some)]
    return None


def _problem(theirs: Document, route: Route, what: str, help_text: str, *related: Label) -> Problem:
    at = theirs.locate(route.pointer, EntryPart.KEY)
    return Problem(at, f"no alert reaches this route: {what}", help_text, related)
