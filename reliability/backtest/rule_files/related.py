"""Which other alerts decide what people get about an alert: those that inhibit it or share a group.

Only the labels that a rule file writes are known. A label that a series or a template has may have
any value, so an alert counts as related unless a known label rules it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reliability.alertmanager.routing import ALL_LABELS, Route, Routing
from reliability.backtest.rule_files.comparing import PlacedRule
from reliability.backtest.rule_files.routes import may_match
from reliability.promql.evaluate.replay import ALERT_NAME

Labels = Mapping[str, str]


def known_labels(placed: PlacedRule) -> Labels:
    """Return the labels of a rule's alerts whose values the file determines."""
    rule = placed.rule
    written = {name: value for name, value in rule.labels.items() if "{{" not in value}
    return {**written, ALERT_NAME: rule.name}


def related(targets: Iterable[Labels], others: Sequence[Labels], routing: Routing) -> set[int]:
    """Return the numbers of the other alerts that may change what targets notify.

    These are alerts that may be in one group with a target, and sources that may inhibit a target
    or such an alert. A source of a source is not among them: an alert inhibits even if it is
    inhibited itself.
    """
    distinct = list({frozenset(labels.items()): labels for labels in targets}.values())
    of_route: dict[int, list[Labels]] = {}
    for labels in distinct:
        for route in _ends(labels, routing.root):
            of_route.setdefault(id(route), []).append(labels)
    sharing = {
        number
        for number, labels in enumerate(others)
        if any(
            _may_be_equal(labels, target, _group_labels(route, target))
            for route in _ends(labels, routing.root)
            for target in of_route.get(id(route), ())
        )
    }
    inhibited = [*distinct, *(others[number] for number in sorted(sharing))]
    return sharing | set(_sources(inhibited, others, routing))


def _sources(
    inhibited: Sequence[Labels], others: Sequence[Labels], routing: Routing
) -> Iterator[int]:
    for inhibition in routing.inhibitions:
        targets = [labels for labels in inhibited if may_match(inhibition.target, labels)]
        for number, labels in enumerate(others):
            if may_match(inhibition.source, labels) and any(
                _may_be_equal(labels, target, inhibition.equal) for target in targets
            ):
                yield number


def _ends(labels: Labels, route: Route) -> Iterator[Route]:
    """Yield every route at which an alert may end, as far as its known labels tell."""
    if not may_match(route.matchers, labels):
        return
    goes_on = False
    for child in route.routes:
        yield from _ends(labels, child)
        if all(matcher.name in labels and matcher.matches(labels) for matcher in child.matchers):
            goes_on = True
            if not child.continues:
                break
    if not goes_on:
        yield route


def _group_labels(route: Route, labels: Labels) -> Iterable[str]:
    # The two versions of Alertmanager may inherit differently: fewer labels are larger groups.
    names = min(route.group_by, route.newer_group_by, key=len)
    return tuple(labels) if ALL_LABELS in names else names


def _may_be_equal(one: Labels, other: Labels, names: Iterable[str]) -> bool:
    """Return whether no known label differs; the name of an alert is always known."""
    return all(name not in one or name not in other or one[name] == other[name] for name in names)
