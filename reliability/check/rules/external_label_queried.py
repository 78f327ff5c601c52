"""A query or template of a label that only its server adds.

## What it does

Finds signals and SLOs that group by, match or show a label which is in `externalLabels` of a server
that evaluates them, and not in `selectorLabels` of its environment.

## Why it matters

Prometheus adds external labels when it sends an alert or a sample to another system. Its own
queries and templates never see them: `by (cluster)` has no effect, `cluster="eu"` matches nothing,
and `{{ $labels.cluster }}` is empty. The alert has the label when it reaches Alertmanager.

## Example

```yaml bad
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      series: unlabeled
      servers:
        - {name: eu, target: prometheus, externalLabels: {cluster: eu}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: max by (cluster) (attendance_queue_depth) > 1000  # <- external-label-queried
      summary: "clock-ins wait in {{ $labels.cluster }}"  # <- external-label-queried
```

```yaml good
# policies/targets.yaml
kind: SyncTargets
spec:
  targets:
    - {name: prometheus, provider: prometheus, url: "http://prometheus:9090", folder: /etc/rules}
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      series: unlabeled
      servers:
        - {name: eu, target: prometheus, externalLabels: {cluster: eu}}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: AttendanceQueueBacklog
      kind: cause
      tier: ticket
      expr: max(attendance_queue_depth) > 1000
      summary: "clock-ins wait in {{ $externalLabels.cluster }}"
```

## Source

The Prometheus documentation, "Configuration" (`external_labels`) and "Alerting rules" (templates).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.compile.prometheus.templates import reading_of, templates
from reliability.finding import Problem, Severity
from reliability.location import Location
from reliability.message import Message, listed
from reliability.model.openslo.slo import Slo
from reliability.promql.tree import Aggregation, Node, StringLiteral, VectorSelector, read, walk
from reliability.resolve.environments.placements import Placement, owners, placements
from reliability.resolve.indicator import queries
from reliability.resolve.signals import SignalAlert, signals

IN_QUERY: Final = Message(
    "add it to the series when they are scraped, or remove it: the alert has it in Alertmanager"
)

GROUPS: Final = ("metadata", "annotations", "reliability/group-by")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def external_label_queried(context: Context) -> Iterator[Problem]:
    """Compare the labels of each signal and each SLO with the external labels of its servers."""
    catalog = context.catalog
    running, every = owners(catalog), placements(catalog)
    for alert in signals(catalog) if every else ():
        owner = running.get(alert.service)
        unseen = _unseen(place for place in every if place.has_series(owner))
        yield from _of_signal(alert, unseen)

    for slo in catalog.documents(Slo) if every else ():
        owner = running.get(slo.value.spec.service)
        unseen = _unseen(place for place in every if place.evaluates(slo.value, owner))
        for query in queries(slo, catalog):
            tree = read(query.text or "") if query.is_promql else None
            for name in _hidden(tree, unseen) if tree else ():
                yield _problem(query.at, name, unseen[name], IN_QUERY)
        for name in sorted(unseen.keys() & {*slo.value.review.group_labels}):
            yield _problem(slo.at(*GROUPS), name, unseen[name], IN_QUERY)


def _unseen(places: Iterable[Placement]) -> Mapping[str, str]:
    """Return the external labels that are not on series, each with a server."""
    return {
        name: place.name
        for place in places
        if place.shard is not None
        for name, _ in place.terms.external
        if name not in place.environment.selector_labels
    }


def _of_signal(alert: SignalAlert, unseen: Mapping[str, str]) -> Iterator[Problem]:
    tree = read(alert.signal.expr)
    if tree is None:
        return
    for name in _hidden(tree, unseen):
        yield _problem(alert.policy.at(*alert.route, "expr"), name, unseen[name], IN_QUERY)
    for route, text in templates(alert.signal):
        reading = reading_of(text)
        labels = reading.labels if reading else set()
        for name in sorted(labels & unseen.keys() - _made(tree)):
            instead = Message("write {text}", text=f"{{{{ $externalLabels.{name} }}}}")
            yield _problem(alert.policy.at(*alert.route, *route), name, unseen[name], instead)


def _problem(at: Location, name: str, server: str, help_text: Message) -> Problem:
    message = Message(
        "{label} is an external label of {server}, and its own queries and templates never see it",
        label=listed([name]),
        server=server,
    )
    return Problem(at, message, help_text, subject=name)


def _hidden(tree: Node, unseen: Mapping[str, str]) -> list[str]:
    """Return the labels that an expression needs and that its server hides from it."""
    return sorted(_queried(tree) & unseen.keys() - _made(tree))


def _made(tree: Node) -> frozenset[str]:
    """Return every text in an expression, such as the name of a label that it makes."""
    return frozenset(node.text for node in walk(tree) if isinstance(node, StringLiteral))


def _queried(tree: Node) -> frozenset[str]:
    """Return the labels that an expression groups by, or requires of its series."""
    labels: set[str] = set()
    for node in walk(tree):
        match node:
            case Aggregation(grouping="by"):
                labels |= node.labels
            case VectorSelector():
                labels |= {matcher.label for matcher in node.matchers}
            case _:
                continue
    return frozenset(labels)
